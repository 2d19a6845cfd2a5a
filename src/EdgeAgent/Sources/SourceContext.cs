using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Supervision;

namespace EdgeAgent.Sources;

/// <summary>What a source is given when it is made.</summary>
/// <param name="AgentId">Identity of the agent.</param>
/// <param name="Commit">When commits happen.</param>
/// <param name="Feed">Its gate and way into the pipelines; its own.</param>
/// <param name="Series">Labels of series ids; shared by all.</param>
/// <param name="Clock">The clock of arrivals.</param>
/// <param name="Log">The log.</param>
/// <param name="Watch">Where loops beside that of the feed join; null when nobody looks.</param>
sealed record SourceContext(string AgentId, CommitSettings Commit, SourceFeed Feed, SeriesTable Series, IClock Clock, LogLimiter Log,
    ProgressWatch? Watch = null);
