namespace EdgeAgent.Fleet.Rollouts;

/// <summary>One wave of a plan: who is admitted by it, and what has to be seen before the next one.</summary>
public sealed record Wave
{
    /// <summary>Buckets that make a whole fleet.</summary>
    public const int All = 10_000;

    /// <summary>Gateways admitted by name, together with those of the waves before.</summary>
    public IReadOnlyList<string> Canary { get; init; } = [];

    /// <summary>Buckets admitted, 0 to 10,000 (100 %); never less than in the wave before.</summary>
    public int Admit { get; init; }

    /// <summary>The share of the admitted that has to be good, of those that are there.</summary>
    public double MinGood { get; init; } = 0.98;

    /// <summary>How many of the admitted may have failed; one more pauses the rollout.</summary>
    public FailureBound MaxFailed { get; init; } = new(0.01, 3);

    /// <summary>How long what is good has to stay so before the next wave.</summary>
    public TimeSpan Soak { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long the wave may take; then the rollout pauses.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The share of the admitted that may fall silent without counting as failed.</summary>
    public double Silent { get; init; } = 0.02;

    /// <summary>Over which time the admitted start; null for <see cref="RolloutPlan.SpreadOf"/>'s own choice.</summary>
    public TimeSpan? Spread { get; init; }

    /// <summary>The name of the wave for people.</summary>
    public string Label => Admit == 0 ? "canaries" : FormattableString.Invariant($"{Admit / 100.0} %");
}
