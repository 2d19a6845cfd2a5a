using System.Globalization;
using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Number;
using EdgeAgent.Core.Readings;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Formats;

/// <summary>Numbers as the whole payload, bit by bit equal to <see cref="double.Parse(string)"/>.</summary>
public sealed class Numbers
{
    static readonly SubscriptionSettings Plain = new() { Topic = "s/{device}/{metric}", Decode = new NumberFormatSettings() };

    [Fact]
    public void Equal_the_frameworks_on_millions_of_texts()
    {
        var mutations = new Mutations(31);
        var run = new DecodeRun(Plain);
        var sink = new ReadingBatch();
        Span<byte> bytes = stackalloc byte[512];
        for (var i = 0; i < 1_000_000; i++)
        {
            var text = mutations.Number();
            var expected = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            var length = Encoding.ASCII.GetBytes(text, bytes);
            sink.Count = 0;
            var result = run.Decoder.Decode("s/d/m"u8, bytes[..length], 0, sink, run);
            if (double.IsFinite(expected)
                ? result.Readings == 1 && BitConverter.DoubleToInt64Bits(sink.Value[0]) == BitConverter.DoubleToInt64Bits(expected)
                : result.Reason == BadReason.OutOfRangeNumber) continue;
            Assert.Fail($"{text}: expected {expected:R}, seen {sink.Value[0]:R} {result}");
        }
    }

    [Fact]
    public void Every_double_comes_back_from_its_shortest_text()
    {
        var random = new Random(32);
        var run = new DecodeRun(Plain);
        for (var i = 0; i < 300_000; i++)
        {
            var value = i % 2 == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64())
                : Math.Round(random.NextDouble() * 2000 - 1000, random.Next(16));
            if (!double.IsFinite(value)) continue;
            var text = value.ToString("R", CultureInfo.InvariantCulture);
            Assert.Equal($"device=d,metric=m|now|{text}", run.Decode("s/d/m", text));
        }
    }

    [Theory]
    [InlineData("21.37", "21.37")]
    [InlineData("  21.37\r\n", "21.37")]
    [InlineData("+5", "5")]
    [InlineData("-5", "-5")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5")]
    [InlineData("007", "7")]
    [InlineData("0.00000000000000000000000000001234567890123456789", "1.2345678901234567E-29")]
    [InlineData("00000000000000000000000000000000001", "1")]
    [InlineData("true", "1")]
    [InlineData("FALSE", "0")]
    [InlineData("1e400", "!OutOfRangeNumber")]
    [InlineData("-1e99999999999", "!OutOfRangeNumber")]
    [InlineData("0e99999999999", "0")]
    [InlineData("1e-99999999999", "0")]
    [InlineData("nan", "")]
    [InlineData("--", "")]
    [InlineData("-Infinity", "!NotFinite")]
    [InlineData("+inf", "!NotFinite")]
    [InlineData("", "!NotAsked")]
    [InlineData("  ", "!NoField")]
    [InlineData(".", "!WrongType")]
    [InlineData("+-5", "!WrongType")]
    [InlineData("1,5", "1.5")]
    [InlineData("1,500", "!AmbiguousNumber")]
    [InlineData("1,5,2", "!WrongType")]
    [InlineData("10.100.200.300", "!WrongType")]
    [InlineData("1.2.3", "!WrongType")]
    [InlineData("12:30", "!WrongType")]
    [InlineData("2026-07-01", "!WrongType")]
    [InlineData("1 234.5", "1234.5")]
    [InlineData("12 34", "!WrongType")]
    [InlineData("-  5 kg", "-5")]
    [InlineData("\u22125 \u00b0C", "-5")]
    [InlineData("\"21.5\"", "21.5")]
    [InlineData("12.5%", "12.5")]
    [InlineData("1e3 W", "1000")]
    [InlineData("3 m3/h", "3")]
    [InlineData("3 x7", "!WrongType")]
    [InlineData("1 2", "!WrongType")]
    [InlineData("0x10", "16")]
    [InlineData("0xG", "!WrongType")]
    [InlineData("1e-", "!WrongType")]
    [InlineData("1e", "!WrongType")]
    [InlineData("21.37 °C", "21.37")]
    public void As_people_write_them(string payload, string expected)
    {
        expected = expected.StartsWith('!') ? expected[1..] : expected.Length == 0 ? "" : $"device=d,metric=m|now|{expected}";
        Assert.Equal(expected, new DecodeRun(Plain).Decode("s/d/m", payload));
    }

    [Fact]
    public void Named_states_and_invalid_UTF_8()
    {
        var states = new Dictionary<string, double> { ["ON"] = 1, ["OFF"] = 0, ["true"] = 5 };
        var run = new DecodeRun(Plain
            with { Decode = new NumberFormatSettings { Field = new() { Path = "", Metric = "relay", States = states } } });
        Assert.Equal("device=d,metric=relay|now|1", run.Decode("s/d/m", " ON\n"));
        Assert.Equal("device=d,metric=relay|now|5", run.Decode("s/d/m", "true"));
        Assert.Equal("device=d,metric=relay|now|1", run.Decode("s/d/m", "on"));
        Assert.Equal("WrongType", run.Decode("s/d/m", "one"));
        Assert.Equal("device=d,metric=relay|now|21.5", run.Decode("s/d/m"u8, "21.5 \u00b0"u8[..^1]));
        Assert.Equal("BadUtf8", run.Decode("s/d/m"u8, [0xFF, 0xFE]));
    }
}
