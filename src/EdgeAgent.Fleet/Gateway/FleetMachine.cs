using EdgeAgent.Fleet.Gates;

namespace EdgeAgent.Fleet.Gateway;

/// <summary>The state machine of a gateway in a fleet: pure. What happened and a record in, the next record and what to do out.</summary>
/// <remarks>Whoever runs it makes the record durable before it does what a step asks for, and gives no event before that. An event that
/// does not fit the phase changes nothing. See docs/decisions/fleet-gateway.md.</remarks>
public static class FleetMachine
{
    /// <summary>Takes an event.</summary>
    /// <param name="at">The record.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="now">The wall clock.</param>
    public static FleetStep Step(FleetRecord at, FleetEvent happened, DateTimeOffset now) => happened switch
    {
        FleetEvent.Started => Start(at, now),
        FleetEvent.Wanted e => Want(at, e.Upcoming, now),
        FleetEvent.NothingWanted => Unwant(at),
        FleetEvent.ValuesCame e => Revalue(at, e, now),
        FleetEvent.Remembered e => new(at with { Memory = e.Memory }),
        FleetEvent.HandedIn e => HandIn(at, e.Upcoming),
        FleetEvent.Fetched e when Awaits(at, FleetPhase.Fetching, e.Document.Digest) =>
            new(at with
            {
                Phase = FleetPhase.Checking,
                Upcoming = at.Upcoming! with
                {
                    Document = e.Document with { Vars = at.Upcoming.Vars }, Gates = e.Gates ?? at.Upcoming.Gates,
                },
            }, FleetAction.Check),
        FleetEvent.FetchRefused e when Awaits(at, FleetPhase.Fetching, e.Digest) =>
            Fail(at, FleetPhase.Refused, e.Reason, [], now),
        FleetEvent.Checked e when Awaits(at, FleetPhase.Checking, e.Digest) => new(at with { Phase = FleetPhase.Waiting }),
        FleetEvent.CheckFailed e when Awaits(at, FleetPhase.Checking, e.Digest) =>
            Fail(at, FleetPhase.Rejected, e.Reason, e.Findings, now),
        FleetEvent.Due e when at.Phase == FleetPhase.Waiting => Try(at, e, now),
        FleetEvent.RunDone e => Ran(at, e, now),
        FleetEvent.Passed when at.Phase == FleetPhase.Trial => Pass(at, now),
        FleetEvent.GateFailed e when at.Phase == FleetPhase.Trial => Revert(at, e.Failure, e.Log, now),
        FleetEvent.LinkMissing when at.Phase == FleetPhase.Trial => Postpone(at, now),
        FleetEvent.Unreadable e when at.Phase is FleetPhase.Trial or FleetPhase.Applying =>
            Revert(at, new GateFailure("start", "readable", e.Reason), [], now),
        FleetEvent.Unreadable e when at.Fallback is null => new(at with { Fallback = e.Reason }, FleetAction.Report),
        FleetEvent.Rested when at.Phase is FleetPhase.Good or FleetPhase.Refused or FleetPhase.Rejected =>
            new(at with { Phase = FleetPhase.Steady }),
        FleetEvent.Held e => Hold(at, e.IsLocal, now),
        FleetEvent.Released when at.Hold is { } hold =>
            hold.IsLocal ? new(at with { Hold = null }, FleetAction.Run, FleetAction.Report)
                : new(at with { Hold = null }, FleetAction.Report),
        FleetEvent.RetryAsked e => Forget(at, f => f.Digest == e.Digest) is var next && at.Postponed?.Digest == e.Digest
            ? new(next.Record with { Postponed = null }, FleetAction.Report) : next,
        FleetEvent.RootChanged => Forget(at, f => f.How == FleetPhase.Refused),
        _ => new(at),
    };

