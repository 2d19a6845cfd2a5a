using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Formats.KeyValue;
using EdgeAgent.Core.Formats.Lorawan;
using EdgeAgent.Core.Formats.Number;
using Xunit;

namespace EdgeAgent.Tests.Decoding;

/// <summary>What is said of messages that could not be read: what was seen, where, and what to do.</summary>
public sealed class BadSentences
{
    static readonly FormatSettings Value = new JsonFormatSettings { Fields = [new() { Path = "$.v" }] };
    static readonly FormatSettings Number = new NumberFormatSettings();

    public static TheoryData<FormatSettings, string, string> Cases() => new()
    {
        { Value, """{"v":"4.7k"}""",
            "`4.7k` at $.v can be 4.7 of a unit `k` or 4700. Say `units: { k: 1 }` or `units: { k: 1000 }`." },
        { Value, """{"v":null}""", "There is no value at $.v: it is null. `missing: [\"null\"]` or `optional` lets that pass." },
        { Value, """{"v":{"w":1}}""", "The value at $.v is neither a number, a boolean nor a state named in the "
            + "configuration. It is an object: `fields: all` reads every number in it." },
        { Value, """{"v":"1,234,567"}""", "The value at $.v is neither a number, a boolean nor a state named in the configuration. "
            + "With `decimal: point` it is 1234567." },
        { Number, "1.234.567", "The value is neither a number, a boolean nor a state named in the configuration. "
            + "With `decimal: comma` it is 1234567." },
        { Number, """{"v":1}""", "The value is neither a number, a boolean nor a state named in the configuration. "
            + "It is JSON, which `format: json` reads." },
        { Number, "+inf", "The value is NaN or infinite." },
        { new JsonFormatSettings { AllFields = true }, """{"a":1,"b":{"c":NaN,"d":2}}""", "The value at b.c is NaN or infinite." },
        { new JsonFormatSettings { Samples = "$.v", Fields = [new() { Path = "w" }] }, """{"v":{"w":1}}""",
            "What `samples: $.v` names is no array, as `samples` needs. For one object leave `samples` out and write whole paths." },
        { new KeyValueFormatSettings { Fields = [new() { Path = "T" }] }, "1-0:1.8.0*255(001234.5*kWh)",
            "The payload has no key with `=` or `:` behind it." },
        { new KeyValueFormatSettings { AllFields = true }, "T=1,234",
            "`1,234` at T can be 1.234 or 1234. Say `decimal: comma` or `decimal: point`." },
        { new JsonFormatSettings { Fields = [new() { Path = "$.v", Min = -40, Max = 125 }] }, """{"v":126.5}""",
            "The value 126.5 at $.v is below `min` -40 or above `max` 125." },
        { new JsonFormatSettings { Fields = [new() { Path = "$.v", Units = new Dictionary<string, double> { ["kg"] = 1 } }] },
            """{"v":"3 lb"}""", "The value at $.v has the unit `lb`, which `units` does not name. Add it there with its factor." },
        { Csv(), "1782907200,21,5", "A row has 3 values where there are 2 columns. Name all columns; a value with the separator in it, "
            + "as a decimal comma can be, needs quotes." },
        { Csv() with { HasHeader = true, Columns = [] }, "ts,t,t\n1,2,3", "The header names the column `t` twice, so which is meant is not "
            + "known." },
        { new LorawanFormatSettings { Uplinks = [new() { Port = 2, Fields = [new() { Metric = "t", Offset = 0 }] }] },
            """{"deviceInfo":{"deviceName":"a"},"time":"2026-07-01T12:00:00Z","fPort":3,"data":"AA=="}""",
            "Bytes on port 3: no entry of `uplinks` says what they are." },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Say_what_was_seen(FormatSettings decode, string payload, string expected)
    {
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s", Decode = decode });
        run.Decode("s"u8, Encoding.UTF8.GetBytes(payload));
        Assert.Equal([expected], Enum.GetValues<BadReason>().Select(run.Decoder.TakeSample).OfType<BadSample>().Select(bad => bad.Message));
    }

    [Fact]
    public void A_topic_that_the_filter_brings_but_has_another_form_is_passed_over()
    {
        var run = new DecodeRun(new SubscriptionSettings { Topic = "part/{d}_{metric}/x", Decode = new NumberFormatSettings() });
        Assert.Equal("d=a,metric=b|now|1", run.Decode("part/a_b/x", "1"));
        run.Decode("part/ab/x", "1");
        Assert.Equal(0, run.Decoder.CountOf(BadReason.NoRoute));
    }

    [Fact]
    public void A_number_in_a_text_that_all_passes_over_is_told_once()
    {
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s", Decode = new JsonFormatSettings { AllFields = true } });
        for (var i = 0; i < 2; i++) Assert.Equal("metric=h|now|40", run.Decode("s", """{"a":"word","t":"21.5","h":40}"""));
        Assert.True(run.Decoder.TryTakeNote(out var note));
        Assert.Equal("s: `fields: all` reads no texts, and `t` is a number in one. Name it under `fields` to have it.", note);
        Assert.False(run.Decoder.TryTakeNote(out _));
    }

    static CsvFormatSettings Csv() => new() { Columns = ["ts", "t"], Fields = [new() { Path = "t" }] };
}
