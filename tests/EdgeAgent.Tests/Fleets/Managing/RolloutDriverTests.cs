using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Rollouts;
using EdgeAgent.Fleets.Managing;
using Xunit;

namespace EdgeAgent.Tests.Fleets.Managing;

/// <summary>Rollouts over a broker in memory.</summary>
public sealed class RolloutDriverTests
{
    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public void A_rollout_costs_one_document_and_one_message_a_wave(int gateways)
    {
        using var plant = new Plant(gateways).Reporting();
        var (file, digest) = plant.Document(1);
        var events = new List<RolloutEvent>();
        Assert.Equal(Step.Finish, plant.Drive(file, says: events.Add));
        Assert.All(plant.Gateways, g => Assert.Equal(digest, g.Runs));
        var own = plant.Broker.Published.Where(m => !m.Topic.EndsWith("/report", StringComparison.Ordinal)).Select(m => m.Topic).ToArray();
        var target = plant.Topics.Target(Plant.Group);
        Assert.Equal([plant.Topics.Document(digest), target, target, target, target], own);
        Assert.Equal(4, plant.Target().Sequence);
        Assert.Equal(4, events.Count(e => e.Kind == RolloutEventKind.Publish));
    }

    [Fact]
    public void A_bad_document_meets_the_canaries_alone_and_the_next_rollout_keeps_what_was_good()
    {
        using var plant = new Plant(40).Reporting();
        var (first, good) = plant.Document(1);
        Assert.Equal(Step.Finish, plant.Drive(first));
        var (second, bad) = plant.Document(2);
        foreach (var gateway in plant.Gateways) gateway.Fails = digest => digest == bad;
        Assert.Equal(Step.Abort, plant.Drive(second));
        Assert.All(plant.Gateways, g => Assert.Equal(good, g.Runs));
        Assert.Equal((CandidateState.Abort, 0, good), (plant.Target().Candidate!.State, plant.Target().Candidate!.Admit,
            plant.Target().Stable!.Digest));
        var (third, better) = plant.Document(3);
        Assert.Equal(Step.Finish, plant.Drive(third));
        Assert.Equal(good, plant.Target().Stable!.Digest);
        Assert.All(plant.Gateways, g => Assert.Equal(better, g.Runs));
    }

    [Fact]
    public void A_manager_killed_at_any_message_and_started_again_without_its_file_goes_on()
    {
        for (var kill = 1; kill <= 6; kill++)
        {
            using var plant = new Plant(30).Reporting();
            var (file, digest) = plant.Document(1);
            var left = kill;
            plant.Broker.Before = _ =>
            {
                if (--left == 0) throw new InvalidOperationException("killed");
            };
            try
            {
                plant.Drive(file);
            }
            catch (InvalidOperationException)
            {
                File.Delete(plant.Path("cache.jsonl"));
                File.Delete(plant.Path("cache.jsonl.targets"));
            }

            Assert.Equal(Step.Finish, plant.Drive(file));
            Assert.All(plant.Gateways, g => Assert.Equal(digest, g.Runs));
            Assert.Equal(4, plant.Target().Sequence);
        }
    }

    [Fact]
    public void Looked_at_by_a_timer_it_goes_on_wave_by_wave()
    {
        using var plant = new Plant(30).Reporting();
        var (file, digest) = plant.Document(1);
        var plan = "waves: [{ canary: gw-0 }, { share: 100% }]\nsoak: 1s\n";
        var looks = 0;
        while (plant.Drive(file, plan, isOnce: true) == Step.Wait && looks++ < 1_000) Thread.Sleep(10);
        Assert.InRange(looks, 2, 999);
        Assert.All(plant.Gateways, g => Assert.Equal(digest, g.Runs));
        Assert.Equal(2, plant.Target().Sequence);
    }

