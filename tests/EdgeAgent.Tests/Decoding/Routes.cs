using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Cayenne;
using EdgeAgent.Core.Formats.Cbor;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Core.Formats.Influx;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Formats.KeyValue;
using EdgeAgent.Core.Formats.MessagePack;
using EdgeAgent.Core.Formats.Nmea;
using EdgeAgent.Core.Formats.Number;
using EdgeAgent.Core.Formats.Regex;
using EdgeAgent.Core.Formats.Senml;
using EdgeAgent.Core.Formats.Sparkplug;
using EdgeAgent.Core.Readings;
using Xunit;

namespace EdgeAgent.Tests.Decoding;

/// <summary>The cache of topics: bounds, forgetting, refusals, samples of bad messages, hints, and no allocation.</summary>
public sealed class Routes
{
    [Fact]
    public void Never_more_than_its_bound_and_ids_stay()
    {
        var run = new DecodeRun(10_000, 100, true, DecodeRun.Json());
        for (var pass = 0; pass < 3; pass++)
        {
            run.Series.Tick = pass;
            for (var i = 0; i < 1_000; i++)
            {
                Assert.Equal($"device={i},metric=m|now|1", run.Decode($"s/{i}/m", """{"value":1}"""));
                Assert.Equal($"device=0,metric=m|now|1", run.Decode("s/0/m", """{"value":1}"""));
                Assert.InRange(run.Decoder.RouteCount, 1, 100);
            }
        }

        Assert.Equal(1_000, run.Series.Count);
    }

    [Fact]
    public void Eviction_keeps_the_topics_of_the_current_tick()
    {
        var run = new DecodeRun(10_000, 100, true, DecodeRun.Json());
        for (var i = 0; i < 100; i++) run.Decode($"s/{i}/m", """{"value":1}""");
        run.Series.Tick = 1;
        for (var i = 0; i < 50; i++) run.Decode($"s/{i}/m", """{"value":1}""");
        run.Decode("s/new/m", """{"value":1}""");
        Assert.Equal(51, run.Decoder.RouteCount);
        Assert.True(run.Decoder.IsKnown("s/0/m"u8));
        Assert.False(run.Decoder.IsKnown("s/99/m"u8));
    }

    [Fact]
    public void Silent_series_are_forgotten_and_their_ids_used_again()
    {
        var run = new DecodeRun(2, 100, true, DecodeRun.Json());
        run.Decode("s/a/m", """{"value":1}""");
        run.Decode("s/b/m", """{"value":1}""");
        Assert.Equal("TooManySeries", run.Decode("s/c/m", """{"value":1}"""));
        Assert.Equal("TooManySeries", run.Decode("s/c/m", """{"value":1}"""));
        Assert.Equal(1, run.Series.Refusals);
        Assert.Equal("device=c,metric=m", Assert.Single(run.Series.ListRefused()).Canonical);

        run.Series.Tick = 10;
        run.Decode("s/b/m", """{"value":1}""");
        var silent = new List<int>();
        run.Decoder.ReportSeen();
        run.Series.CollectSilent(10, silent);
        Assert.Equal([0], silent);
        run.Decoder.Forget([.. silent]);
        run.Series.Forget([.. silent]);
        run.Series.Release();

        Assert.False(run.Decoder.IsKnown("s/a/m"u8));
        Assert.Equal("device=c,metric=m|now|1", run.Decode("s/c/m", """{"value":1}"""));
        Assert.Equal("device=b,metric=m|now|1", run.Decode("s/b/m", """{"value":1}"""));
        Assert.Equal("TooManySeries", run.Decode("s/a/m", """{"value":1}"""));
    }