    /// <summary>Whether a document could be handed in now; null when it could, else why not.</summary>
    public static string? Busy(FleetRecord at) => at.Hold is { IsLocal: true }
        ? "The local file runs under `fleet hold --local`. Release it first: edge-agent fleet release."
        : at.Phase is FleetPhase.Applying or FleetPhase.Trial or FleetPhase.Reverting
            ? $"Document {at.Trial!.Document} is on trial. Wait until that has ended; `edge-agent fleet state` shows it." : null;

    static bool Awaits(FleetRecord at, FleetPhase phase, string digest) => at.Phase == phase && at.Upcoming?.Digest == digest;

    static FleetStep Start(FleetRecord at, DateTimeOffset now)
    {
        at = at with { Starts = at.Starts + 1, Fallback = null, Failed = [.. at.Failed.Where(f => f.How != FleetPhase.Refused)] };
        if (at.Trial is { } trial)
        {
            if (at.Phase == FleetPhase.Reverting) return new(at with { Phase = FleetPhase.Steady, Trial = null }, FleetAction.Report);
            var boots = trial.Boots + 1;
            at = at with { Phase = FleetPhase.Trial, Trial = trial with { Boots = boots } };
            if (boots <= Restarts(trial) + 1) return new(at, FleetAction.Report);
            var over = Revert(at, GateFailure.OfStarts(boots, Restarts(trial)), [], now);
            return new(over.Record with { Phase = FleetPhase.Steady, Trial = null }, FleetAction.Report);
        }

        return at.Phase switch
        {
            FleetPhase.Fetching => new(at, FleetAction.Fetch),
            FleetPhase.Checking => new(at, FleetAction.Check),
            FleetPhase.Waiting => new(at with { Phase = FleetPhase.Checking }, FleetAction.Check),
            _ => new(at with { Phase = FleetPhase.Steady, Upcoming = null }, FleetAction.Report),
        };
    }

    static FleetStep Want(FleetRecord at, Upcoming wanted, DateTimeOffset now)
    {
        var isKnown = !wanted.IsNew;
        wanted = WithGoodVars(at, wanted);
        if (at.Phase == FleetPhase.Trial)
            return at.Trial!.Document.Digest == wanted.Digest || (isKnown && at.Trial.Origin == DocumentOrigin.Hand) || at.Hold is not null
                ? new(at) : new(at with { Phase = FleetPhase.Reverting }, FleetAction.Run, FleetAction.Report);
        if (at.Hold is not null || at.Phase is FleetPhase.Applying or FleetPhase.Reverting) return new(at);
        if (at.Upcoming is { } upcoming)
        {
            if (upcoming.Origin == DocumentOrigin.Hand && isKnown) return new(at);
            if (upcoming.Digest == wanted.Digest)
            {
                if (IsOfVars(at, upcoming)) return new(at);
                if (upcoming.Vars != wanted.Vars)
                    return new(at with { Phase = FleetPhase.Fetching, Upcoming = wanted }, FleetAction.Fetch);
                var same = wanted with
                {
                    Document = upcoming.Document,
                    IsNew = upcoming.IsNew,
                    Gates = upcoming.Document is null ? wanted.Gates : upcoming.Gates,
                };
                return same == upcoming ? new(at) : new(at with { Upcoming = same });
            }
        }

        if (IsTaken(at, wanted, now)) return new(at with { Phase = FleetPhase.Fetching, Upcoming = wanted }, FleetAction.Fetch);
        return at.Upcoming is null || IsOfVars(at, at.Upcoming) ? new(at)
            : new(at with { Phase = FleetPhase.Steady, Upcoming = null }, FleetAction.StopFetch, FleetAction.Report);
    }

    /// <summary>Whether it is the document that runs, with other values.</summary>
    static bool IsOfVars(FleetRecord at, Upcoming upcoming) => at.Running?.Digest == upcoming.Digest;

    /// <summary>A document that failed with the newest values is tried once more with those that are good here.</summary>
    static Upcoming WithGoodVars(FleetRecord at, Upcoming wanted) =>
        at.Running is { } running && running.Vars != wanted.Vars
        && at.Failed.Any(f => f.Document is not null && f.IsOf(wanted.Digest, wanted.Vars) && f.Retry >= wanted.Retry && !f.IsUnreported)
            ? wanted with { Vars = running.Vars } : wanted;

