using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollback;
using EdgeAgent.Fleet.Trust;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Rollback;

public sealed class AntiRollbackTests
{
    readonly FleetKit _kit = new();

    static string DigestOf(ConfigDocument document) => Digest.Of(document.ToPayload());

    [Fact]
    public void Only_a_higher_sequence_or_the_same_target_is_taken()
    {
        var target = FleetKit.Target(10, FleetKit.Document());
        var digest = Digest.Of(target.ToPayload());
        var state = AntiRollback.Empty.With(target, digest);
        Assert.Equal("none", state.Check(target, digest).Word);
        Assert.Equal("sequence-reused", state.Check(target, Digest.Of([1])).Word);
        Assert.Equal("old-sequence", state.Check(target with { Sequence = 9 }, "").Word);
        Assert.Equal("none", state.Check(target with { Sequence = 11 }, "").Word);
        Assert.Equal("none", state.Check(target with { Sequence = 1, Group = "other" }, "").Word);
        Assert.Equal("none", state.Check(target with { Sequence = 1, Group = null, Gateway = "press" }, "").Word);
    }

    [Fact]
    public void A_root_sets_a_sequence_back_once()
    {
        var stolen = FleetKit.Target(long.MaxValue, FleetKit.Document());
        var state = (AntiRollback.Empty with { RootVersion = 1 }).With(stolen, "");
        var root = TrustRoot.Parse(new TrustRoot
        {
            Version = 2,
            Issued = FleetKit.Noon,
            Roles = _kit.Root.Roles,
            Sequences = new Dictionary<string, long> { ["press"] = 1016, ["other"] = 5 },
        }.ToPayload()).Value!;
        Assert.Equal("old-sequence", state.Check(stolen with { Sequence = 1017 }, "").Word);
        state = state.With(root);
        Assert.Equal("none", state.Check(stolen with { Sequence = 1017 }, "").Word);
        Assert.Equal("sequence-reused", state.Check(stolen with { Sequence = 1016 }, "x").Word);
        Assert.False(state.Sequences.ContainsKey("other"));
        state = state.With(stolen with { Sequence = 2000 }, "").With(root);
        Assert.Equal("old-sequence", state.Check(stolen with { Sequence = 1999 }, "").Word);
        Assert.Equal("wrong-root-version", state.Check(_kit.Root).Word);
    }

    [Fact]
    public void An_old_document_comes_back_only_where_it_ran_well()
    {
        var state = AntiRollback.Empty;
        foreach (var version in (long[])[1, 2, 3, 4, 5, 6, 7]) state = state.WithGood(FleetKit.Document(version),
            DigestOf(FleetKit.Document(version)));
        string Of(ConfigDocument document) => state.Check(document, DigestOf(document), _kit.Root).Word;
        Assert.Equal("none", Of(FleetKit.Document(8)));
        Assert.Equal("none", Of(FleetKit.Document(3)));
        Assert.Equal("old-version", Of(FleetKit.Document(2)));
        Assert.Equal("old-version", Of(FleetKit.Document(5, "other: 1\n")));
        Assert.Equal("version-reused", Of(FleetKit.Document(7, "other: 1\n")));
        Assert.Equal("none", Of(FleetKit.Document(1) with { Name = "oven-line" }));
        state = state.WithGood(FleetKit.Document(3), DigestOf(FleetKit.Document(3)));
        Assert.Equal(7, state.Highest["press-line"].Number);
        Assert.Equal(5, state.LastGood.Count);
        Assert.Equal(DigestOf(FleetKit.Document(3)), state.LastGood[0]);
    }

    [Fact]
    public void The_roots_minimum_cuts_off_for_good()
    {
        var state = AntiRollback.Empty.WithGood(FleetKit.Document(3), DigestOf(FleetKit.Document(3)));
        var root = new TrustRoot { Version = 2, Issued = FleetKit.Noon, Roles = _kit.Root.Roles, MinVersion = new Dictionary<string,
            long> { ["press-line"] = 4 } };
        Assert.Equal("below-minimum", state.Check(FleetKit.Document(3), DigestOf(FleetKit.Document(3)), root).Word);
        Assert.Equal("none", state.Check(FleetKit.Document(4), "", root).Word);
    }

    [Fact]
    public void Values_only_rise()
    {
        var vars = new Vars { Id = "gw-a", Version = 3, Issued = FleetKit.Noon, Values = new Dictionary<string,
            object> { ["unit"] = 17L } };
        var state = AntiRollback.Empty.With(vars, "d");
        Assert.Equal("none", state.Check(vars, "d").Word);
        Assert.Equal("version-reused", state.Check(vars, "e").Word);
        Assert.Equal("old-version", state.Check(vars with { Version = 2 }, "d").Word);
    }
}