    [Fact]
    public void Evicted_routes_still_count_as_seen()
    {
        var run = new DecodeRun(1000, 10, true, DecodeRun.Json()) { Series = { Tick = 1 } };
        run.Decode("s/a/m", """{"value":1}""");
        run.Series.Tick = 5;
        run.Decode("s/a/m", """{"value":1}""");
        for (var i = 0; i < 30; i++) run.Decode($"s/{i}/m", """{"value":1}""");
        Assert.False(run.Decoder.IsKnown("s/a/m"u8));
        var silent = new List<int>();
        run.Series.CollectSilent(5, silent);
        Assert.Empty(silent);
    }

    [Fact]
    public void Is_known_saves_the_second_look_up_but_trusts_only_the_bytes()
    {
        var run = new DecodeRun(DecodeRun.Json());
        run.Decode("s/a/m", """{"value":1}""");
        run.Decode("s/b/m", """{"value":1}""");
        Assert.True(run.Decoder.IsKnown("s/a/m"u8));
        Assert.Equal("device=b,metric=m|now|2", run.Decode("s/b/m", """{"value":2}"""));
        Assert.True(run.Decoder.IsKnown("s/a/m"u8));
        Assert.Equal("device=a,metric=m|now|2", run.Decode("s/a/m", """{"value":2}"""));
        Assert.Equal("device=c,metric=m|now|2", run.Decode("s/c/m", """{"value":2}"""));
    }

    [Fact]
    public void Any_order_of_topics_leads_to_their_own_series()
    {
        string[] topics =
        [
            "s/a/m",
            "s/b/m",
            "s/a-name-of-more-than-48-bytes-that-differs-1-only-in-the-middle-of-it/m",
            "s/a-name-of-more-than-48-bytes-that-differs-2-only-in-the-middle-of-it/m",
            "s/2he-same-device-but-1/m",
            "s/the-same-devise-but-1/m",
        ];
        var random = new Random(7);
        var run = new DecodeRun(100, 5, true, DecodeRun.Json());
        for (var i = 0; i < 2_000; i++)
        {
            // Mostly in turn, now and then out of turn; the sixth topic makes routes go.
            var topic = topics[random.Next(4) == 0 ? random.Next(topics.Length) : i % topics.Length];
            if (i % 97 == 0) run.Decoder.Forget([random.Next(3)]);
            Assert.Equal($"device={topic.Split('/')[1]},metric=m|now|{i}", run.Decode(topic, $$"""{"value":{{i}}}"""));
        }
    }

    [Fact]
    public void One_call_decodes_a_known_topic_and_leaves_an_unknown_one_alone()
    {
        var run = new DecodeRun(DecodeRun.Json());
        run.Decode("s/a/m", """{"value":1}""");
        var batch = new ReadingBatch();
        Assert.False(run.Decoder.TryDecodeKnown("s/b/m"u8, "{\"value\":2}"u8, DecodeRun.Arrival, batch, run, out _));
        Assert.Equal((0, 1), (batch.Count, run.Decoder.RouteCount));
        Assert.True(run.Decoder.TryDecodeKnown("s/a/m"u8, "{\"value\":2}"u8, DecodeRun.Arrival, batch, run, out var good));
        Assert.Equal((1, 2d, DecodeRun.Arrival, BadReason.None), (good.Readings, batch.Value[0], batch.TimeNs[0], good.Reason));
        Assert.True(run.Decoder.TryDecodeKnown("s/a/m"u8, "{\"value\":2"u8, DecodeRun.Arrival, batch, run, out var bad));
        Assert.Equal((0, BadReason.NotJson, 1), (bad.Readings, bad.Reason, batch.Count));
        batch.Count = ReadingBatch.Capacity;
        Assert.True(run.Decoder.TryDecodeKnown("s/a/m"u8, "{\"value\":3}"u8, DecodeRun.Arrival, batch, run, out good));
        Assert.Equal((1, 1, 3d, 1), (good.Readings, batch.Count, batch.Value[0], run.Flushes));
    }

