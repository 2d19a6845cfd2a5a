using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Formats.Json;

/// <summary>Payload → readings and reasons, written out. Each case is decoded by a new decoder and
/// again by one that knows its shape.</summary>
public sealed class JsonPayloads
{
    [Theory]
    [InlineData("""{"value":21.37}""", "21.37")]
    [InlineData(""" { "a" : [1,{"b":2}] , "value" : -0.0 } """, "-0")]
    [InlineData("""{"value":1e3}""", "1000")]
    [InlineData("""{"value":1E-3}""", "0.001")]
    [InlineData("""{"value":123456789012345678901234567890}""", "1.2345678901234568E+29")]
    [InlineData("""{"value":0.1234567890123456789012345}""", "0.12345678901234568")]
    [InlineData("""{"value":true}""", "1")]
    [InlineData("""{"value":false}""", "0")]
    [InlineData("""{"value":1,"value":2}""", "2")]
    [InlineData("""{"v\u0061lue":5}""", "5")]
    [InlineData("""{"unit":"\u00b0C","value":5,"note":"say \"hi\" \\"}""", "5")]
    [InlineData("""{"unit":"°C","value":5}""", "5")]
    [InlineData("""{"value":1e-400}""", "0")]
    [InlineData("""{"value":1e400}""", "!OutOfRangeNumber")]
    [InlineData("""{"value":NaN}""", "!NotFinite")]
    [InlineData("""{"value":-Infinity}""", "!NotFinite")]
    [InlineData("""{"value":"NaN"}""", "")]
    [InlineData("""{"value":"inf"}""", "!NotFinite")]
    [InlineData("""{"value":"unavailable"}""", "")]
    [InlineData("""{"value":" N/A "}""", "")]
    [InlineData("""{"value":5,"other":NaN}""", "5")]
    [InlineData("""{"value":5,"other":[-Infinity,nan]}""", "5")]
    [InlineData("\uFEFF{\"value\":5}", "5")]
    [InlineData("{\"value\":5}\r\n\0\0", "5")]
    [InlineData("""{"value":null}""", "!NoField")]
    [InlineData("""{"other":1}""", "!NoField")]
    [InlineData("""{"a":{"value":1}}""", "!NoField")]
    [InlineData("""[1]""", "!NoField")]
    [InlineData("""{"value":"21.37"}""", "21.37")]
    [InlineData("""{"value":" -21,5 \u00b0C"}""", "-21.5")]
    [InlineData("""{"value":"21,500"}""", "!AmbiguousNumber")]
    [InlineData("""{"value":"some words"}""", "!WrongType")]
    [InlineData("""{"value":{"x":1}}""", "!WrongType")]
    [InlineData("""{"value":[1]}""", "!WrongType")]
    [InlineData("", "!NotAsked")]
    [InlineData(" ", "!NotJson")]
    [InlineData("hello", "!NotJson")]
    [InlineData("""{"value":1""", "!NotJson")]
    [InlineData("""{"value":1}}""", "!NotJson")]
    [InlineData("""{"value":1,}""", "!NotJson")]
    [InlineData("""{"value":01}""", "!NotJson")]
    [InlineData("""{"value":1.}""", "!NotJson")]
    [InlineData("""{"value":.5}""", "!NotJson")]
    [InlineData("""{"value":+5}""", "!NotJson")]
    [InlineData("""{"value":1e}""", "!NotJson")]
    [InlineData("""{"value":-}""", "!NotJson")]
    [InlineData("""{"value":1} //x""", "!NotJson")]
    [InlineData("""{'value':1}""", "!NotJson")]
    [InlineData("{\"value\":1,\"s\":\"a\tb\"}", "!NotJson")]
    [InlineData("""{"value":1,"s":"\x"}""", "!NotJson")]
    [InlineData("""{"value":1,"s":"\u12g4"}""", "!NotJson")]
    public void Value_or_reason(string payload, string expected)
    {
        expected = expected.StartsWith('!') ? expected[1..] : expected.Length == 0 ? "" : $"device=d,metric=m|now|{expected}";
        var run = new DecodeRun(DecodeRun.Json());
        Assert.Equal(expected, run.Decode("s/d/m", payload));
        Assert.Equal(expected, run.Decode("s/d/m", payload));
        run.Decode("s/d/m", """{"value":7}""");
        Assert.Equal(expected, run.Decode("s/d/m", payload));
    }

