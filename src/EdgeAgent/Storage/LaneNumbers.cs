namespace EdgeAgent.Storage;

/// <summary>The counters of one lane; a copy is changed inside a transaction and published when it is durable.</summary>
struct LaneNumbers()
{
    /// <summary>Number of the next record.</summary>
    public long Next = 1;

    /// <summary>Last record confirmed or dropped.</summary>
    public long Confirmed;

    /// <summary>Records dropped by overflow.</summary>
    public long Dropped;

    /// <summary>Records the output rejected.</summary>
    public long Rejected;

    /// <summary>Bytes of all segments.</summary>
    public long Bytes;

    /// <summary>Segments held.</summary>
    public long Segments;

    /// <summary>First number of the oldest segment; 0 when there is none.</summary>
    public long HeadFirst;

    /// <summary>Records in the oldest segment.</summary>
    public long HeadCount;

    /// <summary>Commit time of the oldest segment [ns since the Unix epoch].</summary>
    public long HeadCommittedAtNs;

    /// <summary>Bytes of the oldest segment.</summary>
    public long HeadBytes;
}

/// <summary>One lane in memory.</summary>
/// <remarks><see cref="Committed"/> is read by any thread under the outbox's lock; the rest belongs to the commit thread.</remarks>
sealed class LaneEntry(Lane lane, long id)
{
    public Lane Lane { get; } = lane;

    public long Id { get; } = id;

    public LaneNumbers Committed = new();

    public LaneNumbers Pending = new();

    public bool IsTouched;

    public bool IsStored;
}