    [Fact]
    public void One_sample_a_reason_made_printable()
    {
        var run = new DecodeRun(DecodeRun.Json());
        Assert.Null(run.Decoder.TakeSample(BadReason.NoField));
        run.Decode("s/a/m", """{"x":1}""");
        run.Decode("s/b/m", "{\"y\":\"é\n");
        run.Decode("s/c/m"u8, [.. "{\"y\": \xFF"u8, 0xFF, 0x00, .. Encoding.ASCII.GetBytes(new string('z', 200))]);
        Assert.Equal(new BadSample(BadReason.NoField, "s/a/m", """{"x":1}""", "There is no value at $.value."),
            run.Decoder.TakeSample(BadReason.NoField));
        Assert.Null(run.Decoder.TakeSample(BadReason.NoField));
        Assert.Equal(
            new BadSample(BadReason.NotJson, "s/b/m", "{\"y\":\"é\\x0A", "The payload is not JSON: it breaks the grammar at byte 8."),
            run.Decoder.TakeSample(BadReason.NotJson));
        var sample = run.Decoder.TakeSample(BadReason.BadUtf8)!;
        Assert.Contains("\\xFF\\x00zzz", sample.Payload);
        Assert.EndsWith("z", sample.Payload);
        Assert.Equal(120, Encoding.UTF8.GetByteCount(sample.Payload) - 2 * 3);
    }

    [Theory]
    [InlineData(TimeUnit.Milliseconds, "1700000000", "Seconds")]
    [InlineData(TimeUnit.Seconds, "1700000000123", "Milliseconds")]
    [InlineData(TimeUnit.Seconds, "1700000000123456", "Microseconds")]
    [InlineData(TimeUnit.Milliseconds, "1700000000123456789", "Nanoseconds")]
    [InlineData(TimeUnit.Milliseconds, "\"2023-11-14T22:13:20Z\"", "Iso8601")]
    [InlineData(TimeUnit.Iso8601, "1700000000123", "Milliseconds")]
    [InlineData(TimeUnit.Milliseconds, "0", "")]
    [InlineData(TimeUnit.Milliseconds, "4102444800000", "")]
    [InlineData(TimeUnit.Milliseconds, "1700000000123", null)]
    [InlineData(TimeUnit.Milliseconds, "null", null)]
    public void Strange_times_give_one_hint_a_topic(TimeUnit unit, string time, string? suggested)
    {
        var run = new DecodeRun(DecodeRun.Json(time: "$.ts", unit: unit));
        for (var i = 0; i < 3; i++) run.Decode("s/a/m", $"{{\"ts\":{time},\"value\":1}}");
        Assert.Equal(suggested is not null, run.Decoder.TryTakeHint(out var hint));
        Assert.False(run.Decoder.TryTakeHint(out _));
        if (suggested is null) return;
        Assert.Equal(suggested, hint!.Suggested?.ToString() ?? "");
        Assert.Equal("s/a/m", hint.Topic);
        Assert.Contains(time.Trim('"'), hint.Message);
        run.Decode("s/b/m", $"{{\"ts\":{time},\"value\":1}}");
        Assert.True(run.Decoder.TryTakeHint(out _));
    }

    [Theory]
    [InlineData(TimeUnit.Milliseconds, "1790000000", "Seconds")]
    [InlineData(TimeUnit.Seconds, "1790000000123", "Milliseconds")]
    [InlineData(TimeUnit.Milliseconds, "1790000000123", null)]
    [InlineData(TimeUnit.Milliseconds, "86400000", "")]
    public void A_gateway_whose_clock_stands_in_1970_still_knows_a_wrong_unit(TimeUnit unit, string time, string? suggested)
    {
        var run = new DecodeRun(DecodeRun.Json(time: "$.ts", unit: unit)) { ArrivalNs = 90_000_000_000 };
        run.Decode("s/a/m", $"{{\"ts\":{time},\"value\":1}}");
        Assert.Equal(suggested is not null, run.Decoder.TryTakeHint(out var hint));
        Assert.Equal(suggested ?? "", hint?.Suggested?.ToString() ?? "");
    }

