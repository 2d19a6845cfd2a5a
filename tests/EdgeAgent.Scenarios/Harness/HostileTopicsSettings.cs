namespace EdgeAgent.Scenarios.Harness;

/// <summary>What a hostile publisher does beside good sensors, and how the agent is ended and started meanwhile.</summary>
sealed record HostileTopicsSettings
{
    /// <summary>What the publisher makes up.</summary>
    public Junk Junk { get; init; }

    /// <summary>How many messages of it.</summary>
    public int Messages { get; init; } = 4_000;

    /// <summary>How many a second.</summary>
    public int RatePerSecond { get; init; } = 400;

    /// <summary>Ends of the agent while messages come, each followed by a start.</summary>
    public int Restarts { get; init; } = 2;

    /// <summary>Whether it is ended by SIGKILL, not SIGTERM.</summary>
    public bool IsKilled { get; init; } = true;

    /// <summary>Memory limit of its cgroup; null for none.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Whether the first life is without the limit.</summary>
    public bool IsLimitedLater { get; init; }

    /// <summary>What sizes and instants are drawn by.</summary>
    public int Seed { get; init; } = 1;
}
