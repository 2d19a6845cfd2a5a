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

    /// <summary>The numbers dropped last, one after the other and since the start; an output may have them nevertheless.</summary>
    public long DroppedFirst, DroppedLast = -1;

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

    /// <summary>Whether the oldest segment is not in the table yet.</summary>
    public bool HeadWaits;

    /// <summary>Segments of the table up to the one with this first number are deleted by commits that wait; 0 for none.</summary>
    public long GoneThrough;

    /// <summary>The records up to <paramref name="last"/> that are not confirmed are dropped.</summary>
    public void DropThrough(long last)
    {
        if (DroppedLast != Confirmed) DroppedFirst = Confirmed + 1;
        Dropped += last - Confirmed;
        (DroppedLast, Confirmed) = (last, last);
    }

    /// <summary>An output has these numbers: those of them that were dropped last were not.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Sent(long first, long through)
    {
        var overlap = Math.Min(through, DroppedLast) - Math.Max(first, DroppedFirst) + 1;
        if (overlap <= 0) return false;
        Dropped -= overlap;
        DroppedFirst = through + 1;
        return true;
    }
}

/// <summary>One lane in memory.</summary>
/// <remarks><see cref="Committed"/> and what is committed of <see cref="Waiting"/> are read by any thread under the outbox's lock;
/// the rest belongs to the commit thread.</remarks>
sealed class LaneEntry(Lane lane, long id)
{
    public Lane Lane { get; } = lane;

    public long Id { get; } = id;

    public LaneNumbers Committed = new();

    public LaneNumbers Pending = new();

    public bool IsTouched;

    public bool IsStored;

    /// <summary>Whether the table does not have what is committed.</summary>
    public bool IsAhead;

    /// <summary>Segments that are not in the table, oldest first: the first <see cref="Durable"/> are committed.
    /// Changed under the outbox's lock.</summary>
    public readonly List<Segment> Waiting = [];

    /// <summary>Of <see cref="Waiting"/>, how many are committed.</summary>
    public int Durable;

    /// <summary>Of <see cref="Waiting"/>, how many from the front the commit under way deletes or moves into the table.</summary>
    public int Gone;
}