    public static TheoryData<string, bool, FormatSettings, string[]> Workloads() => new()
    {
        { "shape", true, Value, ["""{"ts":1700000000123,"value":21.37}""", """{"ts":1700000000124,"value":2.5}"""] },
        { "parser", false, Value, ["""{"ts":1700000000123,"value":21.37}""", """{"ts":1700000000124,"value":2.5,"x":"\n"}"""] },
        { "17 digits", true, Value, ["""{"ts":1700000000123,"value":21.370000000000001}"""] },
        { "many shapes", true, Value, [.. Enumerable.Range(0, 40).Select(i => $"{{\"k{i}\":{i},\"ts\":1700000000123,\"value\":21.37}}")] },
        { "bad", true, Value,
        ["{", "[]", """{"ts":1700000000123,"value":"x"}""", """{"value":1}""", """{"ts":1700000000123,"value":1e999}""", "{\"a\":NaN}"] },
        { "number", true, new NumberFormatSettings(), ["21.37", " 5 ", "x"] },
        {
            "csv", true,
            new CsvFormatSettings { HasHeader = true, Fields = [new() { Path = "v" }], LabelPaths = [new("d", "d")] },
            ["d,v\n1,2\n\"a\"\"\",3\n"]
        },
        {
            "nmea", true,
            new NmeaFormatSettings { Fields = NmeaStandard.Fields, NeedCheck = false, GnssTime = true },
            ["$SDDPT,2.3,0.5\n$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W\r\n", "x", "$GPZZZ,1"]
        },
        {
            "binary", true,
            new BinaryFormatSettings { Fields = [new() { Metric = "a", Offset = 1, Type = BinaryType.U16 }] },
            ["abc", "a"]
        },
        { "text", true, new NumberFormatSettings(), ["21.5 \u00b0C", "1 234,5 kWh", "unavailable", "21,500", "0x1F"] },
        {
            "wildcards", true, new JsonFormatSettings { Fields = [new() { Path = "$.s.{k}[*].v", Scale = new(0.1, 0) }],
                Time = new() { Path = "$.t" } },
            ["{\"t\":1700000000123,\"s\":{\"a\":[{\"v\":1},{\"v\":2}],\"b\\u0061\":[{\"v\":3}]}}"]
        },
        { "all", true, new JsonFormatSettings { AllFields = true }, ["{\"a\":{\"b\":[1,2.5]},\"c\":3}"] },
        { "unusual", true, Value,
            ["\uFEFF{\"ts\":1700000000123,\"value\":1}", "{\"ts\":1700000000123,\"value\":1}\n{\"ts\":1,\"value\":2}"] },
        { "in text", true, Value with { Fields = [new() { Path = "$.p.v" }] }, ["{\"ts\":1700000000123,\"p\":\"{\\\"v\\\":1}\"}"] },
        {
            "time", true, Value with { Time = new() { Path = "$.t", Date = "$.d", Unit = TimeUnit.Formatted,
                Formats = ["dd.MM.yyyy HH:mm:ss"] } },
            ["{\"d\":\"01.07.2026\",\"t\":\"12:00:00\",\"value\":1}"]
        },
        { "cbor", true, new CborFormatSettings { Fields = [new() { Path = "$.v" }], LabelPaths = [new("d", "$.d")],
            Encoding = PayloadEncoding.Hex }, ["A261646264316176190866"] },
        { "msgpack", true, new MessagePackFormatSettings { AllFields = true, Encoding = PayloadEncoding.Hex },
            ["82A164A26431A176CB4035800000000000"] },
        { "influx", true, new InfluxFormatSettings(), ["m,a=b v=1.5,w=3i 1700000000000000000\nm,a=c v=t"] },
        { "senml", true, new SenmlFormatSettings { BaseLabel = "d" },
            ["[{\"bn\":\"x:\",\"n\":\"v\",\"v\":1.5},{\"n\":\"w\",\"vb\":true}]"] },
        { "key_value", true, new KeyValueFormatSettings { AllFields = true }, ["T=21.5;H=40", "a: 1, b: 2 kg"] },
        { "cayenne", true, new CayenneFormatSettings { Encoding = PayloadEncoding.Base64 }, ["A2cBEAVnAP8="] },
        { "sparkplug", true, new SparkplugFormatSettings { Encoding = PayloadEncoding.Hex },
            ["0880A6D2BF0312130A0474656D701880A6D2BF032009650000AC41"] },
        { "regex", true, new PatternFormatSettings { Pattern = "T=(?<t>[0-9.]+)", Fields = [new("t", "t")] }, ["T=1.5", "x"] },
        {
            "samples, labels, states", true,
            Value with
            {
                Samples = "$",
                Fields = [new() { Path = "v", States = new Dictionary<string, double> { ["on"] = 1 } }],
                LabelPaths = [new("l", "l")],
                Time = new() { Path = "t", Unit = TimeUnit.Iso8601 },
            },
            ["""[{"t":"2023-11-14T22:13:20Z","l":"\u0061","v":"on"},{"t":"2023-11-14T22:13:20Z","l":"b","v":3}]"""]
        },
    };

