using EdgeAgent.Catalog;
using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Outputs.Terminal;
using EdgeAgent.Tests.Models;
using EdgeAgent.Tests.Pipelines;
using Xunit;

namespace EdgeAgent.Tests.Stages.Scores;

public sealed class ScoreReadingsTests
{
    static FakeModel Sum(int features, int maxRows = 8, double gain = 1, string version = "1") => new(features, 0, 1, maxRows, (x, _, y) =>
    {
        y[0] = 0;
        foreach (var value in x) y[0] += gain * value;
    }, version);

    [Fact]
    public void A_score_record_is_these_bytes()
    {
        var rig = new ScoreRig(ScoreRig.Readings(), Sum(1, gain: 2)).Pipe;
        rig.Add("a", 1.5, 3).Run();
        var record = Assert.Single(rig.TakeAll());
        Assert.Equal(RecordKind.Score, record.Kind);
        Assert.Equal(
            """{"device":"a","metric":"m","pipeline":"p","time":"1970-01-01T00:00:01.500Z","value":3,"score":6,"model":"fake","model_version":"1","model_sha256":"00ff"}""",
            record.Payload);
        Assert.EndsWith("/1500000000/4008000000000000/device=a,metric=m", record.Id);
    }

    [Fact]
    public void The_last_readings_of_each_series_are_its_features_however_batches_are_cut()
    {
        var random = new Random(1);
        var readings = Enumerable.Range(0, 3000)
            .Select(i => (Device: "d" + random.Next(7), At: (double)i, Value: Math.Round(random.NextDouble(), 3)))
            .ToList();
        var past = new Dictionary<string, List<double>>();
        var expected = new List<double>();
        foreach (var (device, _, value) in readings)
        {
            if (!past.TryGetValue(device, out var values)) past[device] = values = [];
            values.Add(value);
            if (values.Count >= 4) expected.Add(values[^4] + values[^3] + values[^2] + values[^1]);
        }

        foreach (var size in (int[])[1, 3, 64, 3000])
        {
            var scored = new ScoreRig(ScoreRig.Readings(4), Sum(4));
            for (var i = 0; i < readings.Count; i++)
            {
                scored.Pipe.Add(readings[i].Device, readings[i].At, readings[i].Value);
                if ((i + 1) % size == 0) scored.Pipe.Run();
            }

            scored.Pipe.Run();
            var got = scored.Pipe.TakeAll().Select(r => ScoreOf(r.Payload)).ToList();
            Assert.Equal(expected.Count, got.Count);
            for (var i = 0; i < got.Count; i++) Assert.Equal(expected[i], got[i], 9);
            Assert.Equal(expected.Count, scored.Counters.Scored);
        }
    }

    [Fact]
    public void States_go_round_for_each_series_alone()
    {
        // Counts up: the state is the number of readings of this series so far.
        var rig = new ScoreRig(ScoreRig.Readings(), new FakeModel(1, 1, 1, 8, (_, h, y) => y[0] = ++h[0])).Pipe;
        foreach (var device in "aabacba") rig.Add(device.ToString(), 1, 0);
        rig.Run();
        Assert.Equal([1, 2, 1, 3, 1, 2, 4], rig.TakeAll().Select(r => ScoreOf(r.Payload)));
    }

    [Fact]
    public void A_forecast_is_held_against_the_next_reading()
    {
        var rig = new ScoreRig(ScoreRig.Readings() with { Score = ScoreKind.ForecastError },
            new FakeModel(1, 0, 1, 8, (x, _, y) => y[0] = x[0] + 1)).Pipe;
        foreach (var value in (double[])[1, 2, 3, 7, 8]) rig.Add("a", value, value);
        rig.Run();
        Assert.Equal([0, 0, 3, 0], rig.TakeAll().Select(r => ScoreOf(r.Payload)));
    }

