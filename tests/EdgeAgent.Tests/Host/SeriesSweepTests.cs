using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Flow;
using EdgeAgent.Host;
using EdgeAgent.Tests.Pipelines;
using Xunit;

namespace EdgeAgent.Tests.Host;

public sealed class SeriesSweepTests
{
    [Fact]
    public void Above_max_state_bytes_an_eighth_gives_way_every_ten_seconds_and_its_windows_leave()
    {
        const long Second = 1_000_000_000;
        var rig = new PipelineRig(PipelineRig.Settings(PipelineRig.Window(10)));
        for (var i = 0; i < 800; i++) rig.Add("d" + i, 5, 1);
        rig.Run();
        var told = new List<(int, string)>();
        var stateBytes = 2000L;
        var sweep = new SeriesSweep(rig.Series, [new PipelineSlot(rig.Pipeline)], [], TimeSpan.FromDays(7))
        {
            StateBytes = () => stateBytes,
            MaxStateBytes = 1000,
            Told = (count, bound) => told.Add((count, bound)),
        };
        void At(long seconds) => sweep.AtCut(Instant.Of(rig.Now.WallNs + (seconds * Second), seconds * Second), isDurable: true);
        At(100);
        At(105); // what the first one freed does not show before a commit or two
        Assert.Equal([(100, "agent.max_state_bytes, or what the memory limit of the cgroup leaves for it,")], told);
        Assert.Equal(700, rig.Series.Count);
        Assert.Equal(100, rig.TakeAll().Count(r => r.Payload.Contains("\"partial\":true", StringComparison.Ordinal)));
        At(111);
        Assert.Equal(2, told.Count);
        stateBytes = 1000;
        At(130);
        Assert.Equal((2, 187L), (told.Count, sweep.Evicted));
    }

    [Fact]
    public void What_was_restored_and_has_no_series_gives_way_first_a_quarter_a_second()
    {
        const long Second = 1_000_000_000;
        var earlier = new PipelineRig(PipelineRig.Settings(PipelineRig.Window(10)));
        for (var i = 0; i < 800; i++) earlier.Add("d" + i, 5, 1);
        earlier.Run();
        var rig = new PipelineRig(PipelineRig.Settings(PipelineRig.Window(10)));
        rig.Restore(earlier.Snapshot());
        for (var i = 0; i < 80; i++) rig.Add("d" + i, 6, 1);
        rig.Run();
        var told = new List<int>();
        var sweep = new SeriesSweep(rig.Series, [new PipelineSlot(rig.Pipeline)], [], TimeSpan.FromDays(7))
        {
            StateBytes = () => 2000,
            MaxStateBytes = 1000,
            Told = (count, _) => told.Add(count),
        };
        void At(long seconds) => sweep.AtCut(Instant.Of(rig.Now.WallNs + (seconds * Second), seconds * Second), isDurable: true);
        At(100);
        At(100); // at most once a second
        Assert.Equal([180], told); // of the 720 that have not come back
        Assert.Equal(
            (180, 80), (rig.TakeAll().Count(r => r.Payload.Contains("\"partial\":true", StringComparison.Ordinal)), rig.Series.Count));
        for (var second = 101; rig.Series.Count == 80; second++) At(second);
        // All of them, before the first series: an eighth of the 80 that live.
        Assert.Equal((720, 10), (told.SkipLast(1).Sum(), told[^1]));
    }
}
