using System.Text;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollback;
using EdgeAgent.Fleet.Trust;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Trust;

/// <summary>The attackers of docs/fleet.md, as far as keys and memory stop them.</summary>
public sealed class ThreatTests
{
    readonly FleetKit _kit = new();

    string Check(byte[] message, string type, string role)
    {
        var envelope = Envelope.Parse(message, type, SizeLimits.Document);
        return envelope.IsGood ? _kit.Root.Check(envelope.Value, role).Refusal.Word : envelope.Refusal.Word;
    }

    [Fact]
    public void A_stolen_rollout_key_brings_no_content_no_values_and_no_keys()
    {
        var document = FleetKit.Document();
        var vars = new Vars { Id = "gw-a", Version = 1, Issued = FleetKit.Noon, Values = new Dictionary<string, object> { ["unit"] = 1L } };
        Assert.Equal("wrong-role", Check(FleetKit.Sign(PayloadTypes.Document, document.ToPayload(), _kit.RolloutKey),
            PayloadTypes.Document, RoleNames.Config));
        Assert.Equal("wrong-role", Check(FleetKit.Sign(PayloadTypes.Vars, vars.ToPayload(), _kit.RolloutKey), PayloadTypes.Vars,
            RoleNames.Config));
        Assert.Equal("wrong-role", FleetKit.ResultOf(RootChain.Next(_kit.Root, _kit.Signed(_kit.RootOf(2), _kit.RolloutKey))));
        Assert.Equal("none", Check(_kit.Signed(FleetKit.Target(1, document)), PayloadTypes.Target, RoleNames.Rollout));
    }

    [Fact]
    public void What_is_signed_as_one_thing_is_no_other()
    {
        // A document of the config role, sent as values: the type is part of what is signed.
        var message = Encoding.UTF8.GetString(_kit.Signed(FleetKit.Document()));
        Assert.Equal("wrong-type", Check(Encoding.UTF8.GetBytes(message), PayloadTypes.Vars, RoleNames.Config));
        var renamed = message.Replace(PayloadTypes.Document, PayloadTypes.Vars, StringComparison.Ordinal);
        Assert.NotEqual(message, renamed);
        Assert.Equal("bad-signature", Check(Encoding.UTF8.GetBytes(renamed), PayloadTypes.Vars, RoleNames.Config));
    }

    [Fact]
    public void A_withheld_root_stops_the_chain_and_nothing_else()
    {
        Assert.Equal("wrong-root-version", FleetKit.ResultOf(RootChain.Next(_kit.Root, _kit.Signed(_kit.RootOf(3), _kit.RootKey))));
        Assert.Equal("wrong-root-version", FleetKit.ResultOf(RootChain.Next(_kit.Root, _kit.Signed(_kit.Root, _kit.RootKey))));
        Assert.Equal(2, RootChain.Next(_kit.Root, _kit.Signed(_kit.RootOf(2), _kit.RootKey)).Value!.Version);
    }

    [Fact]
    public void A_key_that_a_root_took_out_signs_nothing_more()
    {
        using var fresh = SigningKey.Create();
        var next = new TrustRoot
        {
            Version = 2,
            Issued = FleetKit.Noon,
            Roles = new Dictionary<string, TrustRole>(_kit.Root.Roles) { [RoleNames.Rollout] = new(1, [fresh.Public]) },
        };
        var root = RootChain.Next(_kit.Root, _kit.Signed(next, _kit.RootKey)).Value!;
        var target = Envelope.Parse(_kit.Signed(FleetKit.Target(1, FleetKit.Document())), PayloadTypes.Target, SizeLimits.Target).Value!;
        Assert.Equal("unknown-key", root.Check(target, RoleNames.Rollout).Refusal.Word);
    }

    [Fact]
    public void A_forged_report_is_not_the_gateways()
    {
        using var gateway = SigningKey.Create();
        using var other = SigningKey.Create();
        var payload = new Report
        {
            Id = "gw-a",
            Number = 1,
            Time = FleetKit.Noon,
            ClockIsSynchronised = true,
            Agent = "0.4.0",
            Arch = "x64",
            State = GatewayState.Steady,
        }.ToPayload();
        var forged = Envelope.Parse(FleetKit.Sign(PayloadTypes.Report, payload, other), PayloadTypes.Report, SizeLimits.Report).Value!;
        Assert.False(gateway.Public.Verify(forged.Signed(), forged.Signatures[0].Signature.Span));
        var renamed = new Envelope(forged.Type, forged.Payload, [new(gateway.Public.Id, forged.Signatures[0].Signature)]);
        Assert.False(gateway.Public.Verify(renamed.Signed(), renamed.Signatures[0].Signature.Span));
        Assert.True(gateway.Public.Verify(forged.Signed(), gateway.Sign(forged.Signed())));
    }

    [Fact]
    public void A_clock_that_is_not_synchronised_looks_at_no_expiry()
    {
        var expired = FleetKit.Noon;
        Assert.True(new ClockReading(expired, IsSynchronised: true).HasPassed(expired));
        Assert.False(new ClockReading(expired.AddTicks(-1), IsSynchronised: true).HasPassed(expired));
        Assert.False(new ClockReading(expired.AddYears(9), IsSynchronised: false).HasPassed(expired));
        Assert.False(new ClockReading(expired.AddYears(9), IsSynchronised: true).HasPassed(null));
    }

    [Fact]
    public void A_replay_is_old_whatever_its_signatures()
    {
        var (old, now) = (FleetKit.Target(7, FleetKit.Document()), FleetKit.Target(8, FleetKit.Document(2)));
        var state = AntiRollback.Empty.With(old, Digest.Of(old.ToPayload())).With(now, Digest.Of(now.ToPayload()));
        var replayed = Envelope.Parse(_kit.Signed(old), PayloadTypes.Target, SizeLimits.Target).Value!;
        Assert.True(_kit.Root.Check(replayed, RoleNames.Rollout).IsGood);
        Assert.Equal("old-sequence", state.Check(Target.Parse(replayed.Payload).Value!, replayed.PayloadDigest).Word);
    }
}