    [Theory]
    [InlineData(ScoreFallback.Skip, 2)]
    [InlineData(ScoreFallback.Last, 3)]
    [InlineData(ScoreFallback.Pass, 3)]
    public void A_failed_run_falls_back_by_its_policy_and_the_stream_goes_on(ScoreFallback fallback, int records)
    {
        var model = Sum(1);
        var scored = new ScoreRig(ScoreRig.Readings() with { Fallback = fallback }, model);
        scored.Pipe.Add("a", 1, 5).Run();
        model.Next = RunResult.OverBudget;
        scored.Pipe.Add("a", 2, 6).Run();
        model.Next = RunResult.Ok;
        scored.Pipe.Add("a", 3, 8).Run();
        var lines = scored.Pipe.TakeAll().Select(r => r.Payload).ToList();
        Assert.Equal(records, lines.Count);
        Assert.Equal(1, scored.Counters.OverBudget);
        if (fallback == ScoreFallback.Last) Assert.Contains("\"score\":5,\"stale\":true", lines[1]);
        if (fallback == ScoreFallback.Pass) Assert.Contains("\"score\":null", lines[1]);
    }

    [Fact]
    public void A_score_that_is_no_number_never_reaches_a_threshold_or_a_state()
    {
        var model = new FakeModel(1, 1, 1, 8, (x, h, y) => y[0] = h[0] = x[0] == 2 ? double.NaN : h[0] + x[0]);
        var scored = new ScoreRig(ScoreRig.Readings() with { Threshold = new ThresholdSettings { Constant = 100 } }, model);
        foreach (var value in (double[])[1, 1, 2, 1, 1]) scored.Pipe.Add("a", 1, value);
        scored.Pipe.Run();
        Assert.Equal([1, 2, 1, 2], scored.Pipe.TakeAll().Select(r => ScoreOf(r.Payload)));
        Assert.Equal(1, scored.Counters.NotFinite);
    }

    [Theory]
    [InlineData(ScoreFallback.Skip, new string[0])]
    [InlineData(ScoreFallback.Last, new[] { "\"score\":5,\"stale\":true" })]
    [InlineData(ScoreFallback.Pass, new[] { "\"score\":null", "\"score\":null" })]
    public void Until_a_model_is_there_the_policy_of_failures_applies(ScoreFallback fallback, string[] words)
    {
        var scored = new ScoreRig(ScoreRig.Readings() with { Fallback = fallback }, Sum(1));
        scored.Pipe.Add("a", 1, 5).Run();
        scored.Pipe.TakeAll();
        scored.Slot.Offer(null);
        scored.Pipe.Add("a", 2, 6).Add("b", 2, 7).Run();
        var lines = scored.Pipe.TakeAll();
        Assert.Equal(words.Length, lines.Count);
        for (var i = 0; i < words.Length; i++) Assert.Contains(words[i], lines[i].Payload);
        Assert.Equal(2, scored.Counters.NoModel);
        scored.Slot.TryTakeRetired(out _);
        scored.Slot.Offer(Sum(1));
        scored.Pipe.Add("b", 3, 8).Run();
        Assert.Contains("\"score\":8,", scored.Pipe.Take());
    }

    [Fact]
    public void A_rolling_score_is_the_median_or_a_share_of_the_last_ones_and_survives_a_restart()
    {
        double[] values = [1, 9, 2, 3, 8, 8, 1, 9, double.NaN, 9];
        List<double> All(RollingSettings rolling, int restartAt = -1)
        {
            var settings = ScoreRig.Readings() with { Rolling = rolling };
            var (rig, lines, log) = (new ScoreRig(settings, Sum(1)).Pipe, new List<double>(), new List<(string, int, byte[])>());
            for (var i = 0; i < values.Length; i++)
            {
                rig.Add("a", i, values[i]).Run().Cut(0);
                lines.AddRange(rig.TakeAll().Select(r => ScoreOf(r.Payload)));
                log.AddRange(rig.Snapshot());
                if (i != restartAt) continue;
                rig = new ScoreRig(settings, Sum(1)).Pipe;
                rig.Restore(log);
            }

            return lines;
        }

        var median = new RollingSettings { Last = 3 };
        Assert.Equal([2, 3, 3, 8, 8, 8, 9], All(median));
        Assert.Equal(All(median), All(median, restartAt: 4));
        Assert.Equal([2.5, 5.5, 5.5, 5.5, 8, 8.5], All(new() { Last = 4 }));
        Assert.Equal([0.25, 0.5, 0.5, 0.5, 0.75, 0.75], All(new() { Last = 4, IsShare = true, Above = 5 }));
    }