    [Theory]
    [InlineData(TimeUnit.Milliseconds, "1700000000123", "1700000000123000000")]
    [InlineData(TimeUnit.Milliseconds, "1700000000123.456789", "1700000000123456789")]
    [InlineData(TimeUnit.Milliseconds, "1.700000000123e12", "1700000000123000000")]
    [InlineData(TimeUnit.Seconds, "1700000000.123456789", "1700000000123456789")]
    [InlineData(TimeUnit.Seconds, "1700000000.12345678999999999999999", "1700000000123456789")]
    [InlineData(TimeUnit.Seconds, "1700000000", "1700000000000000000")]
    [InlineData(TimeUnit.Microseconds, "1700000000123456", "1700000000123456000")]
    [InlineData(TimeUnit.Nanoseconds, "1700000000123456789", "1700000000123456789")]
    [InlineData(TimeUnit.Nanoseconds, "9223372036854775807", "9223372036854775807")]
    [InlineData(TimeUnit.Nanoseconds, "9223372036854775808", "!BadTime")]
    [InlineData(TimeUnit.Seconds, "-1.5", "-1500000000")]
    [InlineData(TimeUnit.Seconds, "0", "0")]
    [InlineData(TimeUnit.Seconds, "1e400", "!BadTime")]
    [InlineData(TimeUnit.Seconds, "1700000000000000", "!BadTime")]
    [InlineData(TimeUnit.Seconds, "\"1700000000\"", "1700000000000000000")]
    [InlineData(TimeUnit.Seconds, "\" 1700000000.25 \"", "1700000000250000000")]
    [InlineData(TimeUnit.Seconds, "\"soon\"", "!BadTime")]
    [InlineData(TimeUnit.Seconds, "true", "!BadTime")]
    [InlineData(TimeUnit.Seconds, "null", "!MissingTime")]
    [InlineData(TimeUnit.Iso8601, "\"2023-11-14T22:13:20.123456789Z\"", "1700000000123456789")]
    [InlineData(TimeUnit.Iso8601, "\"2023-11-14\\u005422:13:20Z\"", "1700000000000000000")]
    [InlineData(TimeUnit.Iso8601, "1700000000", "!BadTime")]
    [InlineData(TimeUnit.Iso8601, "\"yesterday\"", "!BadTime")]
    public void Time_or_reason(TimeUnit unit, string time, string expected)
    {
        expected = expected[0] == '!' ? expected[1..] : $"device=d,metric=m|{expected}|1";
        var run = new DecodeRun(DecodeRun.Json(time: "$.ts", unit: unit));
        for (var i = 0; i < 3; i++) Assert.Equal(expected, run.Decode("s/d/m", $"{{\"ts\":{time},\"value\":1}}"));
    }

    [Fact]
    public void Missing_time_becomes_arrival_by_policy()
    {
        var settings = DecodeRun.Json(time: "$.ts");
        var decode = (JsonFormatSettings)settings.Decode;
        settings = settings with { Decode = decode with { Time = decode.Time! with { OnMissing = MissingTimePolicy.Arrival } } };
        var run = new DecodeRun(settings);
        Assert.Equal("device=d,metric=m|now|1|q2", run.Decode("s/d/m", """{"value":1}"""));
        Assert.Equal("device=d,metric=m|now|1|q2", run.Decode("s/d/m", """{"ts":"x","value":1}"""));
        Assert.Equal(2, run.Decoder.TimesReplaced);
        Assert.Equal("MissingTime", new DecodeRun(DecodeRun.Json(time: "$.ts")).Decode("s/d/m", """{"value":1}"""));
    }

    [Fact]
    public void Nesting_stops_at_64()
    {
        var run = new DecodeRun(DecodeRun.Json());
        Assert.Equal("device=d,metric=m|now|1",
            run.Decode("s/d/m", $$"""{"a":{{new string('[', 63)}}{{new string(']', 63)}},"value":1}"""));
        Assert.Equal("TooDeep", run.Decode("s/d/m", $$"""{"a":{{new string('[', 64)}}{{new string(']', 64)}},"value":1}"""));
        Assert.Equal("TooDeep", run.Decode("s/d/m", new string('[', 1 << 20)));
        Assert.Equal("device=d,metric=m|now|1", run.Decode("s/d/m", """{"value":1}"""));
        Assert.Equal(2, run.Decoder.CountOf(BadReason.TooDeep));
    }

    [Fact]
    public void Invalid_UTF_8_is_counted()
    {
        var run = new DecodeRun(DecodeRun.Json());
        // In a part nobody asks for it harms nothing; as a label it does.
        Assert.Equal("device=d,metric=m|now|1", run.Decode("s/d/m"u8, [.. "{\"value\":1,\"s\":\""u8, 0xC3, 0x28, .. "\"}"u8]));
        var labelled = DecodeRun.Json();
        var decode = (JsonFormatSettings)labelled.Decode with { LabelPaths = [new("unit", "$.s")] };
        Assert.Equal("BadUtf8", new DecodeRun(labelled with { Decode = decode })
            .Decode("s/d/m"u8, [.. "{\"value\":1,\"s\":\""u8, 0xC3, 0x28, .. "\"}"u8]));
        Assert.Equal("BadUtf8", run.Decode([.. "s/"u8, 0xFF, .. "/m"u8], "{\"value\":1}"u8));
        Assert.False(run.Decoder.IsKnown([.. "s/"u8, 0xFF, .. "/m"u8]));
    }
}
