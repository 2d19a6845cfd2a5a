using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Tests.Pipelines;
using Xunit;
using static EdgeAgent.Tests.Pipelines.PipelineRig;

namespace EdgeAgent.Tests.Stages.Windows;

public sealed class WindowRuleTests
{
    static PipelineRig Rig(WindowSettings window) => new(Settings(window));

    static string Line(int start, int end, int revision, int count, int sum, string device = "a") =>
        $"{{\"device\":\"{device}\",\"pipeline\":\"p\",\"window_start\":\"1970-01-01T00:00:{start:00}Z\","
            + $"\"window_end\":\"1970-01-01T00:00:{end:00}Z\",\"revision\":{revision},\"count\":{count},\"sum\":{sum}}}";

    [Fact]
    public void Closes_when_the_watermark_reaches_the_end()
    {
        var rig = Rig(Window());
        rig.Add("a", 1, 1).Add("a", 9.999, 2).Run();
        Assert.Equal("", rig.Take());
        rig.Add("a", 10, 4).Run();
        Assert.Equal(Line(0, 10, 0, 2, 3), rig.Take());
        Assert.Equal(1, rig.Pipeline.Counters.OpenWindows);
    }

    [Fact]
    public void Waits_for_disorder_and_takes_readings_in_any_order()
    {
        var rig = Rig(Window(outOfOrder: 2));
        rig.Add("a", 5, 1).Add("a", 11.9, 2).Add("a", 9, 4).Add("a", 10, 8).Run();
        Assert.Equal("", rig.Take());
        rig.Add("a", 12, 16).Run();
        Assert.Equal(Line(0, 10, 0, 2, 5), rig.Take());
        rig.Add("a", 22, 1).Run();
        Assert.Equal(Line(10, 20, 0, 3, 26), rig.Take());
    }

    [Fact]
    public void Late_readings_correct_at_the_cut_until_lateness_and_are_counted_after()
    {
        var rig = Rig(Window(lateness: 5));
        rig.Add("a", 5, 1).Add("a", 14, 1).Run();
        Assert.Equal(Line(0, 10, 0, 1, 1), rig.Take());
        rig.Add("a", 6, 2).Add("a", 7, 4).Run();
        Assert.Equal("", rig.Take());
        rig.Cut();
        Assert.Equal(Line(0, 10, 1, 3, 7), rig.Take());
        rig.Cut();
        Assert.Equal("", rig.Take());
        rig.Add("a", 8, 8).Add("a", 15, 1).Add("a", 9, 100).Run();
        Assert.Equal(Line(0, 10, 2, 4, 15), rig.Take());
        Assert.Equal(1, rig.Pipeline.Counters.Late);
        Assert.True(rig.Pipeline.Notices.TryTake(out var notice));
        Assert.Equal((NoticeKind.Late, "device=a,metric=m"), (notice.Kind, notice.Labels.Canonical));
        Assert.Contains("allowed_lateness", notice.Text);
    }

    [Fact]
    public void A_late_window_never_seen_before_starts_at_revision_0()
    {
        var rig = Rig(Window(lateness: 20));
        rig.Add("a", 25, 1).Add("a", 5, 2).Run().Cut();
        Assert.Equal(Line(0, 10, 0, 1, 2), rig.Take());
        rig.Add("a", 6, 2).Run().Cut();
        Assert.Equal(Line(0, 10, 1, 2, 4), rig.Take());
    }

    [Fact]
    public void Watermarks_are_of_the_group()
    {
        var rig = Rig(Window());
        rig.Add("a", 5, 1).Add("b", 500, 1).Add("a", 6, 2).Run();
        Assert.Equal("", rig.Take());
        Assert.Equal(2, rig.Pipeline.Counters.Groups);
        rig.Add("a", 10, 1).Run();
        Assert.Equal(Line(0, 10, 0, 2, 3), rig.Take());
    }

    [Fact]
    public void Windows_before_1970_start_at_the_floor()
    {
        var rig = Rig(Window());
        rig.Add("a", -0.5, 1).Add("a", -10, 2).Add("a", -10.5, 64).Add("a", 0, 4).Run();
        Assert.Contains(
            "\"window_start\":\"1969-12-31T23:59:50Z\",\"window_end\":\"1970-01-01T00:00:00Z\",\"revision\":0,\"count\":2,\"sum\":3}",
            rig.Take());
        Assert.Equal(1, rig.Pipeline.Counters.Late);
    }

