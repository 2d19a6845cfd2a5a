namespace EdgeAgent.Scenarios.Harness;

/// <summary>How many reloads, beside what load.</summary>
sealed record ReloadStormSettings
{
    /// <summary>Reloads, each of which changes something.</summary>
    public int Reloads { get; init; } = 30;

    /// <summary>Messages a second of all sensors together.</summary>
    public int RatePerSecond { get; init; } = 3_000;

    /// <summary>Longest pause between two reloads [ms].</summary>
    public int MostPauseMs { get; init; } = 300;

    /// <summary>What everything random comes from.</summary>
    public int Seed { get; init; } = 1;
}
