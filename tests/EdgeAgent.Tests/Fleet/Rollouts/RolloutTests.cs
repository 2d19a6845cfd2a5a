using EdgeAgent.Fleet.Rollouts;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Rollouts;

/// <summary>What a rollout decides from what it is told.</summary>
public sealed class RolloutTests
{
    static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly RolloutPlan s_plan = new()
    {
        Rollout = "r-1",
        Waves = [new() { Canary = ["gw-0", "gw-1"] }, new() { Admit = 1_000 }, new() { Admit = 10_000 }],
    };

    /// <summary>A hundred gateways with buckets 0, 100, 200 and so on, all heard just now.</summary>
    static Rollout Fleet(RolloutPlan? plan = null, int heard = 100)
    {
        var rollout = new Rollout(plan ?? s_plan);
        for (var i = 0; i < 100; i++)
        {
            rollout.Add($"gw-{i}", i * 100);
            if (i < heard) rollout.Observe($"gw-{i}", Outcome.None, s_start);
        }

        return rollout;
    }

    [Fact]
    public void It_advances_when_enough_is_good_for_long_enough()
    {
        var rollout = Fleet();
        Assert.Equal(Step.Advance, rollout.Decide(s_start).Step);
        rollout.Restore(0, s_start);
        rollout.Observe("gw-0", Outcome.Good, s_start.AddMinutes(6));
        Assert.Equal(Step.Wait, rollout.Decide(s_start.AddMinutes(6)).Step);
        rollout.Observe("gw-1", Outcome.Good, s_start.AddMinutes(7));
        Assert.Equal(Step.Wait, rollout.Decide(s_start.AddMinutes(7)).Step);
        Assert.Equal(Step.Wait, rollout.Decide(s_start.AddMinutes(36)).Step);
        var decision = rollout.Decide(s_start.AddMinutes(37));
        Assert.Equal(Step.Advance, decision.Step);
        Assert.Equal("2 good and 0 failed: with 95 % confidence it fails on less than 78 % of gateways", decision.Reason);
    }

    [Fact]
    public void The_last_wave_ends_it()
    {
        var rollout = Fleet();
        rollout.Restore(2, s_start);
        for (var i = 0; i < 100; i++) rollout.Observe($"gw-{i}", i == 50 ? Outcome.Failed : Outcome.Good, s_start.AddMinutes(6));
        rollout.Decide(s_start.AddMinutes(6));
        Assert.Equal(Step.Finish, rollout.Decide(s_start.AddHours(1)).Step);
    }

    [Fact]
    public void Three_failures_at_once_abort()
    {
        var rollout = Fleet();
        rollout.Restore(1, s_start);
        foreach (var i in (int[])[0, 1, 2]) rollout.Observe($"gw-{i}", Outcome.Failed, s_start.AddMinutes(2));
        var decision = rollout.Decide(s_start.AddMinutes(2));
        Assert.Equal(Step.Abort, decision.Step);
        Assert.Equal("the sequential test decides against the document: score 4.16 above 2.94 with 0 good, 3 failed and 0 silent",
            decision.Reason);
    }

    [Fact]
    public void When_all_that_tried_it_failed_it_aborts()
    {
        var rollout = Fleet();
        rollout.Restore(0, s_start);
        rollout.Observe("gw-0", Outcome.Failed, s_start.AddMinutes(2));
        Assert.Equal(Step.Wait, rollout.Decide(s_start.AddMinutes(2)).Step);
        rollout.Observe("gw-1", Outcome.Failed, s_start.AddMinutes(2));
        Assert.Equal(new(Step.Abort, "all 2 gateways that tried it failed"), rollout.Decide(s_start.AddMinutes(2)));
    }

    [Fact]
    public void Too_little_good_pauses_as_soon_as_nothing_is_under_way()
    {
        var rollout = Fleet();
        rollout.Restore(0, s_start);
        rollout.Observe("gw-0", Outcome.Good, s_start.AddMinutes(6));
        rollout.Observe("gw-1", Outcome.Failed, s_start.AddMinutes(6));
        Assert.Equal(new(Step.Pause, "1 of 2 are good and none is under way; min_good is 98 %"), rollout.Decide(s_start.AddMinutes(6)));
    }

