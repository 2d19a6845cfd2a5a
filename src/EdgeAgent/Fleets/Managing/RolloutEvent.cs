using EdgeAgent.Fleet.Rollouts;

namespace EdgeAgent.Fleets.Managing;

/// <summary>One thing that happened in a rollout.</summary>
sealed record RolloutEvent
{
    /// <summary>What.</summary>
    public required RolloutEventKind Kind { get; init; }

    /// <summary>The rollout.</summary>
    public required string Rollout { get; init; }

    /// <summary>Its group.</summary>
    public required string Group { get; init; }

    /// <summary>Name and version of the document.</summary>
    public required string Document { get; init; }

    /// <summary>For people.</summary>
    public required string Text { get; init; }

    /// <summary>Number of the target that was written; null for none.</summary>
    public long? Sequence { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The admitted gateways; null before the first wave.</summary>
    public WaveCount? Count { get; init; }

    /// <summary>The score of the sequential test.</summary>
    public required double Score { get; init; }
}
