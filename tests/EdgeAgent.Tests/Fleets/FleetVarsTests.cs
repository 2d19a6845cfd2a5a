using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Tests.Fleet;
using Xunit;

namespace EdgeAgent.Tests.Fleets;

/// <summary>Changed values of a gateway: tried like a document, kept or taken back.</summary>
public sealed class FleetVarsTests
{
    [Fact]
    public void Changed_values_are_tried_with_the_document_that_runs_and_stay_when_they_prove_good()
    {
        using var rig = Running(out var digest);
        Put(rig, 1, ("unit", 17));
        rig.Pass(3);
        Assert.Equal(FleetPhase.Trial, rig.Record.Phase);
        Assert.Equal((digest, 1L), (rig.Record.Current!.Digest, rig.Record.Current.Vars));
        Assert.Equal((1L, false), (rig.Link.Last.Running!.Vars, rig.Link.Last.Running.IsGood));
        rig.Pass(20);
        Assert.Equal((FleetPhase.Steady, 1L), (rig.Record.Phase, rig.Record.Running!.Vars));
        Assert.Equal((1L, true, 1L), (rig.Link.Last.Running!.Vars, rig.Link.Last.Running.IsGood, rig.Link.Last.VarsVersion));
        Assert.Null(rig.Link.Last.LastFailed);
    }

    [Fact]
    public void Bad_values_are_taken_back_reported_and_not_tried_again_and_newer_ones_are()
    {
        using var rig = Running(out var digest);
        Put(rig, 1, ("unit", 17));
        rig.Pass(30);
        rig.PassesWithVars[2] = 0.2;
        Put(rig, 2, ("unit", 18));
        rig.Pass(40);
        Assert.Equal((FleetPhase.Steady, 1L), (rig.Record.Phase, rig.Record.Current!.Vars));
        var (running, failed) = (rig.Link.Last.Running!, rig.Link.Last.LastFailed!);
        Assert.Equal((digest, 1L, true), (running.Document.Digest, running.Vars, running.IsGood));
        Assert.Equal((digest, 2L, FailureKind.Reverted, "readings out of summaries"),
            (failed.Document.Digest, failed.Vars, failed.Kind, failed.Gate));
        var runs = rig.Runs.Count;
        rig.Pass(60);
        Assert.Equal(runs, rig.Runs.Count);
        Put(rig, 3, ("unit", 19));
        rig.Pass(30);
        Assert.Equal(3, rig.Record.Running!.Vars);
    }

    [Fact]
    public void A_start_in_their_trial_goes_on_and_a_second_one_puts_the_values_before_back()
    {
        using var rig = Running(out var digest);
        Put(rig, 1, ("unit", 17));
        rig.Pass(3);
        rig.Start();
        Assert.Equal((FleetPhase.Trial, 1L), (rig.Record.Phase, rig.Record.Current!.Vars));
        rig.Start();
        Assert.Equal((digest, 0L), (rig.Record.Current!.Digest, rig.Record.Current.Vars));
        rig.Pass(30);
        Assert.Equal((FleetPhase.Steady, 0L), (rig.Record.Phase, rig.Record.Current!.Vars));
    }

    [Fact]
    public void Values_that_the_document_does_not_use_change_nothing()
    {
        using var rig = Running(out _);
        var runs = rig.Runs.Count;
        Put(rig, 1, ("other", 1));
        rig.Pass(5);
        Assert.Equal((runs, FleetPhase.Steady, 1L), (rig.Runs.Count, rig.Record.Phase, rig.Record.Running!.Vars));
    }

    [Fact]
    public void A_document_that_fails_with_the_newest_values_is_tried_once_with_those_that_are_good_here()
    {
        using var rig = Running(out _);
        rig.PassesWithVars[1] = 0.2;
        Put(rig, 1, ("unit", 17));
        rig.Pass(40);
        Assert.Equal(0, rig.Record.Running!.Vars);
        var next = Publish(rig, 2, 2);
        rig.Pass(90);
        Assert.Equal((FleetPhase.Steady, next, 0L), (rig.Record.Phase, rig.Record.Running.Digest, rig.Record.Running.Vars));
        Assert.Equal([(next, 1L)], rig.Record.Failed.Where(f => f.Digest == next).Select(f => (f.Digest, f.Document!.Vars)));
    }

    [Fact]
    public void A_document_that_is_wanted_goes_before_values_and_takes_them_along()
    {
        using var rig = Running(out _);
        Put(rig, 1, ("unit", 17));
        rig.Pass(3);
        var next = Publish(rig, 2, 2);
        rig.Pass(40);
        Assert.Equal((FleetPhase.Steady, next, 1L), (rig.Record.Phase, rig.Record.Running!.Digest, rig.Record.Running.Vars));
    }

    [Fact]
    public void Values_handed_in_are_told_how_they_ended()
    {
        using var rig = new FleetRig(hasLink: false);
        rig.Pass(12);
        var document = Document(1);
        rig.Ask(new { verb = "apply", message = Convert.ToBase64String(rig.Kit.Signed(document)) });
        rig.Pass(30);
        rig.PassesWithVars[1] = 0.2;
        var answer = rig.Ask(new { verb = "apply", message = Convert.ToBase64String(Signed(rig, 1, ("unit", 17))) });
        Assert.Equal(("trying", 1L), (answer.GetProperty("result").GetString(), answer.GetProperty("vars").GetInt64()));
        object question = new { verb = "outcome", doc = answer.GetProperty("doc").GetString(), vars = 1 };
        rig.Pass(5);
        Assert.Equal("trying", rig.Ask(question).GetProperty("result").GetString());
        rig.Pass(40);
        Assert.Equal("reverted", rig.Ask(question).GetProperty("result").GetString());
        rig.Ask(new { verb = "apply", message = Convert.ToBase64String(Signed(rig, 2, ("unit", 18))) });
        rig.Pass(40);
        Assert.Equal("applied", rig.Ask(new { verb = "outcome", doc = FleetRig.DigestOf(document), vars = 2 })
            .GetProperty("result").GetString());
    }

    static ConfigDocument Document(long version) => FleetRig.Document(version) with
    {
        Vars = new Dictionary<string, VarDeclaration> { ["unit"] = new(VarType.Integer, 1L) },
    };

    static FleetRig Running(out string digest)
    {
        var rig = new FleetRig();
        rig.Pass(12);
        digest = Publish(rig, 1, 1);
        rig.Pass(30);
        Assert.Equal(digest, rig.Record.Running?.Digest);
        return rig;
    }

    static string Publish(FleetRig rig, long sequence, long version) => rig.Publish(sequence, Document(version));

    static void Put(FleetRig rig, long version, (string Name, long Value) value) =>
        rig.Link.Put(rig.Topics.Vars("gw-a"), Signed(rig, version, value));

    static byte[] Signed(FleetRig rig, long version, (string Name, long Value) value) => FleetKit.Sign(PayloadTypes.Vars, new Vars
    {
        Id = "gw-a", Version = version, Issued = FleetKit.Noon, Values = new Dictionary<string, object> { [value.Name] = value.Value },
    }.ToPayload(), rig.Kit.ConfigKey);
}
