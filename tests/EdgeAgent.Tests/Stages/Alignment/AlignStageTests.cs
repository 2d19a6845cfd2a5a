using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Alignment;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Core.State;
using EdgeAgent.Tests.Models;
using EdgeAgent.Tests.Pipelines;
using EdgeAgent.Tests.Stages.Scores;
using Xunit;

namespace EdgeAgent.Tests.Stages.Alignment;

public sealed class AlignStageTests
{
    static AlignSettings Settings(AlignJoin join = AlignJoin.Last, double tolerance = 10, double? grid = null) => new()
    {
        Name = "align",
        By = ["device"],
        Metrics = ["x", "y"],
        Join = join,
        Tolerance = TimeSpan.FromSeconds(tolerance),
        Grid = grid is { } s ? TimeSpan.FromSeconds(s) : null,
    };

    static PipelineRig Rig(AlignSettings settings) => new(PipelineRig.Settings(settings));

    static PipelineRig Put(PipelineRig rig, params (string Metric, double At, double Value)[] readings)
    {
        foreach (var (metric, at, value) in readings) rig.AddNs(rig.Id("d", metric), (long)(at * PipelineRig.Second), value);
        return rig.Run();
    }

    static List<(long At, string Row)> Rows(PipelineRig rig) =>
        [.. rig.TakeAll().Select(r => (r.TimeNs / PipelineRig.Second, r.Payload[r.Payload.IndexOf("\"x\"", StringComparison.Ordinal)..]))];

    [Fact]
    public void The_last_value_within_the_tolerance_stands_in()
    {
        var rig = Put(Rig(Settings()), ("x", 1, 1), ("y", 3, 2), ("x", 5, 3), ("x", 14, 4), ("y", 15, 5), ("z", 16, 9), ("x", 17, 6));
        // At 14 the last y is 11 s old: no row.
        Assert.Equal([(3, "\"x\":1,\"y\":2}"), (5, "\"x\":3,\"y\":2}"), (15, "\"x\":4,\"y\":5}")], Rows(rig));
    }

    [Fact]
    public void A_sensor_that_never_reports_is_told_of_and_counted()
    {
        var rig = Rig(Settings());
        for (var i = 0; i < 20; i++) Put(rig, ("x", 10 * i, 1), ("y", 10 * i + 1, 1));
        rig.Cut();
        Assert.Equal(0, rig.Pipeline.Counters.AlignWaiting);
        for (var i = 20; i < 40; i++) Put(rig, ("x", 10 * i, 1));
        rig.Now = rig.Now with { Monotonic = new(rig.Now.MonotonicNs + (40 * PipelineRig.Second)) };
        rig.Cut();
        Assert.Equal(1, rig.Pipeline.Counters.AlignWaiting);
        Assert.True(rig.Pipeline.Notices.TryTake(out var notice));
        Assert.Equal(NoticeKind.Waiting, notice.Kind);
        Assert.Contains("`y` did not report", notice.Text);
        Assert.DoesNotContain("`x`", notice.Text);
        Put(rig, ("y", 401, 1), ("x", 402, 1), ("y", 403, 1));
        rig.Now = rig.Now with { Monotonic = new(rig.Now.MonotonicNs + (40 * PipelineRig.Second)) };
        rig.Cut();
        Assert.Equal(0, rig.Pipeline.Counters.AlignWaiting);
        Assert.False(rig.Pipeline.Notices.TryTake(out _));
    }

    [Theory]
    [InlineData(AlignJoin.Last)]
    [InlineData(AlignJoin.Linear)]
    [InlineData(AlignJoin.Exact)]
    public void A_dead_sensor_is_counted_and_goes_on_missing_where_a_stage_behind_takes_that(AlignJoin join)
    {
        var settings = ScoreRig.Summaries("x", "y") with { Missing = MissingPolicy.Mean, Means = [0, 7], Deviations = [1, 1] };
        var scored = new ScoreRig(settings, new FakeModel(2, 0, 1, 8, (x, _, y) => y[0] = (100 * x[0]) + x[1] + 7), Settings(join));
        // y reports twice and never again; the first row it lacks may only be in want of its turn.
        var pipe = Put(scored.Pipe, ("x", 1, 5), ("x", 2, 1), ("y", 2, 3), ("x", 4, 2), ("y", 4, 4));
        for (var i = 1; i < 5; i++) Put(pipe, ("x", 4 + (20 * i), i));
        Put(pipe, ("x", 100, 9));
        var rows = pipe.TakeAll().Select(r => (r.TimeNs / PipelineRig.Second, ScoreOf(r.Payload))).ToList();
        var dead = Enumerable.Range(1, 4).Select(i => (4L + (20 * i), (100.0 * i) + 7)).ToList();
        Assert.Equal([(2, 103.0), (4, 204.0), .. dead], rows);
        Assert.Equal([0, dead.Count], pipe.Pipeline.Counters.MissingByMetric);
        Assert.Equal([0, dead.Count], scored.Counters.MissingBy);
        Assert.Equal(0, scored.Counters.Missing);
    }

