using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Supervision;

namespace EdgeAgent.Sources;

/// <summary>What a source is given when it is made.</summary>
sealed record SourceContext
{
    /// <summary>Identity of the agent.</summary>
    public required string AgentId { get; init; }

    /// <summary>When commits happen.</summary>
    public required CommitSettings Commit { get; init; }

    /// <summary>Its gate and way into the pipelines; its own.</summary>
    public required SourceFeed Feed { get; init; }

    /// <summary>Labels of series ids; shared by all.</summary>
    public required SeriesTable Series { get; init; }

    /// <summary>The clock of arrivals.</summary>
    public required IClock Clock { get; init; }

    /// <summary>The log.</summary>
    public required LogLimiter Log { get; init; }

    /// <summary>Where loops beside that of the feed join; null when nobody looks.</summary>
    public ProgressWatch? Watch { get; init; }
}
