using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gates;
using EdgeAgent.Fleet.Rollback;

namespace EdgeAgent.Fleet.Gateway;

/// <summary>What happened. <see cref="FleetMachine"/> takes it.</summary>
public abstract record FleetEvent
{
    /// <summary>The process started.</summary>
    public sealed record Started : FleetEvent;

    /// <summary>The targets that are there want this document.</summary>
    public sealed record Wanted(Upcoming Upcoming) : FleetEvent;

    /// <summary>The targets that are there say nothing of what to run.</summary>
    public sealed record NothingWanted : FleetEvent;

    /// <summary>Values came that the document which runs was not tried with; <paramref name="IsSame"/> where they change nothing for
    /// it.</summary>
    public sealed record ValuesCame(long Vars, bool IsSame, TrialGates Gates) : FleetEvent;

    /// <summary>Something was taken that nothing older may follow.</summary>
    public sealed record Remembered(AntiRollback Memory) : FleetEvent;

    /// <summary>A document was handed in; its content is kept already.</summary>
    public sealed record HandedIn(Upcoming Upcoming) : FleetEvent;

    /// <summary>The document that is fetched is here, good and kept.</summary>
    public sealed record Fetched(KnownDocument Document, TrialGates? Gates) : FleetEvent;

    /// <summary>It is not taken.</summary>
    public sealed record FetchRefused(string Digest, string Reason) : FleetEvent;

    /// <summary>Its configuration has no findings and its files are here.</summary>
    public sealed record Checked(string Digest) : FleetEvent;

    /// <summary>Its configuration has findings, or its files cannot be had.</summary>
    public sealed record CheckFailed(string Digest, string Reason, IReadOnlyList<string> Findings) : FleetEvent;

    /// <summary>Its time has come.</summary>
    public sealed record Due(GateBaseline Before, bool IsLinkUp, long MonotonicNs, string MachineBoot) : FleetEvent;

    /// <summary>What <see cref="FleetRecord.Current"/> names was put in force, or was not.</summary>
    public sealed record RunDone(bool IsGood, string Sentence, IReadOnlyList<string> Findings) : FleetEvent;

    /// <summary>All gates were true for long enough, and the report was confirmed where that counts.</summary>
    public sealed record Passed : FleetEvent;

    /// <summary>A gate was false for too long.</summary>
    public sealed record GateFailed(GateFailure Failure, IReadOnlyList<string> Log) : FleetEvent;

    /// <summary>All was well, but the report was never confirmed.</summary>
    public sealed record LinkMissing : FleetEvent;

    /// <summary>What has to run cannot be read at a start.</summary>
    public sealed record Unreadable(string Reason) : FleetEvent;

    /// <summary>Nothing keeps it in a phase of passage.</summary>
    public sealed record Rested : FleetEvent;

    /// <summary><c>fleet hold</c>.</summary>
    public sealed record Held(bool IsLocal) : FleetEvent;

    /// <summary><c>fleet release</c>.</summary>
    public sealed record Released : FleetEvent;

    /// <summary>A document that failed may be tried again.</summary>
    public sealed record RetryAsked(string Digest) : FleetEvent;

    /// <summary>Other keys are trusted: what was refused may be good now.</summary>
    public sealed record RootChanged : FleetEvent;
}