    [Fact]
    public void Two_managers_at_once_do_no_harm()
    {
        using var plant = new Plant(30).Reporting();
        var (file, digest) = plant.Document(1);
        var ends = new Step[2];
        File.WriteAllText(plant.Path("plan.yaml"), "");
        var threads = Enumerable.Range(0, 2).Select(i => new Thread(() => ends[i] = plant.Drive(file))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal([Step.Finish, Step.Finish], ends);
        Assert.All(plant.Gateways, g => Assert.Equal(digest, g.Runs));
        Assert.Equal(10_000, plant.Target().Candidate!.Admit);
    }

    [Fact]
    public void Forged_and_unsigned_reports_move_no_wave()
    {
        using var plant = new Plant(20).Reporting();
        var (file, digest) = plant.Document(1);
        foreach (var gateway in plant.Gateways) gateway.IsAway = true;
        Assert.Equal(Step.Wait, plant.Drive(file, isOnce: true));
        using var thief = EdgeAgent.Fleet.Trust.SigningKey.Create();
        foreach (var gateway in plant.Gateways)
        {
            var lie = gateway.Now() with { Running = new(new(digest, 1), DateTimeOffset.UtcNow, IsGood: true) };
            plant.Broker.Publish(plant.Topics.Report(gateway.Id), EdgeAgent.Fleet.Trust.Envelope.Sign(
                EdgeAgent.Fleet.Messages.PayloadTypes.Report,
                lie.ToPayload(), thief).ToBytes());
        }

        Assert.Equal(Step.Wait, plant.Drive(file, isOnce: true));
        Assert.Equal(0, plant.Target().Candidate!.Admit);
        using var manager = plant.Manager();
        manager.Session.Collect(asks: false);
        Assert.All(manager.View.Gateways.Values, g => Assert.False(g.IsTrusted && g.Report!.Running is not null));
    }

    [Fact]
    public void An_old_target_that_somebody_sends_again_does_not_turn_the_count_back()
    {
        using var plant = new Plant(20).Reporting();
        var (file, _) = plant.Document(1);
        plant.Drive(file);
        var topic = plant.Topics.Target(Plant.Group);
        var old = plant.Broker.Published.First(m => m.Topic == topic).Payload;
        plant.Broker.Publish(topic, old);
        using var manager = plant.Manager();
        manager.Session.Collect(asks: false);
        Assert.Equal(5, manager.View.NextSequence(Plant.Group));
    }

    [Fact]
    public void Pause_resume_abort_and_rollback()
    {
        using var plant = new Plant(20).Reporting();
        var (first, good) = plant.Document(1);
        plant.Drive(first);
        var (second, digest) = plant.Document(2);
        Assert.Equal(Step.Finish, plant.Drive(second));
        using var manager = plant.Manager();
        manager.Session.Collect(asks: false);
        Target? Change(CandidateState state) => manager.Session.Write(Plant.Group, manager.SignTarget, t =>
            TargetChange.State(Plant.Group, t, state));
        Assert.Equal(CandidateState.Pause, Change(CandidateState.Pause)!.Candidate!.State);
        Assert.All(plant.Gateways, g => Assert.Equal(digest, g.Runs));
        Assert.Equal(CandidateState.Run, Change(CandidateState.Run)!.Candidate!.State);
        manager.Session.Write(Plant.Group, manager.SignTarget, t => TargetChange.Back(Plant.Group, t, null, manager.Session.Now));
        Assert.All(plant.Gateways, g => Assert.Equal(good, g.Runs));
        Assert.Throws<FleetException>(() => Change(CandidateState.Run));
        var (_, reference) = manager.Place(second, Path.GetDirectoryName(plant.Path("x"))!);
        manager.Session.Write(Plant.Group, manager.SignTarget, t => TargetChange.Back(Plant.Group, t, reference, manager.Session.Now));
        Assert.All(plant.Gateways, g => Assert.Equal(digest, g.Runs));
    }

    [Fact]
    public void Gateways_that_were_away_follow_when_they_are_back()
    {
        using var plant = new Plant(30);
        foreach (var gateway in plant.Gateways.Skip(20)) gateway.IsAway = true;
        plant.Reporting();
        var (file, digest) = plant.Document(1);
        Assert.Equal(Step.Finish, plant.Drive(file));
        foreach (var gateway in plant.Gateways.Skip(20)) gateway.Return();
        Assert.All(plant.Gateways, g => Assert.Equal(digest, g.Runs));
    }
}