    /// <summary>The document that runs is tried with other values, as another document would be.</summary>
    static FleetStep Revalue(FleetRecord at, FleetEvent.ValuesCame came, DateTimeOffset now)
    {
        if (at is not { Phase: FleetPhase.Steady, Upcoming: null, Hold: null, Fallback: null, Running: { } running }
            || at.UntriedVars != came.Vars) return new(at);
        if (at.Postponed is { } later && later.Digest == running.Digest && now < later.NotBefore) return new(at);
        var document = running with { Vars = came.Vars };
        return came.IsSame ? new(at with { Running = document }, FleetAction.Report) : new(at with
        {
            Phase = FleetPhase.Checking,
            Upcoming = new Upcoming
            {
                Digest = running.Digest,
                Document = document,
                Vars = came.Vars,
                Origin = at.IsRunningByHand ? DocumentOrigin.Hand : DocumentOrigin.Link,
                Gates = came.Gates,
            },
        }, FleetAction.Check);
    }

    static FleetStep Unwant(FleetRecord at) => at switch
    {
        { Trial: { } trial } when trial.Document.Digest == at.Running?.Digest => new(at),
        { Upcoming: { } upcoming } when IsOfVars(at, upcoming) => new(at),
        { Phase: FleetPhase.Trial, Hold: null, Trial.Origin: DocumentOrigin.Link } =>
            new(at with { Phase = FleetPhase.Reverting }, FleetAction.Run, FleetAction.Report),
        { Upcoming.Origin: DocumentOrigin.Link } =>
            new(at with { Phase = FleetPhase.Steady, Upcoming = null }, FleetAction.StopFetch, FleetAction.Report),
        _ => new(at),
    };

    static bool IsTaken(FleetRecord at, Upcoming wanted, DateTimeOffset now)
    {
        if (at.Running?.Digest == wanted.Digest || (at.IsRunningByHand && !wanted.IsNew)) return false;
        if (at.Failed.Any(f => f.IsOf(wanted.Digest, wanted.Vars) && f.Retry >= wanted.Retry && !f.IsUnreported)) return false;
        return at.Postponed is not { } later || later.Digest != wanted.Digest || now >= later.NotBefore;
    }

    static FleetStep HandIn(FleetRecord at, Upcoming upcoming) => Busy(at) is not null || at.Running?.Digest == upcoming.Digest
        ? new(at) : new(Forget(at, f => f.Digest == upcoming.Digest).Record with { Phase = FleetPhase.Checking, Upcoming = upcoming },
            FleetAction.StopFetch, FleetAction.Check);

    static FleetStep Try(FleetRecord at, FleetEvent.Due due, DateTimeOffset now)
    {
        var upcoming = at.Upcoming!;
        return new(at with
        {
            Phase = FleetPhase.Applying,
            Upcoming = null,
            Trial = new Trial
            {
                Document = upcoming.Document!,
                Previous = at.Running,
                Origin = upcoming.Origin,
                Retry = upcoming.Retry,
                Rollout = upcoming.Rollout,
                Since = now,
                SinceNs = due.MonotonicNs,
                MachineBoot = due.MachineBoot,
                NeedsLink = upcoming.Origin == DocumentOrigin.Link || due.IsLinkUp,
                Gates = upcoming.Gates,
                Before = due.Before,
            },
        }, FleetAction.Run);
    }

    static FleetStep Ran(FleetRecord at, FleetEvent.RunDone done, DateTimeOffset now) => at.Phase switch
    {
        FleetPhase.Applying when done.IsGood => new(at with { Phase = FleetPhase.Trial }, FleetAction.Report),
        FleetPhase.Applying => Fail(at, FleetPhase.Rejected, done.Sentence, done.Findings, now),
        FleetPhase.Reverting when done.IsGood => new(at with { Phase = FleetPhase.Steady, Trial = null }, FleetAction.Report),
        _ when done.IsGood => new(at),
        FleetPhase.Steady when at.Hold is { IsLocal: true } => new(at with { Hold = null }, FleetAction.Report),
        _ when at.Fallback is null => new(at with { Fallback = done.Sentence }, FleetAction.Run, FleetAction.Report),
        _ => new(at, FleetAction.Restart),
    };