    [Fact]
    public void Without_a_model_readings_are_counted_and_nothing_stops()
    {
        var scored = new ScoreRig(ScoreRig.Readings(), null);
        scored.Pipe.Add("a", 1, 1).Add("a", 2, 1).Run();
        Assert.Empty(scored.Pipe.TakeAll());
        Assert.Equal(2, scored.Counters.NoModel);
    }

    [Fact]
    public void An_alert_opens_once_with_what_the_model_saw_and_closes_once()
    {
        var settings = ScoreRig.Readings(2) with
        {
            EmitScores = false,
            Score = ScoreKind.ReconstructionMax,
            Means = [10],
            Deviations = [2],
            Threshold = new ThresholdSettings { Constant = 3, Hysteresis = 0.5 },
        };
        var rig = new ScoreRig(settings, new FakeModel(2, 0, 2, 8, (_, _, y) => y.Clear())).Pipe;
        foreach (var (at, value) in ((double, double)[])[(1, 10), (2, 11), (3, 18), (4, 20), (5, 18), (6, 10), (7, 10), (8, 10)])
            rig.Add("a", at, value);
        rig.Run();
        var records = rig.TakeAll();
        Assert.Equal(2, records.Count);
        Assert.All(records, r => Assert.Equal(RecordKind.Alert, r.Kind));
        Assert.Equal(
            """{"device":"a","metric":"m","pipeline":"p","alert":"opened","start":"1970-01-01T00:00:03Z","peak_time":"1970-01-01T00:00:03Z","peak":4,"threshold":3,"score":4,"features":[11,18],"feature_names":["value"],"contributions":["value[-0]","value[-1]"],"contribution_shares":[0.9846,0.0154],"model":"fake","model_version":"1","model_sha256":"00ff"}""",
            records[0].Payload);
        Assert.Equal(
            """{"device":"a","metric":"m","pipeline":"p","alert":"closed","start":"1970-01-01T00:00:03Z","end":"1970-01-01T00:00:07Z","peak_time":"1970-01-01T00:00:04Z","peak":5,"threshold":3,"score":0,"model":"fake","model_version":"1","model_sha256":"00ff"}""",
            records[1].Payload);
        Assert.EndsWith("/3000000000/0/device=a,metric=m", records[0].Id);
        Assert.EndsWith("/3000000000/1/device=a,metric=m", records[1].Id);
        Assert.Contains(rig.Pipeline.Lanes, l => l.Priority == 1);
    }