    [Fact]
    public void A_jump_of_centuries_makes_no_empty_windows()
    {
        var rig = Rig(Window(seconds: 0.001));
        rig.Now = rig.Now with { WallTrusted = false };
        rig.Add("a", -8e9, 1).Add("a", 0, 2).Add("a", 8e9, 3).Run();
        Assert.Equal(2, rig.TakeAll().Count);
        Assert.Equal(1, rig.Pipeline.Counters.OpenWindows);
    }

    [Fact]
    public void Times_no_window_can_hold_are_dropped_and_counted()
    {
        var rig = Rig(Window());
        rig.Now = rig.Now with { WallTrusted = false };
        rig.AddNs(rig.Id("a"), long.MaxValue, 1).AddNs(rig.Id("a"), long.MinValue, 1).AddNs(rig.Id("a"), 5 * Second, 1).Run();
        Assert.Equal(2, rig.Pipeline.Counters.BadTime);
        rig.Add("a", 10, 1).Run();
        Assert.Equal(Line(0, 10, 0, 1, 1), rig.Take());
    }

    [Theory]
    [InlineData(FuturePolicy.Clamp, 2)]
    [InlineData(FuturePolicy.Drop, 1)]
    [InlineData(FuturePolicy.Keep, 1)]
    public void A_reading_from_the_future_never_moves_the_watermark(FuturePolicy policy, int inWindow)
    {
        var rig = new PipelineRig(Settings(Window()) with { Future = policy, MaxFuture = TimeSpan.FromSeconds(30) });
        rig.Now = Instant.Of(7 * Second, 0);
        rig.Add("a", 5, 1).Add("a", 37.001, 100).Add("a", 6, 2).Run();
        Assert.Equal("", rig.Take());
        rig.Add("a", 10, 4).Run();
        Assert.Equal(Line(0, 10, 0, inWindow + 1, policy == FuturePolicy.Clamp ? 103 : 3), rig.Take());
        Assert.Equal(1, rig.Pipeline.Counters.Future);
        Assert.True(rig.Pipeline.Notices.TryTake(out var notice));
        Assert.Equal((NoticeKind.Future, "device=a,metric=m"), (notice.Kind, notice.Labels.Canonical));
        Assert.Contains("30 s ahead", notice.Text);
        Assert.Contains("max_future", notice.Text);
        rig.Add("a", 37, 1).Run();
        Assert.Equal(1, rig.Pipeline.Counters.Future);
        rig.Take();
        rig.Now = Instant.Of(60 * Second, 0);
        rig.Add("a", 60, 1).Run();
        Assert.Equal(Line(30, 40, 0, policy == FuturePolicy.Keep ? 2 : 1, policy == FuturePolicy.Keep ? 101 : 1), rig.Take());
    }

    [Fact]
    public void A_clock_that_was_set_back_is_told_of_and_no_sender_is_blamed()
    {
        const long Back = 8_726_399 * Second; // 101 days
        var rig = Rig(Window());
        rig.Now = Instant.Of(20_000_000 * Second, 50 * Second);
        rig.Add("a", 20_000_000, 1).Run();
        rig.Now = Instant.Of((20_000_060 * Second) - Back, 110 * Second);
        rig.AddNs(rig.Id("a"), 20_000_060 * Second, 1).Run();
        Assert.True(rig.Pipeline.Notices.TryTake(out var ahead));
        Assert.Contains("is 101 days ahead of this gateway's clock", ahead.Text);
        Assert.Contains("This gateway's clock was set back by 101 days", ahead.Text);
        rig.AddNs(rig.Id("a"), (20_000_061 * Second) - Back, 1).Run(); // by arrival
        Assert.True(rig.Pipeline.Notices.TryTake(out var late));
        Assert.Equal(NoticeKind.Late, late.Kind);
        Assert.Contains("That watermark is 101 days ahead of this gateway's clock: the clock was set back", late.Text);
        Assert.DoesNotContain("sender", late.Text);
    }

