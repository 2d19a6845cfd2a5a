using EdgeAgent.Core.Gateways;
using EdgeAgent.Logs;

namespace EdgeAgent.Host;

/// <summary>What series and the memory of stages may take [bytes]: their settings, or less where a memory limit leaves less.</summary>
/// <remarks>
/// Parts of what the limit leaves above 64 MiB. The heap takes six bytes for one of a group's stored state, with labels of 10 and of 600
/// bytes, and the runtime gives it three quarters of the limit. What is restored has no series yet: new names come beside it, faster than
/// it can give way.
/// </remarks>
sealed class MemoryRoom(AgentSettings agent, long limitBytes)
{
    const long OwnBytes = 64L << 20, LeastBytes = 12L << 20;
    const int RestoredPart = 16, StatePart = 10, SeriesPart = 6;

    // Measured: three labels of 20 bytes in all by the reckoning of max_series_bytes, and the stored group of a window over them.
    const int ShortSeriesBytes = 430, ShortGroupBytes = 165;

    /// <summary>Labels of all series.</summary>
    public long SeriesBytes { get; } = Of(agent.MaxSeriesBytes, limitBytes, SeriesPart);

    /// <summary>Memory of all stages, as stored.</summary>
    public long StateBytes { get; } = Of(agent.MaxStateBytes, limitBytes, StatePart);

    /// <summary>As <see cref="StateBytes"/>, what is restored at a start.</summary>
    public long RestoredBytes { get; } = Of(agent.MaxStateBytes, limitBytes, RestoredPart);

    /// <summary>What bounds the number of series, in words.</summary>
    public string SeriesBound => SeriesBytes < agent.MaxSeriesBytes
        ? $"agent.max_series or the {SeriesBytes >> 20} MiB that the memory limit of the cgroup leaves for labels"
        : "agent.max_series or agent.max_series_bytes";

    /// <summary>Series with short labels and a group each that there is room for; <c>long.MaxValue</c> without a limit.</summary>
    public long ShortSeries =>
        limitBytes == long.MaxValue ? long.MaxValue : Math.Min(SeriesBytes / ShortSeriesBytes, StateBytes / ShortGroupBytes);

    /// <summary>Says so when <c>max_series</c> series will not fit, however short their labels are.</summary>
    public void Tell(LogLimiter log)
    {
        if (ShortSeries >= agent.MaxSeries) return;
        log.Log.Information(
            "The cgroup's memory limit of {Limit} MiB leaves {Series} MiB for the labels of series and {State} MiB for "
                + "the memory of stages: "
                + "about {Fit} series with short labels, fewer than agent.max_series, {Most}. "
                + "Past that the least recently useful give way; "
                + "for more raise the limit (MemoryMax= of the unit)",
            limitBytes >> 20, SeriesBytes >> 20, StateBytes >> 20, ShortSeries, agent.MaxSeries);
    }

    static long Of(long most, long limitBytes, int part) =>
        limitBytes == long.MaxValue ? most : Math.Min(most, Math.Max(LeastBytes, limitBytes - OwnBytes) / part);
}