    static FleetStep Pass(FleetRecord at, DateTimeOffset now)
    {
        var trial = at.Trial!;
        return new(at with
        {
            Phase = FleetPhase.Good,
            Running = trial.Document,
            RunningSince = now,
            IsRunningByHand = trial.Origin == DocumentOrigin.Hand,
            Trial = null,
            Postponed = null,
            Failed = [.. at.Failed.Where(f => f.Digest != trial.Document.Digest)],
            Memory = at.Memory.WithGood(trial.Document.Name, trial.Document.Version, trial.Document.Digest),
        }, FleetAction.Report);
    }

    static FleetStep Revert(FleetRecord at, GateFailure failure, IReadOnlyList<string> log, DateTimeOffset now, bool isUnreported = false)
    {
        var trial = at.Trial!;
        var failed = new FailedDocument
        {
            Digest = trial.Document.Digest,
            Document = trial.Document,
            How = FleetPhase.Reverting,
            Retry = trial.Retry,
            Rollout = trial.Rollout,
            IsUnreported = isUnreported,
            At = now,
            Gate = failure,
            Log = log,
        };
        return new(at.With(failed) with { Phase = FleetPhase.Reverting }, FleetAction.Run, FleetAction.Report);
    }

    static FleetStep Postpone(FleetRecord at, DateTimeOffset now)
    {
        var digest = at.Trial!.Document.Digest;
        var tries = (at.Postponed is { } before && before.Digest == digest ? before.Tries : 0) + 1;
        var over = Revert(at, new GateFailure("link", "report confirmed", "not confirmed"), [], now, isUnreported: true);
        return over with
        {
            Record = over.Record with
            {
                Postponed = new Postponed(digest, tries, now + Postponed.After(tries)), LinkMisses = at.LinkMisses + 1,
            },
        };
    }

    static FleetStep Fail(FleetRecord at, FleetPhase how, string reason, IReadOnlyList<string> findings, DateTimeOffset now)
    {
        var failed = new FailedDocument
        {
            Digest = at.Upcoming?.Digest ?? at.Trial!.Document.Digest,
            Document = at.Upcoming?.Document ?? at.Trial?.Document,
            How = how,
            Retry = at.Upcoming?.Retry ?? at.Trial!.Retry,
            Rollout = at.Upcoming?.Rollout ?? at.Trial!.Rollout,
            At = now,
            Reason = reason,
            Findings = [.. findings.Take(FailedDocument.MostFindings)],
        };
        return new(at.With(failed) with { Phase = how, Upcoming = null, Trial = null }, FleetAction.Report);
    }

    static FleetStep Hold(FleetRecord at, bool isLocal, DateTimeOffset now)
    {
        if (at.Phase is FleetPhase.Applying or FleetPhase.Reverting || (isLocal && at.Phase == FleetPhase.Trial)) return new(at);
        if (at.Hold?.IsLocal == isLocal) return new(at);
        var wasLocal = at.Hold is { IsLocal: true };
        var next = at with { Hold = new FleetHold(isLocal, now) };
        if (at.Upcoming is not null) next = next with { Phase = FleetPhase.Steady, Upcoming = null };
        return isLocal || wasLocal ? new(next, FleetAction.StopFetch, FleetAction.Run, FleetAction.Report)
            : new(next, FleetAction.StopFetch, FleetAction.Report);
    }

    static int Restarts(Trial trial) => new GateLimits(trial.Gates).Restarts;

    static FleetStep Forget(FleetRecord at, Func<FailedDocument, bool> which) =>
        at.Failed.Any(which) ? new(at with { Failed = [.. at.Failed.Where(f => !which(f))] }, FleetAction.Report) : new(at);
}
