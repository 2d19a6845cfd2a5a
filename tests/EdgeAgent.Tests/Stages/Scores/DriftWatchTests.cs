using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Tests.Models;
using EdgeAgent.Tests.Pipelines;
using Xunit;

namespace EdgeAgent.Tests.Stages.Scores;

public sealed class DriftWatchTests
{
    static readonly DriftBins s_bins = new([1, 2], [0.5, 0.3, 0.2]);

    static DriftPlan Plan(string key = "k", DriftBins? input = null, bool score = false, double windowS = 10, int minCount = 4) => new(
        new DriftSettings { Reference = "r", Window = TimeSpan.FromSeconds(windowS), MinCount = minCount },
        key, [("value", input ?? s_bins)], score ? s_bins : null);

    static FakeModel Model(DriftPlan? plan, string version = "1") =>
        new(1, 0, 1, 8, (x, _, y) => y[0] = 10 - x[0], version) { Drift = plan };

    static ScoreSettings Silent => ScoreRig.Readings() with { EmitScores = false };

    [Fact]
    public void An_alert_of_drift_is_these_bytes()
    {
        var rig = new ScoreRig(Silent, Model(Plan())).Pipe;
        for (var i = 0; i < 5; i++) rig.Add("a", i, 5);
        rig.Add("b", 12, 1).Run();
        var opened = Assert.Single(rig.TakeAll());
        Assert.Equal(RecordKind.Alert, opened.Kind);
        Assert.Equal(0, opened.TimeNs);
        Assert.Matches("^p/[0-9a-f]{16}/0/0/~drift=input.value$", opened.Id);
        Assert.Equal(
            """{"pipeline":"p","alert":"opened","drift":"input.value","start":"1970-01-01T00:00:00Z","peak_time":"1970-01-01T00:00:10Z","peak":7.9464,"psi":7.9464,"threshold":0.25,"count":5,"bins":[1,2],"expected":[0.5,0.3,0.2],"observed":[0,0,1],"model":"fake","model_version":"1","model_sha256":"00ff"}""",
            opened.Payload);
        foreach (var value in (double[])[1, 1, 1, 1, 2, 2, 2, 3, 3]) rig.Add("b", 13, value);
        rig.Add("a", 20, 1).Run();
        var closed = Assert.Single(rig.TakeAll());
        Assert.Matches("^p/[0-9a-f]{16}/0/1/~drift=input.value$", closed.Id);
        Assert.Equal(20 * PipelineRig.Second, closed.TimeNs);
        Assert.Equal(
            """{"pipeline":"p","alert":"closed","drift":"input.value","start":"1970-01-01T00:00:00Z","end":"1970-01-01T00:00:20Z","peak_time":"1970-01-01T00:00:10Z","peak":7.9464,"psi":0,"threshold":0.25,"count":10,"model":"fake","model_version":"1","model_sha256":"00ff"}""",
            closed.Payload);
    }

    [Fact]
    public void Indices_and_events_are_those_of_a_slow_oracle_however_batches_are_cut_and_over_restarts()
    {
        var random = new Random(11);
        for (var round = 0; round < 60; round++)
        {
            var (minCount, shift) = (random.Next(2, 30), 0.0);
            var readings = new List<(string Device, double At, double Value)>();
            for (var i = 0; i < 400; i++)
            {
                if (random.Next(60) == 0) shift = random.Next(3);
                // Some are late, by less than the two windows that make a clock suspicious.
                readings.Add(("d" + random.Next(3), 100 + (i * 0.7) - (random.Next(4) == 0 ? random.Next(9) : 0),
                    Math.Round(shift + (random.NextDouble() * 2.4), 2)));
            }

            var expected = Oracle(readings, minCount);
            foreach (var batch in (int[])[1, 7, 400])
                Assert.Equal(expected, Events(readings, minCount, batch, restartEvery: batch == 7 ? 5 : 0));
        }
    }

