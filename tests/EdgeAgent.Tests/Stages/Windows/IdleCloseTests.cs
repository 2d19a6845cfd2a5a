using EdgeAgent.Core.Stages;
using EdgeAgent.Tests.Pipelines;
using Xunit;
using static EdgeAgent.Tests.Pipelines.PipelineRig;

namespace EdgeAgent.Tests.Stages.Windows;

public sealed class IdleCloseTests
{
    const long NotDrained = long.MaxValue;

    static PipelineRig Rig(double idle = 60) => new(Settings(Window(idle: idle, lateness: 10)));

    static string Revisions(PipelineRig rig) =>
        string.Join(' ', rig.TakeAll().Select(r => r.Payload[(r.Payload.IndexOf("revision") + 10)..].TrimEnd('}')));

    [Fact]
    public void Silence_emits_and_a_later_reading_gives_a_higher_revision()
    {
        var rig = Rig();
        rig.Add("a", 5, 1).Run();
        rig.Pass(59);
        Assert.Equal("", Revisions(rig.Cut(0)));
        rig.Pass(1);
        Assert.Equal("0,\"count\":1,\"sum\":1", Revisions(rig.Cut(0)));
        rig.Pass(1000);
        Assert.Equal("", Revisions(rig.Cut(0)));
        rig.Add("a", 6, 2).Run();
        Assert.Equal("", Revisions(rig.Cut(0)));
        rig.Add("a", 10, 4).Run();
        Assert.Equal("1,\"count\":2,\"sum\":3", Revisions(rig));
    }

    [Fact]
    public void A_window_told_of_and_not_changed_is_not_told_of_again()
    {
        var rig = Rig();
        rig.Add("a", 5, 1).Run();
        rig.Pass(60);
        Assert.Equal("0,\"count\":1,\"sum\":1", Revisions(rig.Cut(0)));
        rig.Add("a", 10, 4).Run().Cut(0);
        Assert.Equal("", Revisions(rig));
    }

    [Fact]
    public void Idle_time_waits_for_every_source_of_the_group_to_be_drained()
    {
        var rig = Rig();
        rig.Add("a", 5, 1).Run(source: 0).Add("a", 6, 2).Run(source: 2);
        rig.Pass(100);
        Assert.Equal("", Revisions(rig.Cut(0, NotDrained, NotDrained)));
        var drained = rig.Now.MonotonicNs;
        rig.Pass(59);
        Assert.Equal("", Revisions(rig.Cut(0, NotDrained, drained)));
        rig.Pass(2);
        Assert.Equal("0,\"count\":2,\"sum\":3", Revisions(rig.Cut(0, NotDrained, drained)));
    }

    [Fact]
    public void The_clock_on_the_wall_has_no_say()
    {
        var rig = Rig();
        rig.Add("a", 5, 1).Run();
        rig.Now = rig.Now with { Wall = new(rig.Now.WallNs + (1_000_000 * Second)) };
        Assert.Equal("", Revisions(rig.Cut(0)));
    }

    [Fact]
    public void After_a_restart_idle_time_starts_anew()
    {
        var rig = Rig();
        rig.Add("a", 5, 1).Run().Cut(0);
        var next = new PipelineRig(rig.Pipeline.Settings) { Now = rig.Now with { Monotonic = new(500 * Second) } };
        next.Restore(rig.Snapshot());
        Assert.Equal("", Revisions(next.Cut(490 * Second)));
        next.Pass(49);
        Assert.Equal("", Revisions(next.Cut(490 * Second)));
        next.Pass(1);
        Assert.Equal("0,\"count\":1,\"sum\":1", Revisions(next.Cut(490 * Second)));
    }

    [Fact]
    public void A_group_with_only_future_readings_is_still_told_of()
    {
        var rig = new PipelineRig(Settings(Window(idle: 60)) with { Future = FuturePolicy.Clamp });
        for (var i = 0; i < 6; i++)
        {
            rig.Add("a", (rig.Now.WallNs / Second) + 3600, 1).Run();
            rig.Pass(10);
            rig.Cut(0);
        }

        Assert.Equal(6, rig.TakeAll().Count);
    }

    [Fact]
    public void Restored_groups_whose_series_never_return_go_after_the_ttl()
    {
        var rig = Rig();
        rig.Add("a", 5, 1).Run().Cut(0);
        var next = new PipelineRig(rig.Pipeline.Settings) { Now = rig.Now };
        next.Restore(rig.Snapshot());
        next.Cut(NotDrained);
        next.Pass(6.9 * 86400);
        next.Cut(NotDrained);
        Assert.Equal(1, next.Pipeline.Counters.Groups);
        next.Pass(0.2 * 86400);
        next.Cut(NotDrained);
        Assert.Equal(0, next.Pipeline.Counters.Groups);
        Assert.Equal("0,\"count\":1,\"sum\":1", Revisions(next));
    }
}
