using EdgeAgent.Fleet.Gates;

namespace EdgeAgent.Fleet.Gateway;

/// <summary>A document that did not come to run here, and why. Not tried again unless its target's <c>retry</c> rises. Immutable.</summary>
public sealed record FailedDocument
{
    /// <summary>Most findings kept.</summary>
    public const int MostFindings = 10;

    /// <summary>Which.</summary>
    public required string Digest { get; init; }

    /// <summary>What it is; null when it was never read.</summary>
    public KnownDocument? Document { get; init; }

    /// <summary>Whether it is this document, with these values where it came to that.</summary>
    public bool IsOf(string digest, long vars) => Digest == digest && (Document is null || Document.Vars == vars);

    /// <summary>How: <see cref="FleetPhase.Refused"/>, <see cref="FleetPhase.Rejected"/> or <see cref="FleetPhase.Reverting"/>.</summary>
    public required FleetPhase How { get; init; }

    /// <summary>The target's <c>retry</c> at that time.</summary>
    public long Retry { get; init; }

    /// <summary>The rollout that brought it; empty for none.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Whether only the fleet link was missing: no failure of the document, which is tried again later.</summary>
    public bool IsUnreported { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The gate that was false, with figures; null when it was none.</summary>
    public GateFailure? Gate { get; init; }

    /// <summary>The reason as a word and what was seen; empty when the gate says it.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Findings of its configuration, with line and column.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>The last errors of the log meanwhile.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];
}
