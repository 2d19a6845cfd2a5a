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
}
