using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Tests.Fleet;
using Xunit;

namespace EdgeAgent.Tests.Fleets;

/// <summary>The gateway's side from message to report, over a broker on paper and an agent that is only figures.</summary>
public sealed class FleetAgentTests
{
    [Fact]
    public void A_good_document_comes_is_tried_proves_good_and_is_reported()
    {
        using var rig = new FleetRig();
        rig.Pass(5);
        var digest = rig.Publish(1, FleetRig.Document(1));
        rig.Pass(2);
        Assert.Equal(FleetPhase.Waiting, rig.Record.Phase);
        Assert.Contains("how it was before", rig.Agent.WaitsFor);
        rig.Pass(6);
        Assert.Equal((FleetPhase.Trial, digest), (rig.Record.Phase, rig.Runs[^1]));
        Assert.Equal((GatewayState.Trial, false), (rig.Link.Last.State, rig.Link.Last.Running!.IsGood));
        rig.Pass(14);
        Assert.Equal((FleetPhase.Steady, digest), (rig.Record.Phase, rig.Record.Running!.Digest));
        var report = rig.Link.Last;
        Assert.Equal((GatewayState.Steady, true, digest, "press"),
            (report.State, report.Running!.IsGood, report.Running.Document.Digest, report.WantedBy));
        Assert.Equal("r-1", report.Rollout);
        Assert.Equal(1, report.Sequences["press"]);
        Assert.Equal(rig.Link.Reports.Select(r => r.Number).Distinct().Order(), rig.Link.Reports.Select(r => r.Number));
    }

    [Fact]
    public void A_stage_that_removes_four_of_five_readings_is_taken_back_with_figures_and_not_tried_again()
    {
        using var rig = new FleetRig();
        rig.Pass(12);
        var good = rig.Publish(1, FleetRig.Document(1));
        rig.Pass(30);
        Assert.Equal(good, rig.Record.Running!.Digest);
        var bad = rig.Publish(2, FleetRig.Document(2), passes: 0.2);
        rig.Pass(40);
        Assert.Equal((FleetPhase.Steady, good, good), (rig.Record.Phase, rig.Runs[^1], rig.Record.Running.Digest));
        var failed = rig.Link.Last.LastFailed!;
        Assert.Equal((bad, FailureKind.Reverted, "readings out of summaries"), (failed.Document.Digest, failed.Kind, failed.Gate));
        Assert.Equal(("100/s", "20/s"), (failed.Before, failed.After));
        Assert.Equal(bad, rig.Link.Last.Wanted!.Digest);
        var runs = rig.Runs.Count;
        rig.Pass(60);
        Assert.Equal(runs, rig.Runs.Count);
        rig.Publish(3, FleetRig.Document(2), passes: 1, retry: 1);
        rig.Pass(40);
        Assert.Equal(bad, rig.Record.Running!.Digest);
    }

    [Fact]
    public void Replayed_and_forged_targets_are_refused_by_name_and_change_nothing()
    {
        using var rig = new FleetRig();
        var one = FleetRig.Document(1);
        var old = rig.Kit.Signed(FleetRig.Target(1, one));
        rig.Publish(2, one);
        rig.Pass(40);
        var phase = rig.Record;
        rig.Link.Put(rig.Topics.Target("press"), old);
        rig.Pass(1);
        Assert.Equal("old-sequence", rig.Agent.Inbox.Refused!.Reason);
        rig.Link.Put(rig.Topics.Target("press"), rig.Kit.Signed(FleetRig.Target(2, FleetRig.Document(2))));
        rig.Pass(1);
        Assert.Equal("sequence-reused", rig.Agent.Inbox.Refused!.Reason);
        rig.Link.Put(rig.Topics.Target("press"), new FleetKit().Signed(FleetRig.Target(9, one)));
        rig.Pass(1);
        Assert.Equal("unknown-key", rig.Agent.Inbox.Refused!.Reason);
        rig.Link.Put(rig.Topics.Target("all"), rig.Kit.Signed(FleetRig.Target(9, one)));
        rig.Pass(1);
        Assert.Equal(("wrong-address", 4L), (rig.Agent.Inbox.Refused!.Reason, rig.Agent.Inbox.Refused.Count));
        Assert.Same(phase, rig.Record);
        Assert.Equal(("wrong-address", 4L), (rig.Link.Last.Refused?.Reason ?? "wrong-address", 4L));
    }

    [Fact]
    public void A_flood_does_not_keep_the_real_target_out()
    {
        using var rig = new FleetRig();
        for (var i = 0; i < 10_000; i++) rig.Link.Put(rig.Topics.Target("all"), [(byte)i, 1, 2]);
        var digest = rig.Publish(1, FleetRig.Document(1));
        for (var i = 0; i < 10_000; i++) rig.Link.Put(rig.Topics.GatewayTarget("gw-a"), new byte[5000]);
        rig.Turn();
        Assert.Equal(digest, rig.Record.Upcoming!.Digest);
        Assert.True(rig.Agent.Inbox.Refused!.Count < 10);
    }

    [Fact]
    public void Findings_reject_before_anything_changes_and_are_reported()
    {
        using var rig = new FleetRig();
        var document = FleetRig.Document(1);
        rig.HasFindings.Add(FleetRig.DigestOf(document));
        rig.Publish(1, document);
        rig.Pass(5);
        Assert.Equal([null], rig.Runs);
        var failed = rig.Link.Last.LastFailed!;
        Assert.Equal((FailureKind.Rejected, "findings"), (failed.Kind, failed.Gate));
        Assert.Contains("EA1102", failed.Findings[0]);
    }