    [Fact]
    public void A_reading_from_the_future_and_a_clock_that_was_wrong_do_not_stop_it()
    {
        var scored = new ScoreRig(Silent, Model(Plan()));
        var rig = scored.Pipe;
        // Marked as from the future: counts, but ends no window.
        rig.Add("a", 1, 1).Add("a", 9e8, 1, Quality.Future).Add("a", 2, 1).Run();
        Assert.Equal(3, scored.Drift.Quantities[0].Shift.Count);
        // Not marked, as the gateway's clock was not trusted: the windows move on, and come back when every reading says so.
        rig.Add("a", 9e8, 1).Run();
        Assert.Equal(4, scored.Drift.Quantities[0].Shift.Count);
        for (var i = 0; i < 20; i++) rig.Add("a", 3 + i, 5);
        rig.Run();
        Assert.Equal(30 * PipelineRig.Second - 10 * PipelineRig.Second, scored.Drift.Quantities[0].WindowEndNs);
        Assert.True(scored.Drift.Quantities[0].IsOpen);
    }

    [Fact]
    public void Few_values_go_on_into_the_next_window_and_a_score_is_watched_by_its_own()
    {
        var scored = new ScoreRig(Silent, Model(Plan(score: true, minCount: 5)));
        for (var i = 0; i < 9; i++) scored.Pipe.Add("a", i * 5, 9);
        scored.Pipe.Run();
        Assert.Equal(["input.value", "score"], scored.Drift.Quantities.Select(q => q.Name));
        Assert.All(scored.Drift.Quantities,
            q => Assert.Equal((6, 30 * PipelineRig.Second, 3), (q.IndexCount, q.WindowEndNs, q.Shift.Count)));
        Assert.Equal(["input.value", "score"], scored.Pipe.TakeAll().Select(r => r.Payload.Split("\"drift\":\"")[1].Split('"')[0]).Order());
        Assert.Equal([1, 0, 0], scored.Drift.Quantities[1].Shift.Shares.ToArray());
    }

    [Fact]
    public void A_swap_under_the_same_reference_goes_on_and_under_another_counts_start_anew()
    {
        var scored = new ScoreRig(Silent, Model(Plan()));
        var rig = scored.Pipe;
        for (var i = 0; i < 5; i++) rig.Add("a", i, 5);
        rig.Add("a", 11, 5).Run();
        Assert.Contains("\"opened\"", rig.Take());
        scored.Slot.Offer(Model(Plan(), "2"));
        rig.Add("a", 12, 5).Run();
        Assert.Equal(2, scored.Drift.Quantities[0].Shift.Count);
        Assert.True(scored.Slot.TryTakeRetired(out _));
        scored.Slot.Offer(Model(Plan("other", new DriftBins([4], [0.01, 0.99])), "3"));
        rig.Add("a", 13, 5).Run();
        Assert.Equal(1, scored.Drift.Quantities[0].Shift.Count);
        // What is normal for the new model ends the alert of the old one.
        for (var i = 0; i < 5; i++) rig.Add("a", 14, 5);
        rig.Add("a", 21, 5).Run();
        var closed = rig.Take();
        Assert.Contains("\"closed\"", closed);
        Assert.Contains("\"model_version\":\"3\"", closed);
    }

    [Fact]
    public void An_alert_ends_when_nothing_is_watched_any_more()
    {
        var scored = new ScoreRig(Silent, Model(Plan()));
        var rig = scored.Pipe;
        for (var i = 0; i < 5; i++) rig.Add("a", i, 5);
        rig.Add("a", 11, 5).Run();
        Assert.Contains("\"opened\"", rig.Take());
        scored.Slot.Offer(Model(null, "2"));
        rig.Add("a", 12, 5).Run();
        Assert.Contains(
            "\"alert\":\"closed\",\"drift\":\"input.value\",\"start\":\"1970-01-01T00:00:00Z\",\"end\":\"1970-01-01T00:00:10Z\"",
            rig.Take());
        Assert.Empty(scored.Drift.Quantities);
        // The next start finds no alert to end again.
        var again = new ScoreRig(Silent, Model(Plan()));
        again.Pipe.Restore(rig.Snapshot(all: true).Where(e => e.Entry.Length > 0));
        again.Pipe.Add("a", 13, 5).Run();
        Assert.False(again.Drift.Quantities[0].IsOpen);
    }