    [Fact]
    public void An_untrusted_clock_tells_of_a_wrong_unit()
    {
        var rig = Rig(Window());
        rig.Now = Instant.Of(7 * Second, 0, wallTrusted: false);
        rig.AddNs(rig.Id("a"), 1_790_000_000_000_000, 1).Run(); // seconds taken for milliseconds: 1970
        Assert.True(rig.Pipeline.Notices.TryTake(out var notice));
        Assert.Equal(NoticeKind.Unit, notice.Kind);
        Assert.Contains("one step too fine", notice.Text);
    }

    [Fact]
    public void An_untrusted_clock_checks_no_future()
    {
        var rig = Rig(Window());
        rig.Now = Instant.Of(7 * Second, 0, wallTrusted: false);
        rig.Add("a", 5, 1).Add("a", 1e9, 1).Run();
        Assert.Equal(Line(0, 10, 0, 1, 1), rig.Take());
        Assert.Equal(0, rig.Pipeline.Counters.Future);
    }

    [Fact]
    public void Kept_future_readings_open_at_most_half_the_windows()
    {
        var rig = new PipelineRig(Settings(Window(maxOpen: 8)) with { Future = FuturePolicy.Keep });
        rig.Now = Instant.Of(0, 0);
        for (var i = 0; i < 100; i++) rig.Add("a", 10_000 + (10 * i), 1);
        rig.Run();
        Assert.Equal(4, rig.Pipeline.Counters.OpenWindows);
        Assert.Equal(96, rig.Pipeline.Counters.Late);
        rig.Add("a", 1, 1).Add("a", 11, 1).Run();
        Assert.Equal(Line(0, 10, 0, 1, 1), rig.Take());
    }

    [Fact]
    public void At_the_bound_the_oldest_window_gives_way_and_is_told_of()
    {
        var rig = Rig(Window(outOfOrder: 1000, maxOpen: 3));
        rig.Add("a", 5, 1).Add("a", 15, 2).Add("a", 25, 4).Run();
        Assert.Equal("", rig.Take());
        rig.Add("a", 35, 8).Add("a", 6, 1).Add("a", 16, 2).Run();
        Assert.Equal(Line(0, 10, 0, 1, 1), rig.Take());
        Assert.Equal((1, 1, 3), (rig.Pipeline.Counters.Evicted, rig.Pipeline.Counters.Late, rig.Pipeline.Counters.OpenWindows));
        rig.Add("a", 2000, 1).Run();
        Assert.Equal(Line(10, 20, 0, 2, 4) + "\n" + Line(20, 30, 0, 1, 4) + "\n" + Line(30, 40, 0, 1, 8), rig.Take());
    }

    [Fact]
    public void A_group_far_from_the_clock_suggests_another_unit()
    {
        var rig = Rig(Window());
        rig.Now = Instant.Of(1_790_000_000 * Second, 0);
        rig.Add("a", 1_790_000, 1).Run();
        Assert.True(rig.Pipeline.Notices.TryTake(out var notice));
        Assert.Equal(NoticeKind.Unit, notice.Kind);
        Assert.Contains("`ms` for seconds", notice.Text);
    }

    [Fact]
    public void Forgotten_series_leave_their_summary_and_no_memory()
    {
        var rig = Rig(Window(lateness: 30));
        rig.Series.Intern(LabelSet.Of(("device", "a"), ("metric", "n")));
        rig.Add("a", 5, 1).AddNs(rig.Id("a", "n"), 6 * Second, 2).Add("a", 15, 1).Run();
        rig.Take();
        rig.Pipeline.Forget([rig.Id("a", "n")]);
        Assert.Equal("", rig.Take());
        rig.Pipeline.Forget([rig.Id("a"), 9999]);
        Assert.Equal(Line(10, 20, 0, 1, 1), rig.Take());
        Assert.Equal((0, 0), (rig.Pipeline.Counters.Groups, rig.Pipeline.Counters.OpenWindows));
        var other = new PipelineRig(rig.Pipeline.Settings);
        other.Restore(rig.Snapshot());
        Assert.Equal(0, other.Pipeline.Counters.Groups);
    }
}
