using EdgeAgent.Fleet.Rollback;

namespace EdgeAgent.Fleet.Gateway;

/// <summary>All that a gateway has to know of its fleet after a cut of power. Immutable; written whole before it is acted upon.</summary>
public sealed record FleetRecord
{
    /// <summary>Most in <see cref="Failed"/>.</summary>
    public const int MostFailed = 10;

    /// <summary>Starts of the process since this record began.</summary>
    public long Starts { get; init; }

    /// <summary>Where it is.</summary>
    public FleetPhase Phase { get; init; }

    /// <summary>What proved good last; null for the local file.</summary>
    public KnownDocument? Running { get; init; }

    /// <summary>Since when it runs.</summary>
    public DateTimeOffset RunningSince { get; init; }

    /// <summary>Whether it was handed in: a target that was known before does not replace it.</summary>
    public bool IsRunningByHand { get; init; }

    /// <summary>What is on its way to run.</summary>
    public Upcoming? Upcoming { get; init; }

    /// <summary>What is tried.</summary>
    public Trial? Trial { get; init; }

    /// <summary>What did not, newest first.</summary>
    public IReadOnlyList<FailedDocument> Failed { get; init; } = [];

    /// <summary>What only lacked the link.</summary>
    public Postponed? Postponed { get; init; }

    /// <summary>Trials that only lacked the link.</summary>
    public long LinkMisses { get; init; }

    /// <summary>Somebody on site; null for nobody.</summary>
    public FleetHold? Hold { get; init; }

    /// <summary>Why the local file runs in place of <see cref="Running"/>; null when it does not.</summary>
    public string? Fallback { get; init; }

    /// <summary>What keeps old targets and documents out.</summary>
    public AntiRollback Memory { get; init; } = AntiRollback.Empty;

    /// <summary>What has to run by this record: a document, or null for the local file.</summary>
    public KnownDocument? Current => Hold is { IsLocal: true } || Fallback is not null ? null
        : Trial is { } trial && Phase is FleetPhase.Applying or FleetPhase.Trial ? Trial!.Document : Running;

    /// <summary>Digests whose content has to be kept.</summary>
    public IEnumerable<string> Kept =>
        new[] { Running?.Digest, Upcoming?.Digest, Trial?.Document.Digest, Trial?.Previous?.Digest }.OfType<string>()
            .Concat(Memory.LastGood).Distinct();

    /// <summary>Versions of values whose content has to be kept.</summary>
    public IEnumerable<long> KeptVars =>
        new[] { Running?.Vars, Upcoming?.Vars, Trial?.Document.Vars, Trial?.Previous?.Vars, Memory.Vars?.Number }.OfType<long>().Distinct();

    /// <summary>The version of values that the running document was not tried with yet; null when there is none.</summary>
    public long? UntriedVars => Running is { } running && Memory.Vars?.Number is { } newest && newest > running.Vars
        && !Failed.Any(f => f.IsOf(running.Digest, newest) && !f.IsUnreported) ? newest : null;

    /// <summary>This with a failure more; the oldest gives way.</summary>
    public FleetRecord With(FailedDocument failed) => this with
    {
        Failed = [failed, .. Failed.Where(f => !f.IsOf(failed.Digest, failed.Document?.Vars ?? 0)).Take(MostFailed - 1)],
    };
}
