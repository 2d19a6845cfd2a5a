using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollouts;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Managing;
using Xunit;

namespace EdgeAgent.Tests.Fleets.Managing;

/// <summary>An old target that somebody publishes again, for the manager: seen, not built on, and put right on request.</summary>
public sealed class OldTargetTests : IDisposable
{
    readonly Plant _plant = new Plant(20).Reporting();
    readonly string _first, _second, _good, _better;
    readonly string _topic;

    /// <summary>Two documents rolled out, eight targets; the manager has seen and remembered all.</summary>
    public OldTargetTests()
    {
        (_first, _good) = _plant.Document(1);
        (_second, _better) = _plant.Document(2);
        Assert.Equal(Step.Finish, _plant.Drive(_first));
        Assert.Equal(Step.Finish, _plant.Drive(_second));
        _topic = _plant.Topics.Target(Plant.Group);
    }

    public void Dispose() => _plant.Dispose();

    byte[] Old(int index) => _plant.Broker.Published.Where(m => m.Topic == _topic).ElementAt(index).Payload;

    Manager Open()
    {
        var manager = _plant.Manager();
        manager.Session.Collect(asks: false);
        return manager;
    }

    static string Refused(Action act) => Assert.Throws<FleetException>(act).Message;

    [Fact]
    public void The_status_shows_the_newest_and_nothing_is_built_on_the_old_one()
    {
        var newest = _plant.Broker[_topic];
        _plant.Broker.Publish(_topic, Old(1));
        using var manager = Open();
        Assert.Equal((8, _good), (manager.View.Targets[Plant.Group].Sequence, manager.View.Targets[Plant.Group].Stable!.Digest));
        var shown = StatusTable.Groups(manager.View, null, DateTimeOffset.UtcNow).ToArray();
        const string Sentence = "the broker keeps target 2 of press, and target 8 was published before: an old one was published again, or "
            + "the broker lost the newer ones. Nothing is built on it. Publish the newest again: `edge-agent fleet republish press`.";
        Assert.Equal($"press: {Sentence}", shown[0]);
        Assert.StartsWith("press: target 8, ", shown[1], StringComparison.Ordinal);
        Assert.Equal(Sentence, Refused(() => manager.Session.RequireNewest(Plant.Group)));
        var (third, _) = _plant.Document(3);
        Assert.Equal(Sentence, Refused(() => _plant.Drive(third)));
        Assert.Equal(Old(1), _plant.Broker[_topic]);

        var (target, isPublished) = manager.Session.Republish(Plant.Group, manager.SignTarget);
        Assert.Equal((8, true), (target.Sequence, isPublished));
        Assert.Equal(newest, _plant.Broker[_topic]);
        Assert.False(manager.Session.Republish(Plant.Group, manager.SignTarget).IsPublished);
        manager.Session.RequireNewest(Plant.Group);
        manager.Session.Write(Plant.Group, manager.SignTarget, t => TargetChange.Back(Plant.Group, t, null, manager.Session.Now));
        Assert.All(_plant.Gateways, g => Assert.Equal(_good, g.Runs));
    }

    [Fact]
    public void Without_its_file_the_manager_believes_what_gateways_have_seen()
    {
        _plant.Broker.Publish(_topic, Old(1));
        File.Delete(_plant.Path("cache.jsonl.targets"));
        using var manager = Open();
        var sentence = Refused(() => manager.Session.RequireNewest(Plant.Group));
        Assert.Contains("keeps target 2 of press, and target 8 was published before, as gw-", sentence);
        Assert.EndsWith("say what shall run: `edge-agent fleet rollback press --to FILE`.", sentence);
        Assert.Equal(sentence, Refused(() => manager.Session.Republish(Plant.Group, manager.SignTarget)));
        var (_, reference) = manager.Place(_second, Path.GetDirectoryName(_plant.Path("x"))!);
        manager.Session.Write(Plant.Group, manager.SignTarget, t => TargetChange.Back(Plant.Group, t, reference, manager.Session.Now));
        Assert.Equal((9, _better), (_plant.Target().Sequence, _plant.Target().Stable!.Digest));
        using var next = Open();
        next.Session.RequireNewest(Plant.Group);
    }

    [Fact]
    public void A_broker_that_lost_the_target_gets_it_back()
    {
        var newest = _plant.Broker[_topic];
        foreach (var gateway in _plant.Gateways) gateway.IsAway = true;
        _plant.Broker.Publish(_topic, []);
        using var manager = Open();
        Assert.Contains("keeps no target of press, and target 8 was published before: the broker has lost it.",
            Refused(() => manager.Session.RequireNewest(Plant.Group)));
        manager.Session.Republish(Plant.Group, manager.SignTarget);
        Assert.Equal(newest, _plant.Broker[_topic]);
    }

    [Fact]
    public void An_old_target_of_a_file_is_not_published()
    {
        using var manager = Open();
        Assert.Contains("old-sequence: target 2 of press; 8 was published before.",
            Refused(() => Publication.Of("old.json", Old(1), manager.View, manager.Session.Now)));
        Assert.Equal(_topic, Publication.Of("new.json", Old(7), manager.View, manager.Session.Now).Topic);
        var late = _plant.SignTarget(_plant.Target() with { Sequence = 9, Expires = manager.Session.Now.AddSeconds(-1) });
        Assert.Contains("expired: target 9", Refused(() => Publication.Of("late.json", late, manager.View, manager.Session.Now)));
    }

    [Fact]
    public void A_target_that_has_expired_is_written_on_with_as_long_again()
    {
        var late = _plant.Target() with
        {
            Sequence = 9, Issued = DateTimeOffset.UtcNow.AddDays(-8), Expires = DateTimeOffset.UtcNow.AddDays(-1),
        };
        _plant.Broker.Publish(_topic, _plant.SignTarget(late));
        using var manager = Open();
        Assert.Contains("press: target 9 expired at ", StatusTable.Groups(manager.View, null, DateTimeOffset.UtcNow).First());
        manager.Session.Write(Plant.Group, manager.SignTarget, t => TargetChange.State(Plant.Group, t, CandidateState.Abort));
        Assert.InRange(_plant.Target().Expires!.Value, DateTimeOffset.UtcNow.AddDays(6.9), DateTimeOffset.UtcNow.AddDays(7.1));
    }

    [Fact]
    public void A_root_that_sets_the_number_ends_what_was_remembered()
    {
        _plant.Broker.Publish(_topic, _plant.SignTarget(_plant.Target() with { Sequence = 1_000_000 }));
        Open().Dispose();
        _plant.Broker.Publish(_topic, Old(7));
        _plant.Broker.Publish(_plant.Topics.Root(2), _plant.NextRoot(new Dictionary<string, long> { [Plant.Group] = 8 }));
        using var manager = Open();
        Assert.Equal((2, 8), (manager.View.Root.Version, manager.View.Targets[Plant.Group].Sequence));
        Assert.Null(manager.View.OldTarget(Plant.Group));
        Assert.Equal(9, manager.View.NextSequence(Plant.Group));
    }
}