    [Fact]
    public void A_report_that_is_never_confirmed_takes_the_document_back_without_a_failure_and_it_is_tried_again_an_hour_later()
    {
        using var rig = new FleetRig();
        rig.Link.Confirms = false;
        rig.Pass(12);
        var digest = rig.Publish(1, FleetRig.Document(1));
        rig.Pass(60);
        Assert.Equal((FleetPhase.Steady, null, 1L), (rig.Record.Phase, rig.Runs[^1], rig.Record.LinkMisses));
        Assert.Equal(FailureKind.Unreported, rig.Link.Last.LastFailed!.Kind);
        rig.Link.Confirms = true;
        rig.Clock.Pass(3600);
        rig.Pass(40);
        Assert.Equal(digest, rig.Record.Running?.Digest);
    }

    [Fact]
    public void Two_starts_inside_a_trial_end_on_the_document_before()
    {
        using var rig = new FleetRig();
        rig.Pass(12);
        var good = rig.Publish(1, FleetRig.Document(1));
        rig.Pass(30);
        var crashes = rig.Publish(2, FleetRig.Document(2));
        rig.Pass(6);
        Assert.Equal(FleetPhase.Trial, rig.Record.Phase);
        rig.Start();
        Assert.Equal((crashes, 1), (rig.Runs[^1], rig.Record.Trial!.Boots));
        rig.Start();
        Assert.Equal(good, rig.Runs[^1]);
        rig.Pass(3);
        Assert.Equal("restarts", rig.Link.Last.LastFailed!.Gate);
    }

    [Fact]
    public void A_document_that_is_handed_in_takes_the_same_way_and_stays_until_a_newer_target()
    {
        using var rig = new FleetRig();
        rig.Publish(1, FleetRig.Document(1));
        rig.Pass(40);
        var byHand = FleetRig.Document(5);
        var digest = FleetRig.DigestOf(byHand);
        var message = Convert.ToBase64String(rig.Kit.Signed(byHand));
        var answer = rig.Ask(new { verb = "apply", message });
        Assert.Equal(("trying", digest), (answer.GetProperty("result").GetString(), answer.GetProperty("doc").GetString()));
        rig.Pass(30);
        Assert.Equal("applied", rig.Ask(new { verb = "outcome", doc = digest }).GetProperty("result").GetString());
        rig.Pass(30);
        Assert.Equal(digest, rig.Record.Running!.Digest);
        rig.Publish(2, FleetRig.Document(6));
        rig.Pass(40);
        Assert.Equal(FleetRig.DigestOf(FleetRig.Document(6)), rig.Record.Running!.Digest);
        answer = rig.Ask(new { verb = "apply", message = Convert.ToBase64String(rig.Kit.Signed(FleetRig.Document(3))) });
        Assert.Equal("rejected", answer.GetProperty("result").GetString());
        Assert.Contains("old-version", answer.GetProperty("message").GetString());
    }

    [Fact]
    public void Without_a_link_documents_are_handed_in_and_hold_local_runs_the_local_file()
    {
        using var rig = new FleetRig(hasLink: false);
        rig.Pass(12);
        var document = FleetRig.Document(1);
        rig.Ask(new { verb = "apply", message = Convert.ToBase64String(rig.Kit.Signed(document)) });
        rig.Pass(30);
        Assert.Equal(FleetRig.DigestOf(document), rig.Record.Running?.Digest);
        Assert.Equal("applied", rig.Ask(new { verb = "hold", local = true }).GetProperty("result").GetString());
        Assert.Null(rig.Runs[^1]);
        Assert.Equal("rejected", rig.Ask(new { verb = "apply", message = Convert.ToBase64String(rig.Kit.Signed(FleetRig.Document(2))) })
            .GetProperty("result").GetString());
        rig.Ask(new { verb = "release" });
        Assert.Equal(FleetRig.DigestOf(document), rig.Runs[^1]);
        var state = rig.Ask(new { verb = "state" });
        Assert.Equal("steady", state.GetProperty("status").GetProperty("state").GetString());
        Assert.Equal("a.yaml:1 | agent: {}", state.GetProperty("lines")[0].GetString());
    }

    [Fact]
    public void A_root_that_rotates_the_keys_lets_the_new_ones_in()
    {
        using var rig = new FleetRig();
        var next = new FleetKit();
        var root = new EdgeAgent.Fleet.Trust.TrustRoot { Version = 2, Issued = FleetKit.Noon, Roles = next.Root.Roles };
        var document = FleetRig.Document(1);
        rig.Link.Put(rig.Topics.Document(FleetRig.DigestOf(document)), next.Signed(document));
        rig.Link.Put(rig.Topics.Target("press"), next.Signed(FleetRig.Target(1, document)));
        rig.Pass(3);
        Assert.Equal("unknown-key", rig.Agent.Inbox.Refused!.Reason);
        rig.Link.Put(rig.Topics.Root(2), rig.Kit.Signed(root, rig.Kit.RootKey, next.RootKey));
        rig.Pass(40);
        Assert.Equal(2, rig.Record.Memory.RootVersion);
        Assert.Equal(FleetRig.DigestOf(document), rig.Record.Running?.Digest);
    }
}