    [Fact]
    public void What_moments_lack_is_counted_where_no_stage_behind_takes_them()
    {
        var rig = Put(Rig(Settings()), ("x", 1, 1), ("y", 1, 2), ("x", 2, 1));
        Assert.Single(Rows(rig));
        for (var i = 1; i < 5; i++) Put(rig, ("x", 20 * i, i));
        Assert.Equal(["x", "y"], rig.Pipeline.Counters.Metrics);
        Assert.Equal([0, 3], rig.Pipeline.Counters.MissingByMetric);
        Assert.Single(Rows(rig)); // that of 2, for which y is near enough
    }

    static double ScoreOf(string payload) => double.Parse(payload.Split("\"score\":")[1].Split(',')[0],
        System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void Metrics_of_one_moment_are_one_row_in_either_join()
    {
        (string, double, double)[] readings = [("x", 1, 1), ("y", 1, 2), ("y", 2, 3), ("x", 2, 4), ("x", 3, 5)];
        Assert.Equal([(1, "\"x\":1,\"y\":2}"), (2, "\"x\":4,\"y\":3}")], Rows(Put(Rig(Settings()), readings)));
        Assert.Equal([(1, "\"x\":1,\"y\":2}"), (2, "\"x\":4,\"y\":3}")], Rows(Put(Rig(Settings(AlignJoin.Exact)), readings)));
    }

    [Fact]
    public void A_grid_gives_a_row_for_the_last_point_passed()
    {
        var rig = Put(Rig(Settings(grid: 10)), ("x", 1, 1), ("y", 9, 2), ("x", 12, 3), ("y", 13, 4), ("x", 20, 5), ("x", 21, 6),
            ("y", 22, 7), ("x", 58, 8));
        // 10: from 1 and 9. 20: x of 20 itself, y of 13. 50: everything is older than the tolerance.
        Assert.Equal([(10, "\"x\":1,\"y\":2}"), (20, "\"x\":5,\"y\":4}")], Rows(rig));
    }

    [Fact]
    public void A_line_is_drawn_between_the_values_around_a_moment()
    {
        var rig = Put(Rig(Settings(AlignJoin.Linear)), ("x", 0, 10), ("y", 1, 5), ("x", 2, 20), ("y", 5, 9), ("x", 6, 0), ("y", 20, 1),
            ("x", 21, 3), ("y", 22, 2));
        // At 0 there is no y before; from 6 on, x to 21 and y from 5 to 20 are over 10 s apart.
        Assert.Equal([(1, "\"x\":15,\"y\":5}"), (2, "\"x\":20,\"y\":6}"), (5, "\"x\":5,\"y\":9}"), (21, "\"x\":3,\"y\":1.5}")], Rows(rig));
    }

    [Fact]
    public void A_line_fills_every_point_of_a_grid_and_none_over_a_silence()
    {
        var rig = Put(Rig(Settings(AlignJoin.Linear, grid: 2)), ("x", 1, 10), ("y", 1, 0), ("x", 7, 70), ("y", 9, 8), ("y", 40, 1),
            ("x", 40, 2), ("x", 43, 5), ("y", 44, 5));
        Assert.Equal([(2, "\"x\":20,\"y\":1}"), (4, "\"x\":40,\"y\":3}"), (6, "\"x\":60,\"y\":5}"), (40, "\"x\":2,\"y\":1}"),
            (42, "\"x\":4,\"y\":3}")], Rows(rig));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lines_are_those_of_a_slow_oracle(bool onGrid)
    {
        var random = new Random(23);
        var rows = 0;
        for (var round = 0; round < 300; round++)
        {
            var (tolerance, grid) = (random.Next(1, 12), onGrid ? random.Next(1, 5) : (int?)null);
            var readings = new List<(string Metric, double At, double Value)>();
            var time = 0;
            for (var i = 0; i < 120; i++)
            {
                time += random.Next(10) == 0 ? random.Next(20) : random.Next(3);
                // Some arrive behind others of their group.
                readings.Add((random.Next(2) == 0 ? "x" : "y", Math.Max(0, time - (random.Next(4) == 0 ? random.Next(5) : 0)),
                    random.Next(-50, 50)));
            }

            var got = Rows(Put(Rig(Settings(AlignJoin.Linear, tolerance, grid)), [.. readings]));
            Assert.Equal(Oracle(readings, tolerance, grid), got);
            rows += got.Count;
        }

        Assert.True(rows > 2000, $"{rows} rows");
    }

    // Keeps everything, and at each reading tries every row that is open.
    static List<(long, string)> Oracle(List<(string Metric, double At, double Value)> readings, double tolerance, int? grid)
    {
        var taken = new Dictionary<string, List<(double At, double Value)>> { ["x"] = [], ["y"] = [] };
        var open = new SortedSet<double>();
        var told = new List<(long, string)>();
        var latest = double.NegativeInfinity;
        double? Value(string metric, double at)
        {
            var list = taken[metric];
            var next = list.FindIndex(r => r.At >= at);
            if (next < 0) return null;
            // The last one that came for this very moment counts.
            if (list[next].At == at) return list.FindLast(r => r.At == at).Value;
            if (next == 0 || list[next].At - list[next - 1].At > tolerance) return double.NaN;
            var share = (at - list[next - 1].At) / (list[next].At - list[next - 1].At);
            return ((1 - share) * list[next - 1].Value) + (share * list[next].Value);
        }

        foreach (var (metric, at, value) in readings)
        {
            if (taken[metric].Count > 0 && at < taken[metric][^1].At) continue;
            if (at > latest)
            {
                if (grid is not { } step) open.Add(at);
                else
                    for (var point = Math.Floor(at / step) * step; point > latest && point >= 0; point -= step)
                        if (at - latest <= tolerance || point == at) open.Add(point);
                latest = at;
            }

            taken[metric].Add((at, value));
            foreach (var row in open.ToList())
            {
                var (x, y) = (Value("x", row), Value("y", row));
                if (x is { } a && y is { } b)
                {
                    open.Remove(row);
                    if (double.IsFinite(a) && double.IsFinite(b))
                        told.Add(((long)row, FormattableString.Invariant($"\"x\":{a:R},\"y\":{b:R}}}").Replace("E-0", "E-")));
                }
                else if (latest - row > tolerance)
                {
                    open.Remove(row);
                }
            }
        }

        return told;
    }

    [Fact]
    public void Waiting_rows_are_bounded()
    {
        var rig = Rig(Settings(AlignJoin.Linear, 1e6));
        for (var i = 0; i < 5000; i++) Put(rig, ("x", i, i));
        Put(rig, ("y", 0, 0), ("y", 4999, 1));
        var rows = Rows(rig);
        Assert.Equal(1024, rows.Count);
        Assert.Equal((4999, "\"x\":4999,\"y\":1}"), rows[^1]);
    }

    [Fact]
    public void An_older_reading_is_late()
    {
        var rig = Put(Rig(Settings(AlignJoin.Exact)), ("x", 5, 1), ("x", 4, 2), ("y", 5, 3), ("y", 5, 4));
        Assert.Equal([(5, "\"x\":1,\"y\":3}")], Rows(rig));
        Assert.Equal(1, rig.Pipeline.Counters.Late);
    }

    [Theory]
    [InlineData(AlignJoin.Last, null)]
    [InlineData(AlignJoin.Exact, null)]
    [InlineData(AlignJoin.Last, 7.0)]
    [InlineData(AlignJoin.Linear, null)]
    [InlineData(AlignJoin.Linear, 0.5)]
    [InlineData(AlignJoin.Linear, 3.0)]
    public void Batches_and_restarts_change_nothing(AlignJoin join, double? grid)
    {
        List<string> RunAll(int batch, int restartAt)
        {
            var random = new Random(3);
            var rig = Rig(Settings(join, 5, grid));
            var lines = new List<string>();
            var log = new List<(string, int, byte[])>();
            for (var i = 0; i < 300; i++)
            {
                rig.AddNs(rig.Id("d" + random.Next(3), random.Next(2) == 0 ? "x" : "y"), (i / 2) * PipelineRig.Second, i);
                if ((i + 1) % batch != 0) continue;
                rig.Run().Cut(0);
                lines.AddRange(rig.TakeAll().Select(r => r.Id + r.Payload));
                log.AddRange(rig.Snapshot());
                if (i != restartAt) continue;
                rig = Rig(Settings(join, 5, grid));
                rig.Restore(log);
            }

            return lines;
        }

        var whole = RunAll(300, -1);
        Assert.NotEmpty(whole);
        Assert.Equal(whole.Distinct().Count(), whole.Count);
        Assert.Equal(whole, RunAll(1, -1));
        foreach (var at in (int[])[9, 59, 149]) Assert.Equal(whole, RunAll(10, at));
    }

    [Fact]
    public void A_row_of_several_metrics_feeds_a_model()
    {
        var scored = new ScoreRig(ScoreRig.Summaries("x", "y"), new FakeModel(2, 0, 1, 8, (f, _, y) => y[0] = (10 * f[0]) + f[1]),
            Settings(AlignJoin.Exact));
        Put(scored.Pipe, ("x", 1, 4), ("y", 1, 2));
        Assert.Contains("\"x\":4,\"y\":2,\"score\":42,", scored.Pipe.Take());
    }

    [Theory]
    [InlineData(AlignJoin.Last)]
    [InlineData(AlignJoin.Linear)]
    [InlineData(AlignJoin.Exact)]
    public void A_reading_from_the_future_makes_no_real_one_late(AlignJoin join)
    {
        var rig =
            new PipelineRig(PipelineRig.Settings(Settings(join)) with { Future = FuturePolicy.Keep, MaxFuture = TimeSpan.FromMinutes(5) });
        const double Now = 1_000_000;
        Put(rig, ("x", Now, 1), ("y", Now, 2), ("x", Now + 1, 3), ("y", Now + 1, 4));
        rig.TakeAll();
        Put(rig, ("x", Now + 1e6, 99));
        Put(rig, ("x", Now + 2, 5), ("y", Now + 2, 6), ("x", Now + 3, 7), ("y", Now + 3, 8), ("x", Now + 4, 9), ("y", Now + 4, 9));
        Assert.Equal(0, rig.Pipeline.Counters.Late);
        Assert.Equal(1, rig.Pipeline.Counters.Future);
        var rows = Rows(rig);
        Assert.Contains((1_000_002, "\"x\":5,\"y\":6}"), rows);
        Assert.DoesNotContain(rows, r => r.Row.Contains("99"));
    }

    [Fact]
    public void Memory_of_the_future_that_was_stored_goes_when_a_real_reading_comes()
    {
        const double Now = 1_000_000;
        var rig = Rig(Settings());
        var writer = new StateWriter();
        writer.Byte((byte)'A');
        writer.Text("device=d");
        writer.Byte(1);
        foreach (var at in (double[])[Now + 1e6, Now])
        {
            writer.Int64((long)(at * PipelineRig.Second));
            writer.Double(1);
        }

        writer.Int64((long)((Now + 1e6) * PipelineRig.Second));
        writer.Int64((long)((Now + 1e6) * PipelineRig.Second));
        rig.Restore([(rig.Pipeline.States[0].StageKey, 1, writer.Bytes.ToArray())]);
        Put(rig, ("x", Now + 1, 5), ("y", Now + 1, 6), ("x", Now + 2, 7), ("y", Now + 2, 8), ("x", Now + 3, 9));
        Assert.Contains((1_000_001, "\"x\":5,\"y\":6}"), Rows(rig));
    }

    [Fact]
    public void Groups_whose_series_have_not_come_give_way_a_quarter_at_a_time_and_stay_away()
    {
        var rig = Rig(Settings(tolerance: 1000));
        for (var d = 0; d < 8; d++) rig.AddNs(rig.Id("d" + d, "x"), (d + 1) * PipelineRig.Second, d);
        rig.Run();
        var restored = Rig(Settings(tolerance: 1000));
        restored.Restore(rig.Snapshot(all: true));
        // One is here again, with its memory.
        Put(restored, "d3", 20, 7);
        Put(restored, "d3", 21, 8);
        Assert.Equal([(20, "\"x\":3,\"y\":7}")], Rows(restored));

        List<int> gone = [];
        do gone.Add(restored.Pipeline.EvictOrphans());
        while (gone[^1] > 0);
        Assert.Equal([2, 2, 1, 1, 1, 0], gone);

        Put(restored, "d3", 22, 9);
        Put(restored, "d0", 22, 9);
        Put(restored, "d0", 23, 9);
        Assert.Equal([(21, "\"x\":3,\"y\":8}")], Rows(restored));

        // What is stored says so: after a further start only two are left, and d0 is a new one.
        var last = Rig(Settings(tolerance: 1000));
        last.Restore(rig.Snapshot(all: true).Concat(restored.Snapshot()));
        Assert.Equal([1, 1, 0], [last.Pipeline.EvictOrphans(), last.Pipeline.EvictOrphans(), last.Pipeline.EvictOrphans()]);

        static void Put(PipelineRig rig, string device, int atS, double y) =>
            rig.AddNs(rig.Id(device, "y"), atS * PipelineRig.Second, y).Run();
    }

    [Fact]
    public void Forgetting_many_series_takes_time_by_their_number_only()
    {
        var rig = new PipelineRig(PipelineRig.Settings(Settings()));
        int[] ids = [.. Enumerable.Range(0, 60_000).Select(i => rig.Id("d" + i, "x"))];
        foreach (var id in ids) rig.AddNs(id, 1, 1);
        rig.Run();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        rig.Pipeline.Forget(ids);
        // A walk over all series for each of them takes more than ten seconds.
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 3);
    }
}
