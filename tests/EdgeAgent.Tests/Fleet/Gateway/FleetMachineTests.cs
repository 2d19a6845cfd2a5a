using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gates;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Rollback;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Gateway;

/// <summary>Each arrow of the state machine, one by one.</summary>
public sealed class FleetMachineTests
{
    static readonly DateTimeOffset s_now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    static readonly KnownDocument s_old = new(new string('a', 32), "line", 1), s_new = new(new string('b', 32), "line", 2);
    static readonly FleetRecord s_steady = new()
    {
        Running = s_old, Memory = AntiRollback.Empty.WithGood(s_old.Name, s_old.Version, s_old.Digest),
    };

    static readonly Upcoming s_wanted = new() { Digest = s_new.Digest, IsNew = true, Rollout = "r-1" };

    static FleetStep Step(FleetRecord at, FleetEvent happened) => FleetMachine.Step(at, happened, s_now);

    static FleetRecord Trial(int boots = 0, DocumentOrigin origin = DocumentOrigin.Link) => s_steady with
    {
        Phase = FleetPhase.Trial,
        Trial = new Trial
        {
            Document = s_new, Previous = s_old, Boots = boots, Gates = TrialGates.Defaults, Before = GateBaseline.None, Origin = origin,
        },
    };

    [Fact]
    public void The_way_of_a_good_document()
    {
        var step = Step(s_steady, new FleetEvent.Wanted(s_wanted));
        Assert.Equal(FleetPhase.Fetching, step.Record.Phase);
        Assert.Equal([FleetAction.Fetch], step.Actions);
        step = Step(step.Record, new FleetEvent.Fetched(s_new, TrialGates.Defaults with { Restarts = 3 }));
        Assert.Equal(FleetPhase.Checking, step.Record.Phase);
        Assert.Equal([FleetAction.Check], step.Actions);
        step = Step(step.Record, new FleetEvent.Checked(s_new.Digest));
        Assert.Equal(FleetPhase.Waiting, step.Record.Phase);
        Assert.Equal(s_old, step.Record.Current);
        step = Step(step.Record, new FleetEvent.Due(GateBaseline.None, false, 7, "boot"));
        Assert.Equal(FleetPhase.Applying, step.Record.Phase);
        Assert.Equal([FleetAction.Run], step.Actions);
        Assert.Equal(s_new, step.Record.Current);
        Assert.True(step.Record.Trial!.NeedsLink);
        Assert.Equal(3, step.Record.Trial.Gates.Restarts);
        step = Step(step.Record, new FleetEvent.RunDone(true, "", []));
        Assert.Equal(FleetPhase.Trial, step.Record.Phase);
        step = Step(step.Record, new FleetEvent.Passed());
        Assert.Equal((FleetPhase.Good, s_new, null), (step.Record.Phase, step.Record.Running!, step.Record.Trial));
        Assert.Equal([s_new.Digest, s_old.Digest], step.Record.Memory.LastGood);
        Assert.Equal(2, step.Record.Memory.Highest["line"].Number);
        Assert.Equal(FleetPhase.Steady, Step(step.Record, new FleetEvent.Rested()).Record.Phase);
    }

    [Fact]
    public void A_false_gate_reverts_and_the_document_is_not_tried_again_before_its_retry_rises()
    {
        var step = Step(Trial(), new FleetEvent.GateFailed(new GateFailure("commits", "durable", "disk full"), ["line"]));
        Assert.Equal((FleetPhase.Reverting, s_old), (step.Record.Phase, step.Record.Current));
        Assert.Equal([FleetAction.Run, FleetAction.Report], step.Actions);
        step = Step(step.Record, new FleetEvent.RunDone(true, "", []));
        Assert.Equal((FleetPhase.Steady, null), (step.Record.Phase, step.Record.Trial));
        Assert.Equal("commits", step.Record.Failed[0].Gate!.Gate);
        Assert.Same(step.Record, Step(step.Record, new FleetEvent.Wanted(s_wanted)).Record);
        Assert.Equal(FleetPhase.Fetching, Step(step.Record, new FleetEvent.Wanted(s_wanted with { Retry = 1 })).Record.Phase);
        var asked = Step(step.Record, new FleetEvent.RetryAsked(s_new.Digest)).Record;
        Assert.Equal(FleetPhase.Fetching, Step(asked, new FleetEvent.Wanted(s_wanted)).Record.Phase);
    }

    [Fact]
    public void The_second_start_inside_a_trial_reverts_at_once()
    {
        var step = Step(Trial(), new FleetEvent.Started());
        Assert.Equal((FleetPhase.Trial, 1, s_new), (step.Record.Phase, step.Record.Trial!.Boots, step.Record.Current));
        step = Step(step.Record, new FleetEvent.Started());
        Assert.Equal((FleetPhase.Steady, null, s_old), (step.Record.Phase, step.Record.Trial, step.Record.Current));
        Assert.Equal("restarts", step.Record.Failed[0].Gate!.Gate);
        Assert.Equal([FleetAction.Report], step.Actions);
    }

    [Fact]
    public void A_trial_that_only_lacked_the_link_is_put_off_for_1_6_and_24_hours_and_is_no_failure()
    {
        var record = s_steady;
        foreach (var hours in (int[])[1, 6, 24, 24])
        {
            var at = Trial() with { Postponed = record.Postponed };
            record = Step(Step(at, new FleetEvent.LinkMissing()).Record, new FleetEvent.RunDone(true, "", [])).Record;
            Assert.All(record.Failed, f => Assert.True(f.IsUnreported));
            Assert.Equal(s_now.AddHours(hours), record.Postponed!.NotBefore);
            Assert.Same(record, FleetMachine.Step(record, new FleetEvent.Wanted(s_wanted), s_now.AddHours(hours - 0.1)).Record);
            Assert.Equal(FleetPhase.Fetching,
                FleetMachine.Step(record, new FleetEvent.Wanted(s_wanted), s_now.AddHours(hours)).Record.Phase);
        }
    }