    [Fact]
    public void A_restart_at_any_cut_gives_the_same_records()
    {
        var settings = ScoreRig.Readings(3)
            with { Threshold = new ThresholdSettings { Kind = ThresholdKind.Spot, Risk = 1e-2, Level = 0.9, Warmup = 30 }, Every = 2 };
        FakeModel Model() => new(3, 1, 1, 4, (x, h, y) => y[0] = (h[0] = 0.9 * h[0] + 0.1 * x[2]) + Math.Abs(x[0] - x[2]));
        List<string> RunAll(int restartAt)
        {
            var random = new Random(5);
            var scored = new ScoreRig(settings, Model());
            var lines = new List<string>();
            var log = new List<(string, int, byte[])>();
            for (var i = 0; i < 60; i++)
            {
                for (var k = 0; k < 5; k++) scored.Pipe.Add("d" + (k % 2), (i * 5) + k, random.NextDouble() * (i % 20 == 19 ? 50 : 1));
                scored.Pipe.Run();
                lines.AddRange(scored.Pipe.TakeAll().Select(r => r.Id + " " + r.Payload));
                log.AddRange(scored.Pipe.Snapshot());
                if (i != restartAt) continue;
                scored = new ScoreRig(settings, Model());
                scored.Pipe.Restore(log);
            }

            return lines;
        }

        var whole = RunAll(-1);
        Assert.Contains(whole, l => l.Contains("\"alert\":\"closed\""));
        for (var at = 0; at < 60; at += 11) Assert.Equal(whole, RunAll(at));
    }

    [Fact]
    public void A_swap_drops_no_reading_and_scores_none_twice()
    {
        var scored = new ScoreRig(ScoreRig.Readings(), Sum(1));
        var random = new Random(6);
        var pushed = 0;
        for (var swap = 0; swap < 100; swap++)
        {
            var old = scored.Slot.Current;
            scored.Slot.Offer(Sum(1, 1 + random.Next(16), swap, swap.ToString()))?.Dispose();
            var n = random.Next(1, 500);
            for (var i = 0; i < n; i++) scored.Pipe.Add("d" + random.Next(3), pushed++, 1);
            scored.Pipe.Run();
            Assert.All(scored.Pipe.TakeAll(),
                r => Assert.Contains($"\"score\":{swap},\"model\":\"fake\",\"model_version\":\"{swap}\"", r.Payload));
            if (scored.Slot.TryTakeRetired(out var retired)) retired.Dispose();
            Assert.True(old is null || ((FakeModel)old).IsDisposed);
        }

        Assert.Equal(pushed, scored.Counters.Scored);
        Assert.Equal(100, scored.Slot.Swaps);
    }

