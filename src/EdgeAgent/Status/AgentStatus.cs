using EdgeAgent.Core.Readings;
using EdgeAgent.Storage;

namespace EdgeAgent.Status;

/// <summary>A look at the process and at what all pipelines share.</summary>
sealed record AgentStatus
{
    /// <summary>The key <c>agent.id</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Version of the binary.</summary>
    public required string Version { get; init; }

    /// <summary>Random id of the database.</summary>
    public required string StoreId { get; init; }

    /// <summary>What this start carried over from a damaged database; null when there was none.</summary>
    public SalvageResult? Salvaged { get; init; }

    /// <summary>Time since the start.</summary>
    public required TimeSpan Uptime { get; init; }

    /// <summary>Memory of the process.</summary>
    public required long ResidentBytes { get; init; }

    /// <summary>Of that managed objects, garbage included.</summary>
    public required long HeapBytes { get; init; }

    /// <summary>Lines of the log that could not be written.</summary>
    public required long LogLinesDropped { get; init; }

    /// <summary>Series held.</summary>
    public required long Series { get; init; }

    /// <summary>Series refused for want of room.</summary>
    public required long SeriesRefused { get; init; }

    /// <summary>The first of them since series last gave way, at most <see cref="SeriesTable.RefusedKept"/>.</summary>
    public IReadOnlyList<LabelSet> SeriesRefusedFirst { get; init; } = [];

    /// <summary>Memory reckoned for labels of series.</summary>
    public required long SeriesBytes { get; init; }

    /// <summary>Series that gave way to others.</summary>
    public required long SeriesEvicted { get; init; }

    /// <summary>Newest stored bytes of all windows and other memory of stages.</summary>
    public required long StateBytes { get; init; }

    /// <summary>What the start did not restore.</summary>
    public required ShedStatus ShedAtStart { get; init; }
}