    static JsonFormatSettings Value => new() { Fields = [new() { Path = "$.value" }], Time = new() { Path = "$.ts" } };

    [Theory]
    [MemberData(nameof(Workloads))]
    public void Nothing_is_allocated_once_warm(string name, bool shapes, FormatSettings decode, string[] payloads)
    {
        _ = name;
        var run = new DecodeRun(1000, 1000, shapes, new SubscriptionSettings { Topic = "s/{device}/{metric}", Decode = decode });
        var bytes = payloads.Select(Encoding.UTF8.GetBytes).ToArray();
        var topics = Enumerable.Range(0, 50).Select(i => Encoding.UTF8.GetBytes($"s/{i}/m")).ToArray();
        Pass(200);
        // The runtime compiles methods anew while they run, which allocates once; what a payload costs shows in every round.
        long allocated = 0;
        for (var round = 0; round < 4; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Pass(500);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated == 0) break;
        }

        Assert.Equal(0, allocated);

        void Pass(int passes)
        {
            for (var pass = 0; pass < passes; pass++)
                foreach (var topic in topics)
                    run.DecodeOnly(topic, bytes[pass % bytes.Length]);
        }
    }

    [Fact]
    public void A_label_that_is_too_long_makes_no_series_and_no_route()
    {
        var run = new DecodeRun(DecodeRun.Json());
        var longName = new string('x', run.Series.MaxLabelBytes + 1);
        for (var i = 0; i < 3; i++) Assert.Equal("LabelTooLong", run.Decode($"s/{longName}/m", """{"value":1}"""));
        Assert.Equal(0, run.Decoder.RouteCount);
        Assert.Equal(0, run.Series.Count);
        var sample = run.Decoder.TakeSample(BadReason.LabelTooLong)!;
        Assert.Contains("device has 1025 bytes, more than agent.max_label_bytes", sample.Message);
        Assert.DoesNotContain("LabelTooLong", run.Decode($"s/{longName[1..]}/m", """{"value":1}"""));
    }

    [Fact]
    public void Keys_of_routes_are_bounded_in_bytes()
    {
        var run = new DecodeRun(10, 100_000, true, DecodeRun.Json());
        var level = new string('y', 60_000);
        for (var i = 0; i < 400; i++)
        {
            Assert.Equal("NoRoute", run.Decode($"other/{i}/{level}", "1"));
            Assert.True(run.Decoder.RouteCount * 60_000L <= 8 << 20);
        }

        // What was moved together is still found.
        Assert.DoesNotContain("NoRoute", run.Decode("s/a/m", """{"value":1}"""));
        for (var i = 0; i < 200; i++) run.Decode($"other/{i}/{level}", "1");
        Assert.DoesNotContain("NoRoute", run.Decode("s/a/m", """{"value":1}"""));
    }
}