    [Fact]
    public void A_shadow_is_compared_and_never_told()
    {
        var scored = new ScoreRig(ScoreRig.Readings() with { Threshold = new ThresholdSettings { Constant = 10 } }, Sum(1));
        scored.Shadow.Offer(Sum(1, gain: 2));
        for (var i = 0; i < 20; i++) scored.Pipe.Add("a", i, i);
        scored.Pipe.Run();
        Assert.Equal((20, 15, 19.0), (scored.Counters.ShadowScored, scored.Counters.ShadowAgreed, scored.Counters.ShadowLargestDifference));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (double)i),
            scored.Pipe.TakeAll().Where(r => r.Kind == RecordKind.Score).Select(r => ScoreOf(r.Payload)));
    }

    [Fact]
    public void An_output_of_alerts_only_gets_no_score()
    {
        var slot = new ModelSlot();
        slot.Offer(Sum(1));
        var stages = new StageRegistry(Components.Stages, new SlotModels(slot));
        var score = ScoreRig.Readings() with { Threshold = new ThresholdSettings { Constant = 5 } };
        OutputSettings[] outputs =
        [
            new ConsoleOutputSettings { Name = "all" },
            new ConsoleOutputSettings { Name = "alerts", AlertsOnly = true },
        ];
        var rig = new PipelineRig(PipelineRig.Settings(new ScoreReadingsSettings { Name = "score", Score = score }), outputs: outputs,
            stages: stages);
        foreach (var value in (double[])[1, 9, 1]) rig.Add("a", value, value);
        rig.Run();
        Assert.Equal([("all", 0, 3), ("alerts", 0, 0), ("all", 1, 2), ("alerts", 1, 2)],
            rig.Pipeline.Lanes.Select(l => (l.Output, l.Priority, l.Records.Count)));
    }

    [Fact]
    public void A_shadow_with_memory_a_forecast_or_one_row_a_run_is_compared_too()
    {
        // Counts up from its own beginning, in runs of one row: as the current one, however readings of a series follow each other.
        static FakeModel Counting(int maxRows, double offset) => new(1, 1, 1, maxRows, (_, h, y) => y[0] = ++h[0] + offset);
        var scored = new ScoreRig(ScoreRig.Readings(), Counting(8, 0));
        scored.Shadow.Offer(Counting(1, 0.5));
        foreach (var device in "aabacbaaab") scored.Pipe.Add(device.ToString(), 1, 0);
        scored.Pipe.Run();
        Assert.Equal((10, 0.5), (scored.Counters.ShadowScored, scored.Counters.ShadowLargestDifference));

        // Memory only in the shadow.
        var plain = new ScoreRig(ScoreRig.Readings(), new FakeModel(1, 0, 1, 8, (x, _, y) => y[0] = x[0]));
        plain.Shadow.Offer(Counting(8, 0));
        for (var i = 1; i <= 5; i++) plain.Pipe.Add("a", i, i);
        plain.Pipe.Run();
        Assert.Equal((5, 0.0), (plain.Counters.ShadowScored, plain.Counters.ShadowLargestDifference));

        var forecast = new ScoreRig(ScoreRig.Readings() with { Score = ScoreKind.ForecastError },
            new FakeModel(1, 0, 1, 8, (x, _, y) => y[0] = x[0] + 1));
        forecast.Shadow.Offer(new FakeModel(1, 0, 1, 8, (x, _, y) => y[0] = x[0] + 3));
        foreach (var value in (double[])[1, 2, 3, 7, 8]) forecast.Pipe.Add("a", value, value);
        forecast.Pipe.Run();
        Assert.Equal((4, 2.0), (forecast.Counters.ShadowScored, forecast.Counters.ShadowLargestDifference));
    }

    [Fact]
    public void Scoring_without_records_allocates_nothing()
    {
        var scored = new ScoreRig(
            ScoreRig.Readings(8) with { EmitScores = false, Threshold = new ThresholdSettings { Constant = 1e9 } }, Sum(8));
        var batch = new ReadingBatch();
        var ids = Enumerable.Range(0, 10).Select(i => scored.Pipe.Id("d" + i)).ToArray();
        long Bytes()
        {
            for (var i = 0; i < 4096; i++) batch.Add(ids[i % 10], i, i);
            var before = GC.GetAllocatedBytesForCurrentThread();
            scored.Pipe.Pipeline.Process(batch, 0, scored.Pipe.Now);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Bytes();
        Bytes();
        Assert.Equal(0, Bytes());
    }

    static double ScoreOf(string payload)
    {
        var at = payload.IndexOf("\"score\":", StringComparison.Ordinal) + 8;
        return double.Parse(payload.AsSpan(at, payload.AsSpan(at).IndexOfAny(',', '}')));
    }

    [Fact]
    public void A_reading_from_the_future_neither_dates_an_alert_nor_holds_one_back()
    {
        var settings = ScoreRig.Readings()
            with { EmitScores = false, Threshold = new ThresholdSettings { Constant = 5, MinDuration = TimeSpan.FromSeconds(3) } };
        var rig = new ScoreRig(settings, new FakeModel(1, 0, 1, 8, (x, _, y) => y[0] = x[0]), FuturePolicy.Keep).Pipe;
        const double Now = 1_000_000;
        rig.Add("a", Now + 1e6, 9).Run();
        rig.Pass(1);
        rig.Add("a", Now + 1, 1).Run();
        for (var i = 2; i < 7; i++)
        {
            rig.Pass(1);
            rig.Add("a", Now + i, 9).Run();
        }

        var alert = Assert.Single(rig.TakeAll());
        Assert.StartsWith("{", alert.Payload);
        Assert.Contains("\"start\":\"1970-01-12T13:46:42", alert.Payload);
    }
}
