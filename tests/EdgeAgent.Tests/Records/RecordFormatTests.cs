using System.Text;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Outputs.Terminal;
using Xunit;

namespace EdgeAgent.Tests.Records;

public sealed class RecordFormatTests
{
    static readonly OutputSettings[] Outputs =
        [new ConsoleOutputSettings { Name = "a", Topic = "plant.{site}", Key = "{site}/{device}" }, new ConsoleOutputSettings
        {
            Name = "b",
            Topic = "fixed",
        }];

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    [Fact]
    public void Summary_bytes()
    {
        var encoder = new RecordEncoder("p\"q", Outputs);
        var labels = LabelSet.Of(("site", "Köln\n"), ("device", "d\\1\u0001"));
        var head = encoder.HeadOf(labels);
        var summary = new Summary();
        summary.Begin(labels, 0, -1_500_000_000, 8_500_000_001, 3, isPartial: true);
        summary.Add("count", 12);
        summary.Add("mean", 0.1);
        summary.Add("stddev", double.NaN);
        summary.Add("max", double.PositiveInfinity);
        summary.Add("min", -1e-300);
        summary.Add("model", "v\t1");
        Assert.Equal(
            """{"device":"d\\1\u0001","site":"Köln\n","pipeline":"p\"q","window_start":"1969-12-31T23:59:58.500Z","window_end":"1970-01-01T00:00:08.500000001Z","revision":3,"partial":true,"count":12,"mean":0.1,"stddev":null,"max":null,"min":-1E-300,"model":"v\t1"}""",
            Text(encoder.Encode(head, summary)));
        Assert.Equal("plant.Köln\n", Text(head.Topics[0]));
        Assert.Equal("Köln\n/d\\1\u0001", Text(head.Keys[0]));
        Assert.Equal("fixed", Text(head.Topics[1]));
        Assert.Null(head.Keys[1]);
    }

    [Fact]
    public void Reading_bytes()
    {
        var encoder = new RecordEncoder("p", Outputs);
        var head = encoder.HeadOf(LabelSet.Of(("site", "s")));
        Assert.Equal("""{"site":"s","pipeline":"p","time":"2026-11-22T10:00:00.000250Z","value":-0.5}""",
            Text(encoder.Encode(head, 1_795_341_600_000_250_000, -0.5, 0)));
        Assert.Equal("""{"site":"s","pipeline":"p","time":"1970-01-01T00:00:00Z","value":1E+20,"quality":5}""",
            Text(encoder.Encode(head, 0, 1e20, 5)));
    }

    [Fact]
    public void Ids_hold_stage_time_and_labels()
    {
        var (id, labels) = (new RecordIdentity("a/b%", "0123456789abcdef"), LabelSet.Of(("x", "1/2"), ("y", "=,")));
        var json = new JsonBuffer();
        id.WriteSummary(json, -10, 2, RecordIdentity.LabelBytes(labels));
        Assert.Equal("a%2Fb%25/0123456789abcdef/-10/2/x=1/2,y=\\=\\,", Text(json.Bytes));
        id.WriteReading(json, 7, 1.5, RecordIdentity.LabelBytes(LabelSet.Empty));
        Assert.Equal("a%2Fb%25/0123456789abcdef/7/3ff8000000000000/", Text(json.Bytes));
        var big = RecordIdentity.LabelBytes(LabelSet.Of(("x", new string('é', 300))));
        Assert.Equal((65, '~'), (big.Length, (char)big[0]));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.0 / 3)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(-123456789.125)]
    [InlineData(-0.0)]
    [InlineData(-17.0)]
    [InlineData(999_999_999_999_999.0)]
    [InlineData(1e15)]
    [InlineData(-1e15)]
    [InlineData(9e18)]
    [InlineData(1e19)]
    [InlineData(-1e300)]
    public void Doubles_are_the_shortest_that_come_back(double value)
    {
        var json = new JsonBuffer();
        json.Number(value);
        Assert.Equal(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture), Text(json.Bytes));
        Assert.Equal(value, double.Parse(json.Bytes, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Zero_keeps_its_sign()
    {
        var json = new JsonBuffer();
        json.Number(0.0);
        json.Number(-0.0);
        Assert.Equal("0-0", Text(json.Bytes));
    }

    [Fact]
    public void Json_text_agrees_with_the_platform_for_any_characters()
    {
        var random = new Random(11);
        var json = new JsonBuffer();
        for (var round = 0; round < 2000; round++)
        {
            var text =
                new string([.. Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 128 : 0xD800))]);
            json.Clear();
            json.Text(text);
            Assert.Equal(text, System.Text.Json.JsonDocument.Parse(json.Bytes.ToArray()).RootElement.GetString());
        }
    }

    [Fact]
    public void Times_agree_with_the_platform_over_all_a_window_can_hold()
    {
        var random = new Random(12);
        Span<byte> bytes = stackalloc byte[Rfc3339.MaxLength];
        for (var round = 0; round < 20_000; round++)
        {
            var ns = random.NextInt64(long.MinValue, long.MaxValue);
            if (round % 2 == 0) ns = ns / 1_000_000_000 * 1_000_000_000;
            var text = Text(bytes[..Rfc3339.Format(ns, bytes)]);
            var floor = (Int128)ns;
            var ticks = (long)((floor - (((floor % 100) + 100) % 100)) / 100);
            var expected = DateTime.UnixEpoch.AddTicks(ticks)
                .ToString("yyyy-MM-ddTHH:mm:ss.fffffff", System.Globalization.CultureInfo.InvariantCulture)
                + $"{((ns % 100) + 100) % 100:00}";
            while (expected.EndsWith("000")) expected = expected[..^3];
            Assert.Equal(expected.TrimEnd('.') + "Z", text);
        }
    }
}