    [Fact]
    public void Findings_reject_and_nothing_changes()
    {
        var checking = s_steady with { Phase = FleetPhase.Checking, Upcoming = s_wanted with { Document = s_new } };
        var step = Step(checking, new FleetEvent.CheckFailed(s_new.Digest, "findings", [.. Enumerable.Range(0, 20).Select(i => $"{i}")]));
        Assert.Equal((FleetPhase.Rejected, s_old), (step.Record.Phase, step.Record.Current));
        Assert.Equal(10, step.Record.Failed[0].Findings.Count);
        var applying = Step(checking with { Phase = FleetPhase.Waiting }, new FleetEvent.Due(GateBaseline.None, true, 0, "")).Record;
        step = Step(applying, new FleetEvent.RunDone(false, "a model is too large", []));
        Assert.Equal((FleetPhase.Rejected, s_old, "a model is too large"),
            (step.Record.Phase, step.Record.Current, step.Record.Failed[0].Reason));
    }

    [Fact]
    public void Another_target_withdraws_a_trial_without_a_failure()
    {
        var other = s_wanted with { Digest = s_old.Digest };
        var step = Step(Trial(), new FleetEvent.Wanted(other));
        Assert.Equal((FleetPhase.Reverting, s_old), (step.Record.Phase, step.Record.Current));
        Assert.Empty(step.Record.Failed);
        var byHand = Trial(origin: DocumentOrigin.Hand);
        Assert.Same(byHand, Step(byHand, new FleetEvent.Wanted(other with { IsNew = false })).Record);
    }

    [Fact]
    public void What_was_handed_in_stays_until_a_newer_target()
    {
        var record = s_steady with { IsRunningByHand = true };
        Assert.Same(record, Step(record, new FleetEvent.Wanted(s_wanted with { IsNew = false })).Record);
        Assert.Equal(FleetPhase.Fetching, Step(record, new FleetEvent.Wanted(s_wanted)).Record.Phase);
        Assert.NotNull(FleetMachine.Busy(Trial()));
        var step = Step(s_steady, new FleetEvent.HandedIn(s_wanted with { Origin = DocumentOrigin.Hand, Document = s_new }));
        Assert.Equal(FleetPhase.Checking, step.Record.Phase);
    }

    [Fact]
    public void Hold_ignores_targets_and_local_runs_the_local_file_meanwhile()
    {
        var held = Step(s_steady with { Phase = FleetPhase.Fetching, Upcoming = s_wanted }, new FleetEvent.Held(false)).Record;
        Assert.Equal((FleetPhase.Steady, null, s_old), (held.Phase, held.Upcoming, held.Current));
        Assert.Same(held, Step(held, new FleetEvent.Wanted(s_wanted)).Record);
        var step = Step(held, new FleetEvent.Held(true));
        Assert.Null(step.Record.Current);
        Assert.Contains(FleetAction.Run, step.Actions);
        step = Step(step.Record, new FleetEvent.Released());
        Assert.Equal(s_old, step.Record.Current);
        Assert.Contains(FleetAction.Run, step.Actions);
    }

    [Fact]
    public void What_cannot_be_put_back_gives_way_to_the_local_file_and_then_to_a_restart()
    {
        var reverting = Step(Trial(), new FleetEvent.GateFailed(new GateFailure("bad", "0 %", "9 %"), [])).Record;
        var step = Step(reverting, new FleetEvent.RunDone(false, "gone", []));
        Assert.Equal(("gone", null), (step.Record.Fallback, step.Record.Current));
        Assert.Contains(FleetAction.Run, step.Actions);
        Assert.Equal(FleetPhase.Steady, Step(step.Record, new FleetEvent.RunDone(true, "", [])).Record.Phase);
        Assert.Equal([FleetAction.Restart], Step(step.Record, new FleetEvent.RunDone(false, "gone, too", [])).Actions);
        Assert.Equal(s_old, Step(step.Record, new FleetEvent.Started()).Record.Current);
    }

    [Fact]
    public void A_record_is_the_same_after_it_was_written_and_a_flipped_bit_is_found()
    {
        var full = Trial(1) with
        {
            Upcoming = s_wanted
                with { Window = DayWindow.TryParse("01:00-05:00 Europe/Berlin"), Delay = TimeSpan.FromSeconds(9), NotBefore = s_now },
            Hold = new FleetHold(true, s_now), Fallback = "why\nnot", LinkMisses = 3, Postponed = new Postponed(s_new.Digest, 2, s_now),
            Failed = [
                new FailedDocument { Digest = s_new.Digest, How = FleetPhase.Rejected, At = s_now, Reason = "findings", Findings = ["x"] }],
        };
        var bytes = new FleetRecordFile(7, full).ToBytes();
        var read = FleetRecordFile.TryRead(bytes)!;
        Assert.Equal(7, read.Generation);
        Assert.Equal(bytes, new FleetRecordFile(7, read.Record).ToBytes());
        Assert.Equal(full.Upcoming, read.Record.Upcoming);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 4;
            Assert.Null(FleetRecordFile.TryRead(bytes));
            bytes[i] ^= 4;
        }
    }
}
