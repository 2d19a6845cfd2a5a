using EdgeAgent.Core.Settings;

namespace EdgeAgent.Storage;

/// <summary>The embedded database: state, outbox and progress, changed by one transaction at a time.</summary>
/// <remarks>
/// <see cref="Commit"/> is called by the commit thread alone; <see cref="TryRead"/> and <see cref="Status"/> by any thread.
/// When <see cref="Commit"/> returns, a power cut takes nothing of it back; when it throws, nothing of it is visible, now or
/// after a restart, and the same store can be used again (it reopens its file after a sync error by itself). One exception:
/// on a full disk the confirmations of a failed batch may have been made durable alone, to make room; giving them again is harmless.
/// After <see cref="StoreFailure.Damaged"/> every call throws until the store is disposed and opened anew.
/// </remarks>
public interface IStore : IDisposable
{
    /// <summary>Random id of this database, bound to the machine; lower-case hex.</summary>
    string StoreId { get; }

    /// <summary>What this open carried over from a damaged database, and what not; null when there was none.</summary>
    SalvageResult? Salvaged => null;

    /// <summary>State rows of all stages, one stage after the other, each in the order of its sequence. Read row by row.</summary>
    /// <exception cref="StoreException">Reading failed.</exception>
    IEnumerable<StateRow> LoadState();

    /// <summary>The stored progress of a source, or null.</summary>
    byte[]? LoadProgress(string source);

    /// <summary>Makes a batch durable.</summary>
    /// <exception cref="StoreException">The disk is full, or reading or writing failed.</exception>
    CommitResult Commit(CommitBatch batch);

    /// <summary>Housekeeping (checkpoint, ballast) off the way of acknowledgements: the commit thread calls it after they left.</summary>
    /// <remarks>Optional: <see cref="Commit"/> does what is due by itself. Never throws; what fails shows at the next commit.</remarks>
    void Tidy();

    /// <summary>Whether the outbox is at its bound under <c>on_full: block</c>; gates then stay closed to new messages.</summary>
    bool IsFull { get; }

    /// <summary>Other bounds from the next commit on. Commit thread.</summary>
    void Bound(BufferSettings settings);

    /// <summary>The first segment of a lane that holds a record with a number above <paramref name="afterNumber"/>, or null.</summary>
    /// <remarks>The segment is whole: its leading records may be confirmed already; <see cref="Segment.FirstNumber"/> tells.</remarks>
    /// <exception cref="StoreException">Reading failed.</exception>
    Segment? TryRead(Lane lane, long afterNumber);

    /// <summary>Number of the last confirmed (or dropped) record of a lane; 0 for a new lane. Reads no disk.</summary>
    long ConfirmedThrough(Lane lane);

    /// <summary>Sizes by lane, those of outputs no longer configured included. Reads no disk.</summary>
    IReadOnlyList<LaneStatus> Status();
}