    [Fact]
    public void Memory_waits_for_a_model_that_cannot_be_loaded_now()
    {
        var first = new ScoreRig(Silent, Model(Plan()));
        for (var i = 0; i < 3; i++) first.Pipe.Add("a", i, 5);
        first.Pipe.Run();
        var without = new ScoreRig(Silent, null);
        without.Pipe.Restore(first.Pipe.Snapshot(all: true).Where(e => e.Entry.Length > 0));
        without.Pipe.Add("a", 4, 5).Run();
        var third = new ScoreRig(Silent, null);
        third.Pipe.Restore(without.Pipe.Snapshot(all: true).Where(e => e.Entry.Length > 0));
        third.Slot.Offer(Model(Plan()));
        third.Pipe.Add("a", 5, 5).Run();
        Assert.Equal(4, third.Drift.Quantities[0].Shift.Count);
    }

    [Fact]
    public void Malformed_memory_is_refused_and_breaks_nothing()
    {
        var rig = new ScoreRig(Silent, Model(Plan())).Pipe;
        for (var i = 0; i < 3; i++) rig.Add("a", i, 5);
        rig.Run();
        var entry = rig.Snapshot(all: true)[0].Entry;
        for (var length = 1; length < entry.Length; length++)
            Assert.False(new ScoreRig(Silent, Model(Plan())).Pipe.Pipeline.States[0].State.TryRestoreUnit(entry.AsSpan(0, length), 1),
                $"{length} bytes");
    }

    static List<string> Events(List<(string Device, double At, double Value)> readings, int minCount, int batch, int restartEvery)
    {
        var scored = new ScoreRig(Silent, Model(Plan(minCount: minCount)));
        var log = new List<(string, int, byte[])>();
        var events = new List<string>();
        for (var i = 0; i < readings.Count; i++)
        {
            scored.Pipe.Add(readings[i].Device, readings[i].At, readings[i].Value);
            if ((i + 1) % batch != 0 && i < readings.Count - 1) continue;
            scored.Pipe.Run();
            events.AddRange(scored.Pipe.TakeAll().Select(Short));
            log.AddRange(scored.Pipe.Snapshot());
            if (restartEvery == 0 || i / batch % restartEvery != 0) continue;
            scored = new ScoreRig(Silent, Model(Plan(minCount: minCount)));
            scored.Pipe.Restore(log);
        }

        return events;
    }

    static string Short((string Id, string? Key, string Topic, RecordKind Kind, long TimeNs, string Payload) record)
    {
        using var json = System.Text.Json.JsonDocument.Parse(record.Payload);
        var root = json.RootElement;
        return $"{root.GetProperty("alert")} {record.Id.Split('/')[2]} {root.GetProperty("psi").GetDouble():0.###} of "
            + $"{root.GetProperty("count")}";
    }

    // Values in the order they came; a window closes with the first value at or past its end.
    static List<string> Oracle(List<(string Device, double At, double Value)> readings, int minCount)
    {
        var events = new List<string>();
        var held = new List<double>();
        double? since = null, end = null, openSince = null;
        foreach (var (_, at, value) in readings)
        {
            if (end is null || at >= end)
            {
                if (held.Count >= minCount)
                {
                    double[] now = [held.Count(v => v <= 1), held.Count(v => v is > 1 and <= 2), held.Count(v => v > 2)];
                    var psi = now.Zip((double[])[0.5, 0.3, 0.2]).Sum(
                        p => (Math.Max(p.First / held.Count, 1e-4) - p.Second) * Math.Log(Math.Max(p.First / held.Count, 1e-4) / p.Second));
                    if (openSince is null ? psi > 0.25 : psi < 0.1)
                    {
                        events.Add($"{(openSince is null ? "opened" : "closed")} {(long)((openSince ?? since!).Value * 1e9)} "
                            + $"{Math.Round(psi, 4):0.###} of {held.Count}");
                        openSince = openSince is null ? since : null;
                    }

                    held.Clear();
                }

                if (held.Count == 0) since = Math.Floor(at / 10) * 10;
                end = (Math.Floor(at / 10) * 10) + 10;
            }

            held.Add(value);
        }

        return events;
    }
}