    [Fact]
    public void More_failures_than_a_wave_allows_pause_it()
    {
        var plan = s_plan with { Waves = [new() { Admit = 10_000, MaxFailed = new(0, 1) }] };
        var rollout = Fleet(plan);
        rollout.Restore(0, s_start);
        for (var i = 0; i < 100; i++) rollout.Observe($"gw-{i}", i < 98 ? Outcome.Good : Outcome.Failed, s_start.AddMinutes(6));
        Assert.Equal(new(Step.Pause, "2 of 100 failed; max_failed 0% or 1 allows 1"), rollout.Decide(s_start.AddMinutes(6)));
    }

    [Fact]
    public void What_falls_silent_counts_as_failed_and_what_was_away_does_not()
    {
        var rollout = Fleet(heard: 90);
        rollout.Restore(2, s_start);
        for (var minute = 6; minute < 52; minute += 15)
            for (var i = 0; i < 80; i++) rollout.Observe($"gw-{i}", Outcome.Good, s_start.AddMinutes(minute));
        var count = rollout.Count(2, s_start.AddMinutes(50));
        Assert.Equal(new(100, Good: 80, Failed: 0, Trying: 10, Silent: 0, Absent: 10), count);
        Assert.Equal(Step.Wait, rollout.Decide(s_start.AddMinutes(50)).Step);
        Assert.Equal(10, rollout.Count(2, s_start.AddMinutes(52)).Silent);
        Assert.Equal(Step.Abort, rollout.Decide(s_start.AddMinutes(52)).Step);
    }

    [Fact]
    public void When_the_broker_is_away_nobody_falls_silent()
    {
        var rollout = Fleet();
        rollout.Restore(2, s_start);
        for (var i = 0; i < 50; i++) rollout.Observe($"gw-{i}", Outcome.Good, s_start.AddMinutes(6));
        Assert.Equal(0, rollout.Count(2, s_start.AddHours(3)).Silent);
        // It is back, and so are half of the gateways; the others have time to come.
        for (var i = 0; i < 50; i++) rollout.Observe($"gw-{i}", Outcome.Good, s_start.AddHours(3));
        Assert.Equal(0, rollout.Count(2, s_start.AddMinutes(205)).Silent);
        for (var minute = 190; minute < 230; minute += 10) rollout.Observe("gw-0", Outcome.Good, s_start.AddMinutes(minute));
        Assert.Equal(50, rollout.Count(2, s_start.AddMinutes(230)).Silent);
    }

    [Fact]
    public void A_few_may_fall_silent()
    {
        var rollout = Fleet();
        rollout.Restore(2, s_start);
        for (var i = 0; i < 98; i++) rollout.Observe($"gw-{i}", Outcome.Good, s_start.AddMinutes(6));
        Assert.Equal(Step.Wait, rollout.Decide(s_start.AddMinutes(52)).Step);
        Assert.Equal(Step.Finish, rollout.Decide(s_start.AddMinutes(83)).Step);
    }

    [Fact]
    public void After_its_deadline_a_wave_pauses()
    {
        var rollout = Fleet(heard: 0);
        rollout.Restore(1, s_start);
        Assert.Equal(Step.Wait, rollout.Decide(s_start.AddHours(24)).Step);
        Assert.Equal("the deadline is over: 0 of 0 are good after 25 h; min_good is 98 %, 0 have no outcome, 10 are away",
            rollout.Decide(s_start.AddHours(25)).Reason);
    }

    [Fact]
    public void A_wave_is_known_by_what_a_target_admits()
    {
        Assert.Equal(-1, s_plan.WaveOf(500, ["gw-0", "gw-1"]));
        Assert.Equal(-1, s_plan.WaveOf(0, ["gw-0"]));
        Assert.Equal(0, s_plan.WaveOf(0, ["gw-1", "gw-0"]));
        Assert.Equal(1, s_plan.WaveOf(1_000, ["gw-1", "gw-0"]));
    }

    [Fact]
    public void As_many_are_under_trial_at_once_as_have_proved_it()
    {
        Assert.Equal(TimeSpan.Zero, s_plan.SpreadOf(0, 2, 0));
        Assert.Equal(TimeSpan.FromMinutes(60), s_plan.SpreadOf(1, 100, 10));
        Assert.Equal(TimeSpan.Zero, s_plan.SpreadOf(1, 10, 10));
        Assert.Equal(TimeSpan.FromHours(4), s_plan.SpreadOf(2, 1_000_000, 10));
    }

    [Theory]
    [InlineData(10, 0, 0.2589)]
    [InlineData(300, 0, 0.00994)]
    [InlineData(99, 1, 0.0466)]
    [InlineData(0, 3, 1)]
    public void What_is_proved(int good, int failed, double bound) => Assert.Equal(bound, Evidence.UpperBound(good, failed), 0.0002);
}
