using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Formats.Number;
using EdgeAgent.Core.Readings;
using Xunit;

namespace EdgeAgent.Tests.Decoding;

public sealed class FieldsAndSamples
{
    [Fact]
    public void Each_field_is_its_own_series_and_a_bad_one_leaves_the_others()
    {
        var run = new DecodeRun(new SubscriptionSettings
        {
            Topic = "s/{device}",
            Labels = new Dictionary<string, string> { ["site"] = "p7", ["device"] = "beaten by the topic" },
            Decode = new JsonFormatSettings
            {
                Fields =
                [
                    new() { Path = "$.t" },
                    new() { Path = "$.door", Metric = "open", States = new Dictionary<string, double>
                    {
                        ["offen"] = 1,
                        ["zu \"fest\""] = 2,
                    } },
                    new() { Path = "$.h[0]", Optional = true },
                ],
            },
        });
        Assert.Equal("device=d,metric=t,site=p7|now|1 device=d,metric=open,site=p7|now|1 device=d,metric=h,site=p7|now|3",
            run.Decode("s/d", """{"t":1,"door":"offen","h":[3]}"""));
        Assert.Equal("device=d,metric=open,site=p7|now|2 NoField", run.Decode("s/d", """{"door":"zu \"fest\""}"""));
        Assert.Equal("device=d,metric=t,site=p7|now|1 WrongType", run.Decode("s/d", """{"t":1,"door":"klemmt","h":null}"""));
        Assert.Equal(3, run.Series.Count);
    }

    [Fact]
    public void An_optional_field_never_seen_takes_no_series()
    {
        var run = new DecodeRun(new SubscriptionSettings
        {
            Topic = "s",
            Decode = new JsonFormatSettings { Fields = [new() { Path = "$.a" }, new() { Path = "$.b", Optional = true }] },
        });
        Assert.Equal("metric=a|now|1", run.Decode("s", """{"a":1}"""));
        Assert.Equal(1, run.Series.Count);
    }

    [Fact]
    public void Samples_are_read_one_by_one()
    {
        var run = new DecodeRun(new SubscriptionSettings
        {
            Topic = "s/{device}",
            Decode = new JsonFormatSettings
            {
                Samples = "$.data",
                Fields = [new() { Path = "$.v", Metric = "m" }],
                Time = new() { Path = "t", Unit = TimeUnit.Seconds },
                LabelPaths = [new("unit", "$.unit"), new("axis", "axis")],
            },
        });
        Assert.Equal("axis=x,device=d,metric=m,unit=g|1000000000|1 axis=1,device=d,metric=m,unit=g|2000000000|2",
            run.Decode("s/d", """ { "data" : [ {"t":1,"v":1,"axis":"x"} , {"axis":1,"v":2,"t":2} ] , "unit" : "g" } """));
        Assert.Equal("axis=x,device=d,metric=m,unit=g|3000000000|3 NoField",
            run.Decode("s/d", """{"unit":"\u0067","data":[{"t":1,"v":1},{"t":1,"axis":"x"},{"t":3,"v":3,"axis":"x"},7]}"""));
        Assert.Equal("", run.Decode("s/d", """{"unit":"g","data":[]}"""));
        Assert.Equal("NoField", run.Decode("s/d", """{"unit":"g"}"""));
        Assert.Equal("WrongType", run.Decode("s/d", """{"unit":"g","data":{}}"""));
        Assert.Equal("NotJson", run.Decode("s/d", """{"unit":"g","data":[{"t":1,"v":1,"axis":"x"}],}"""));
    }

    [Fact]
    public void Bare_arrays_are_samples_too()
    {
        var run = new DecodeRun(
            new SubscriptionSettings { Topic = "s", Decode = new JsonFormatSettings { Samples = "$", Fields = [new() { Path = "$" }] } });
        Assert.Equal("metric=value|now|1 metric=value|now|2.5 metric=value|now|1", run.Decode("s", "[1,2.5,true]"));
    }

    [Fact]
    public void A_message_may_be_longer_than_a_batch()
    {
        var run = new DecodeRun(
            new SubscriptionSettings { Topic = "s", Decode = new JsonFormatSettings { Samples = "$", Fields = [new() { Path = "$" }] } });
        var readings = run.Decode("s", $"[{string.Join(',', Enumerable.Range(0, 10_000))}]").Split(' ');
        Assert.Equal(2, run.Flushes);
        Assert.Equal(Enumerable.Range(0, 10_000).Select(i => $"metric=value|now|{i}"), readings);
    }

    [Fact]
    public void A_message_joins_a_batch_that_is_not_empty()
    {
        var run = new DecodeRun(new SubscriptionSettings { Topic = "s", Decode = new NumberFormatSettings() });
        var batch = new ReadingBatch { Count = ReadingBatch.Capacity };
        Assert.Equal(new DecodeResult(1, BadReason.None), run.Decoder.Decode("s"u8, "5"u8, 0, batch, run));
        Assert.Equal(1, run.Flushes);
        Assert.Equal(1, batch.Count);
    }

    [Fact]
    public void Labels_from_the_payload_make_the_series()
    {
        var run = new DecodeRun(new SubscriptionSettings
        {
            Topic = "s/{device}",
            Decode = new JsonFormatSettings
            {
                Fields = [new() { Path = "$.v" }],
                LabelPaths = [new("metric", "$.name"), new("device", "$.id")],
            },
        });
        Assert.Equal("device=7,metric=t|now|1", run.Decode("s/d", """{"name":"t","id":7,"v":1}"""));
        Assert.Equal("device=7,metric=t|now|2", run.Decode("s/d", """{"name":"\u0074","id":7,"v":2}"""));
        Assert.Equal("device=true,metric=t|now|3", run.Decode("s/d", """{"name":"t","id":true,"v":3}"""));
        Assert.Equal("NoField", run.Decode("s/d", """{"name":"t","v":3}"""));
        Assert.Equal("WrongType", run.Decode("s/d", """{"name":[],"id":1,"v":3}"""));
        Assert.Equal("LabelTooLong", run.Decode("s/d", $$"""{"name":"{{new string('x', 2000)}}","id":1,"v":3}"""));
        Assert.Equal(2, run.Series.Count);
    }

    [Fact]
    public void The_first_matching_subscription_counts()
    {
        var run = new DecodeRun(
            new SubscriptionSettings { Topic = "a/{x}", Decode = new NumberFormatSettings() },
            new SubscriptionSettings { Topic = "a/#", Decode = new JsonFormatSettings { Fields = [new() { Path = "$.v" }] } });
        Assert.Equal("metric=value,x=1|now|5", run.Decode("a/1", "5"));
        Assert.Equal("metric=v|now|6", run.Decode("a/1/2", """{"v":6}"""));
        Assert.Equal("NoRoute", run.Decode("b", "5"));
        Assert.Equal("NoRoute", run.Decode("b", "5"));
        Assert.Equal("NoRoute", run.Decode("a/+", "5"));
        Assert.Equal("NoRoute", run.Decode("", "5"));
        Assert.Equal(4, run.Decoder.CountOf(BadReason.NoRoute));
        Assert.True(run.Decoder.IsKnown("b"u8));
        Assert.False(run.Decoder.IsKnown("a/+"u8));
        Assert.False(run.Decoder.IsKnown(""u8));
    }
}
