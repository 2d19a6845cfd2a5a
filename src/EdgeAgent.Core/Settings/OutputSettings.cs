namespace EdgeAgent.Core.Settings;

/// <summary>Where records go; one of the sealed kinds.</summary>
public abstract record OutputSettings
{
    /// <summary>The key under <c>outputs</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Key of each record: text with <c>{label}</c> holes; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Topic of each record: text with <c>{label}</c> holes.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Whether it takes alerts only; other records of its pipelines are not written to it.</summary>
    public bool AlertsOnly { get; init; }

    /// <summary>Topic of readings that came too late for a window; null where they are only counted.</summary>
    public string? LateTopic { get; init; }

    /// <summary>Records that have waited longer are dropped and counted; null for no limit.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>How fast records below alerts that have waited are sent [bytes a second]; null for as fast as it goes.</summary>
    public long? ReplayRate { get; init; }
}
