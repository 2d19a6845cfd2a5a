namespace EdgeAgent.Core.Gateways;

/// <summary>The <c>agent</c> section.</summary>
public sealed record AgentSettings
{
    /// <summary>Identity of this gateway; becomes <c>ce_source</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Folder of the database, the lock and the status socket.</summary>
    public required string DataDir { get; init; }

    /// <summary>Most series held at once; a new one past it is refused and counted.</summary>
    public int MaxSeries { get; init; } = 100_000;

    /// <summary>Most memory the labels of all series take, as <see cref="Readings.SeriesTable"/> reckons it [bytes].</summary>
    public long MaxSeriesBytes { get; init; } = 64L << 20;

    /// <summary>Longest value of a label that a sender gives [bytes].</summary>
    public int MaxLabelBytes { get; init; } = 256;

    /// <summary>Most bytes of stage state, as it is stored.</summary>
    public long MaxStateBytes { get; init; } = 64L << 20;

    /// <summary>A series silent for so long is forgotten.</summary>
    public TimeSpan SeriesTtl { get; init; } = TimeSpan.FromDays(7);
}
