namespace EdgeAgent.Scenarios.Harness;

/// <summary>When nobody reads the agent's standard error, what it has to say meanwhile, and how that ends.</summary>
sealed record StalledLogSettings
{
    /// <summary>Whether nobody reads from the start on, not only later.</summary>
    public bool IsFromStart { get; init; }

    /// <summary>Whether a model is swapped again and again.</summary>
    public bool HasSwaps { get; init; } = true;

    /// <summary>Whether bad messages come.</summary>
    public bool HasBadMessages { get; init; } = true;

    /// <summary>How it ends.</summary>
    public StallEnd End { get; init; }

    /// <summary>How long nobody reads.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What instants are drawn by.</summary>
    public int Seed { get; init; } = 1;
}
