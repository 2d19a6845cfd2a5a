using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gates;

namespace EdgeAgent.Fleet.Gateway;

/// <summary>A document on trial: what a start needs to know of it. Immutable; durable before the document runs.</summary>
public sealed record Trial
{
    /// <summary>What is tried.</summary>
    public required KnownDocument Document { get; init; }

    /// <summary>What runs again if it fails; null for the local file.</summary>
    public KnownDocument? Previous { get; init; }

    /// <summary>How it came here.</summary>
    public DocumentOrigin Origin { get; init; }

    /// <summary>The target's.</summary>
    public long Retry { get; init; }

    /// <summary>The rollout it belongs to; empty for none.</summary>
    public string Rollout { get; init; } = "";

    /// <summary>Starts of the process inside the trial.</summary>
    public int Boots { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>The monotonic clock then [ns]; means something while <see cref="MachineBoot"/> is the machine's.</summary>
    public long SinceNs { get; init; }

    /// <summary>The kernel's id of the machine's run in which it began.</summary>
    public string MachineBoot { get; init; } = "";

    /// <summary>Whether its report has to be confirmed on the fleet link.</summary>
    public bool NeedsLink { get; init; }

    /// <summary>What it has to fulfil.</summary>
    public required TrialGates Gates { get; init; }

    /// <summary>Figures of before.</summary>
    public required GateBaseline Before { get; init; }
}
