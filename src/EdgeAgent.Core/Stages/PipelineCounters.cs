namespace EdgeAgent.Core.Stages;

/// <summary>What a pipeline has done since it was built. Written by one thread, read by any without a lock.</summary>
/// <remarks>Aligned 64-bit fields are whole when read; different fields may be of slightly different moments.</remarks>
public sealed class PipelineCounters
{
    /// <summary>Readings that came in.</summary>
    public long ReadingsIn;

    /// <summary>Readings that reached the last reading stage (window or emit).</summary>
    public long ReadingsFolded;

    /// <summary>Readings too late for any window.</summary>
    public long Late;

    /// <summary>Readings too far ahead of the gateway's clock, whatever became of them.</summary>
    public long Future;

    /// <summary>Readings whose time no window can hold (before 1700 or after 2200); dropped.</summary>
    public long BadTime;

    /// <summary>Values that were no longer finite after <c>convert</c>; dropped.</summary>
    public long NotFinite;

    /// <summary>Windows that gave way because a group reached its bound.</summary>
    public long Evicted;

    /// <summary>Windows that left as partial summaries for want of room.</summary>
    public long Shed;

    /// <summary>Groups of <c>align</c> that take readings and give no rows, at the last look.</summary>
    public long AlignWaiting;

    /// <summary>Metrics that <c>align</c> joins; empty without it.</summary>
    public IReadOnlyList<string> Metrics { get; internal set; } = [];

    /// <summary>Moments of <c>align</c> that lacked a metric, in the order of <see cref="Metrics"/>.</summary>
    public long[] MissingByMetric { get; internal set; } = [];

    /// <summary>Windows held now, open or correctable.</summary>
    public long OpenWindows;

    /// <summary>Groups held now.</summary>
    public long Groups;

    /// <summary>Records written, counted once for each output.</summary>
    public long RecordsOut;

    /// <summary>Records that could not be written because topic, key or id were over 65,534 bytes.</summary>
    public long RecordsTooLong;

    /// <summary>Readings each stage removed, in the order of <see cref="StageNames"/>.</summary>
    public long[] Removed { get; internal set; } = [];

    /// <summary>Names of the reading stages.</summary>
    public IReadOnlyList<string> StageNames { get; internal set; } = [];
}
