using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Formats.Csv;

public sealed class CsvPayloads
{
    [Theory]
    [InlineData("1,21.5,a", "1:21.5")]
    [InlineData("1,21.5,a\r\n2,22.5,b\r\n", "1:21.5 2:22.5")]
    [InlineData("1,21.5,a\n\n \n2,22.5,b", "1:21.5 2:22.5")]
    [InlineData("1,21.5\r2,22.5", "1:21.5 2:22.5")]
    [InlineData("\uFEFF1,21.5", "1:21.5")]
    [InlineData(" 1 , 21.5 ", "1:21.5")]
    [InlineData("\"1\",\"21.5\",\"a,\"\"b\"\"\r\nc\"\n2,3", "1:21.5 2:3")]
    [InlineData("1,true\n2,FALSE\n3,\"zu, \"\"fest\"\"\"", "1:1 2:0 3:9")]
    [InlineData("1,,\n2,5", "2:5 NoField")]
    [InlineData("1\n2,5", "2:5 NoField")]
    [InlineData("1,abc\n2,5", "2:5 WrongType")]
    [InlineData("1,nan\n2,5", "2:5")]
    [InlineData("1,1e999\n2,5", "2:5 OutOfRangeNumber")]
    [InlineData("x,4\n2,5", "2:5 BadTime")]
    [InlineData(",4\n2,5", "2:5 MissingTime")]
    [InlineData("1,\"4\"x,\n2,5", "2:5 BadCsv")]
    [InlineData("2,5\n1,\"4", "2:5 BadCsv")]
    [InlineData("", "")]
    [InlineData("\n", "")]
    public void Columns_by_position(string payload, string expected) =>
        Check(payload, expected, Settings() with { Columns = ["t", "v", "note"] });

    [Theory]
    [InlineData("note,v,t\na,21.5,1", "1:21.5")]
    [InlineData("\"t\" , v\r\n1,21.5\r\n", "BadCsv")]
    [InlineData("\"t\", v\r\n1,21.5\r\n", "1:21.5")]
    [InlineData("t\n1", "NoField")]
    [InlineData("v\n1", "MissingTime")]
    [InlineData("t,v\n", "")]
    [InlineData("t,v", "")]
    [InlineData("\"t,v\n1,2", "BadCsv")]
    public void Columns_by_header(string payload, string expected) =>
        Check(payload, expected, Settings() with { HasHeader = true });

    [Fact]
    public void Other_headers_other_columns()
    {
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s", Decode = Settings() with { HasHeader = true } });
        Assert.Equal("metric=v|1000000000|2", run.Decode("s", "t,v\n1,2\n"));
        Assert.Equal("metric=v|2000000000|1", run.Decode("s", "v,t\n1,2\n"));
        Assert.Equal("metric=v|1000000000|2",
            run.Decode("s", $"{string.Join(',', Enumerable.Range(0, 100))},t,v\n{new string(',', 100)}1,2\n"));
        Assert.Equal("metric=v|1000000000|2", run.Decode("s", "t,v\n1,2\n"));
        Assert.Equal("metric=v|1000000000|2", run.Decode("s", "t,v,w\n1,2,3\n"));
    }

    [Fact]
    public void Separator_and_labels()
    {
        var run = new DecodeRun(new SubscriptionSettings
        {
            Topic = "s",
            Decode = Settings() with { HasHeader = true, Separator = ';', LabelPaths = [new("dev", "d")] },
        });
        Assert.Equal("dev=a \"1\",metric=v|1000000000|2 dev=3,metric=v|1000000000|4", run.Decode("s", "d;t;v\n\"a \"\"1\"\"\";1;2\n3;1;4"));
        Assert.Equal("NoField", run.Decode("s", "d;t;v\n;1;2"));
    }

    [Fact]
    public void Damaged_text_never_throws_and_the_next_is_fine()
    {
        var random = new Random(51);
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s", Decode = Settings() with { HasHeader = true } });
        var good = "t,v,note\r\n1,21.5,\"a \"\"b\"\"\"\r\n2,22.5,x\r\n"u8.ToArray();
        var expected = run.Decode("s"u8, good);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = good[..(i < good.Length ? i : random.Next(good.Length))];
            for (var n = random.Next(4); n > 0 && bytes.Length > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)"\",\r\n1x\u00e9"[random.Next(7)];
            run.Decode("s"u8, bytes);
            if (i % 100 == 0) Assert.Equal(expected, run.Decode("s"u8, good));
        }
    }

    static CsvFormatSettings Settings() => new()
    {
        Fields = [new() { Path = "v", States = new Dictionary<string, double> { ["zu, \"fest\""] = 9 } }],
        Time = new() { Path = "t", Unit = TimeUnit.Seconds },
    };

    static void Check(string payload, string expected, CsvFormatSettings settings)
    {
        var parts = expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => p.Contains(':') ? $"metric=v|{p.Split(':')[0]}000000000|{p.Split(':')[1]}" : p);
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s", Decode = settings });
        Assert.Equal(string.Join(' ', parts), run.Decode("s", payload));
    }
}
