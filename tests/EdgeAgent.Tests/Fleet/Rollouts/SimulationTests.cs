using EdgeAgent.Fleet.Rollouts;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Rollouts;

/// <summary>Rollouts over fleets in virtual time, with fixed seeds.</summary>
public sealed class SimulationTests
{
    static RolloutPlan Plan(bool hasHeartbeats = false) => new()
    {
        Rollout = "r-1",
        Heartbeat = hasHeartbeats ? TimeSpan.FromMinutes(15) : TimeSpan.FromDays(1000),
        Waves =
        [
            new() { Canary = ["gw-0", "gw-1", "gw-2", "gw-3", "gw-4"] },
            new() { Admit = 100 }, new() { Admit = 1000 }, new() { Admit = 5000 }, new() { Admit = 10_000 },
        ],
    };

    [Fact]
    public void A_document_that_fails_on_one_in_fifty_is_stopped_early_and_all_come_back()
    {
        var stopped = new List<int>();
        for (var seed = 0; seed < 41; seed++)
        {
            var fleet = new VirtualFleet(Plan(), 10_000, failing: 0.02, seed);
            var end = fleet.Run();
            Assert.True(end.Step is Step.Abort or Step.Pause, $"seed {seed}: {end}");
            Assert.Equal(0, fleet.Excess);
            Assert.Equal(0, fleet.OnCandidate);
            stopped.Add(fleet.StoppedAfter);
        }

        stopped.Sort();
        Assert.True(stopped[20] <= 250, $"half of the rollouts met more than {stopped[20]} gateways");
        Assert.True(stopped[^1] <= 5_000, $"one met {stopped[^1]}");
    }

    [Fact]
    public void A_harmless_document_is_seldom_stopped()
    {
        var stopped = 0;
        for (var seed = 0; seed < 400; seed++)
            if (new VirtualFleet(Plan(), 1_000, failing: 0.005, seed).Run().Step != Step.Finish) stopped++;
        Assert.True(stopped <= 80, $"{stopped} of 400 were stopped");
    }

    [Fact]
    public void A_rollout_costs_a_message_a_wave_whatever_the_size_of_the_fleet()
    {
        foreach (var size in (int[])[50, 1_000, 10_000])
        {
            var fleet = new VirtualFleet(Plan(), size, failing: 0, seed: 1);
            Assert.Equal(Step.Finish, fleet.Run().Step);
            Assert.Equal(5, fleet.Published);
            Assert.Equal(size, fleet.OnCandidate);
        }
    }

    [Fact]
    public void Gateways_that_are_away_hold_nothing_up_and_converge_when_they_are_back()
    {
        var fleet = new VirtualFleet(Plan(hasHeartbeats: true), 3_000, failing: 0, seed: 3, offline: 1 / 3.0, backAfter: 40_000);
        Assert.Equal(Step.Finish, fleet.Run().Step);
        Assert.Equal(3_000, fleet.OnCandidate);
        fleet = new VirtualFleet(Plan(hasHeartbeats: true), 3_000, failing: 0.3, seed: 3, offline: 1 / 3.0, backAfter: 40_000);
        Assert.NotEqual(Step.Finish, fleet.Run().Step);
        Assert.Equal(0, fleet.OnCandidate);
    }
}
