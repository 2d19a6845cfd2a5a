using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Tests.Decoding;
using Xunit;

namespace EdgeAgent.Tests.Formats.Json;

/// <summary>A decoder that remembers shapes gives exactly what a new decoder gives that never does: readings, bits and reasons.</summary>
public sealed class ShapesAgainstParser
{
    static readonly SubscriptionSettings[] Kinds =
    [
        DecodeRun.Json(time: "$.ts"),
        DecodeRun.Json(),
        DecodeRun.Json("$"),
        new()
        {
            Topic = "s/{device}/{metric}",
            Decode = new JsonFormatSettings
            {
                Fields =
                [
                    new()
                    {
                        Path = "$.value",
                        Metric = "v",
                        States = new Dictionary<string, double> { ["open"] = 1, ["ok"] = 2, ["true"] = 9 },
                    },
                    new() { Path = "$.seq", Metric = "q", Optional = true },
                    new() { Path = "$.meta.up", Metric = "up", Optional = true },
                    new() { Path = "$[1].value", Metric = "second", Optional = true },
                ],
                Time = new() { Path = "$.ts", OnMissing = MissingTimePolicy.Arrival },
            },
        },
        new()
        {
            Topic = "s/{device}/{metric}",
            Decode = new JsonFormatSettings { Fields = [new() { Path = "$.value" }], LabelPaths = [new("status", "$.status")] },
        },
    ];

    [Theory]
    [InlineData(0, 11)]
    [InlineData(1, 12)]
    [InlineData(2, 13)]
    [InlineData(3, 14)]
    [InlineData(4, 15)]
    public void On_good_and_damaged_payloads(int kind, int seed)
    {
        var mutations = new Mutations(seed);
        var shaped = new DecodeRun(1000, 1000, true, Kinds[kind]);
        var plain = new DecodeRun(1000, 1000, false, Kinds[kind]);
        var good = 0;
        for (var i = 0; i < 40_000; i++)
        {
            var payload = i % 3 == 0 ? mutations.Damaged() : mutations.Good();
            var topic = i % 5 == 0 ? "s/d/m"u8 : "s/e/m"u8;
            var expected = plain.Decode(topic, payload);
            var actual = shaped.Decode(topic, payload);
            if (expected != actual) Assert.Fail($"payload {i}: {Encoding.UTF8.GetString(payload)}\nparser: {expected}\nshape:  {actual}");
            if (expected.Contains('|')) good++;
        }

        Assert.Equal(plain.Counts(), shaped.Counts());
        Assert.True(good > 2_000, $"only {good} payloads gave readings");
    }

    /// <summary>Each kind of difference to the remembered payload, one at a time and torn at every length.</summary>
    [Fact]
    public void On_every_one_byte_change()
    {
        var learnt = """{"seq":17,"ts":1700000000123,"status":"ok","value":21.37,"on":true}"""u8.ToArray();
        var shaped = new DecodeRun(1000, 1000, true, Kinds[3]);
        var plain = new DecodeRun(1000, 1000, false, Kinds[3]);
        for (var at = 0; at < learnt.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])learnt.Clone();
                changed[at] = (byte)value;
                shaped.Decode("s/d/m"u8, learnt);
                Assert.Equal(plain.Decode("s/d/m"u8, changed), shaped.Decode("s/d/m"u8, changed));
            }

            shaped.Decode("s/d/m"u8, learnt);
            Assert.Equal(plain.Decode("s/d/m"u8, learnt.AsSpan(0, at)), shaped.Decode("s/d/m"u8, learnt.AsSpan(0, at)));
        }
    }
}
