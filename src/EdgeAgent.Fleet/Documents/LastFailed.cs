namespace EdgeAgent.Fleet.Documents;

/// <summary>The last document that failed on a gateway.</summary>
/// <remarks>Immutable.</remarks>
public sealed record LastFailed
{
    /// <summary>The document.</summary>
    public required DocumentRef Document { get; init; }

    /// <summary>Version of the values it was tried with; 0 for none.</summary>
    public long Vars { get; init; }

    /// <summary>The rollout that brought it; null for none.</summary>
    public string? Rollout { get; init; }

    /// <summary>The rollout's count of retries then.</summary>
    public int Retry { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How.</summary>
    public required FailureKind Kind { get; init; }

    /// <summary>The gate that did not hold, or the word of the reason.</summary>
    public required string Gate { get; init; }

    /// <summary>The gate's figure before the change; null for none.</summary>
    public string? Before { get; init; }

    /// <summary>The gate's figure after it; null for none.</summary>
    public string? After { get; init; }

    /// <summary>At most ten findings, each a line.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];

    /// <summary>At most five lines of the log: the last errors.</summary>
    public IReadOnlyList<string> Log { get; init; } = [];
}
