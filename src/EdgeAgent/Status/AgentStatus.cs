using EdgeAgent.Storage;

namespace EdgeAgent.Status;

/// <summary>A look at the process and at what all pipelines share.</summary>
/// <param name="Id">The key <c>agent.id</c>.</param>
/// <param name="Version">Version of the binary.</param>
/// <param name="StoreId">Random id of the database.</param>
/// <param name="Salvaged">What this start carried over from a damaged database; null when there was none.</param>
/// <param name="Uptime">Time since the start.</param>
/// <param name="ResidentBytes">Memory of the process.</param>
/// <param name="HeapBytes">Of that managed objects, garbage included.</param>
/// <param name="LogLinesDropped">Lines of the log that could not be written.</param>
/// <param name="Series">Series held.</param>
/// <param name="SeriesRefused">Series refused for want of room.</param>
/// <param name="SeriesBytes">Memory reckoned for labels of series.</param>
/// <param name="SeriesEvicted">Series that gave way to others.</param>
/// <param name="StateBytes">Newest stored bytes of all windows and other memory of stages.</param>
/// <param name="ShedAtStart">What the start did not restore.</param>
sealed record AgentStatus(
    string Id, string Version, string StoreId, SalvageResult? Salvaged,
    TimeSpan Uptime, long ResidentBytes, long HeapBytes, long LogLinesDropped,
    long Series, long SeriesRefused, long SeriesBytes, long SeriesEvicted, long StateBytes, ShedStatus ShedAtStart);
