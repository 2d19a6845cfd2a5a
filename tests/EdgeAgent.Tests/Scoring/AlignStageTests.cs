using EdgeAgent.Core.Scoring;
using EdgeAgent.Tests.Pipelines;
using Xunit;

namespace EdgeAgent.Tests.Scoring;

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

    static List<(long At, string Row)> Rows(PipelineRig rig) => [.. rig.TakeAll().Select(r => (r.TimeNs / PipelineRig.Second, r.Payload[r.Payload.IndexOf("\"x\"", StringComparison.Ordinal)..]))];

    [Fact]
    public void The_last_value_within_the_tolerance_stands_in()
    {
        var rig = Put(Rig(Settings()), ("x", 1, 1), ("y", 3, 2), ("x", 5, 3), ("x", 14, 4), ("y", 15, 5), ("z", 16, 9), ("x", 17, 6));
        // At 14 the last y is 11 s old: no row.
        Assert.Equal([(3, "\"x\":1,\"y\":2}"), (5, "\"x\":3,\"y\":2}"), (15, "\"x\":4,\"y\":5}")], Rows(rig));
    }

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
        var rig = Put(Rig(Settings(grid: 10)), ("x", 1, 1), ("y", 9, 2), ("x", 12, 3), ("y", 13, 4), ("x", 20, 5), ("x", 21, 6), ("y", 22, 7), ("x", 58, 8));
        // 10: from 1 and 9. 20: x of 20 itself, y of 13. 50: everything is older than the tolerance.
        Assert.Equal([(10, "\"x\":1,\"y\":2}"), (20, "\"x\":5,\"y\":4}")], Rows(rig));
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
        var scored = new ScoreRig(ScoreRig.Summaries("x", "y"), new FakeModel(2, 0, 1, 8, (f, _, y) => y[0] = (10 * f[0]) + f[1]), Settings(AlignJoin.Exact));
        Put(scored.Pipe, ("x", 1, 4), ("y", 1, 2));
        Assert.Contains("\"x\":4,\"y\":2,\"score\":42,", scored.Pipe.Take());
    }
}
