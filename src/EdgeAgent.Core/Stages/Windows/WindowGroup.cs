namespace EdgeAgent.Core.Stages.Windows;

/// <summary>What the common path needs of a group: one cache line.</summary>
struct WindowGroup
{
    /// <summary>A time t with Low ≤ t &lt; High goes to <see cref="Pane"/> and makes nothing happen.</summary>
    public long FastLowNs;
    public long FastHighNs;

    /// <summary>Highest accepted event time; <c>long.MinValue</c> before the first.</summary>
    public long MaxTimeNs;

    /// <summary>The <see cref="MaxTimeNs"/> at which the next pane closes or goes.</summary>
    public long ActAtNs;

    /// <summary>Monotonic time of the last sign of life; <c>long.MinValue</c> after a restore.</summary>
    public long ActiveNs;

    /// <summary>Bits of the sources that feed it.</summary>
    public ulong Sources;

    /// <summary>The pane of the fast range.</summary>
    public int Pane;

    /// <summary>Number of the batch that last touched it.</summary>
    public int Batch;

    public static WindowGroup Empty => new()
    {
        FastLowNs = long.MinValue,
        FastHighNs = long.MinValue,
        MaxTimeNs = long.MinValue,
        ActAtNs = long.MaxValue,
        ActiveNs = long.MinValue,
        Pane = -1,
    };

    public void LeaveFastPath()
    {
        FastLowNs = long.MinValue;
        FastHighNs = long.MinValue;
        Pane = -1;
    }
}

/// <summary>The rest of a group.</summary>
struct GroupInfo
{
    /// <summary>A window that ends here or before gave way to the bound; its readings are late.</summary>
    public long EvictedEndNs;

    /// <summary>Trusted wall time of the last sign of life, as restored; 0 when unknown.</summary>
    public long SeenWallNs;

    /// <summary>First pane by start, or −1.</summary>
    public int Head;
    public int PaneCount;

    /// <summary>Series that map to it.</summary>
    public int SeriesCount;

    /// <summary>Stands in the list of corrections.</summary>
    public bool HasCorrection;
}
