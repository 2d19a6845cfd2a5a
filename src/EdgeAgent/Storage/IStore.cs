using EdgeAgent.Core.Records;

namespace EdgeAgent.Storage;

/// <summary>One output and one priority; the outbox keeps order inside a lane.</summary>
/// <param name="Output">Name of the output.</param>
/// <param name="Priority">0 is ordinary, higher is sent first and dropped last.</param>
public readonly record struct Lane(string Output, int Priority);

/// <summary>Committed records of one lane that travel and are dropped together.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="FirstNumber">Number of the first record; numbers of a lane rise by one and are never reused under one store id.</param>
/// <param name="Count">Records held.</param>
/// <param name="CommittedAtNs">Wall time of the commit [ns since the Unix epoch].</param>
/// <param name="Bytes">Records in the format of <c>LaneBuffer</c>.</param>
public sealed record Segment(Lane Lane, long FirstNumber, int Count, long CommittedAtNs, byte[] Bytes)
{
    /// <summary>Number of the last record.</summary>
    public long LastNumber => FirstNumber + Count - 1;
}

/// <summary>One appended row of state entries of one stage.</summary>
/// <param name="Stage">Pipeline, stage name and fingerprint; see the decision page on identity.</param>
/// <param name="Sequence">Rises by one a row inside a stage; rows are restored in this order.</param>
/// <param name="FormatVersion">Version of the entries.</param>
/// <param name="Bytes">Entries, each with its length before it. In a batch lent until <see cref="IStore.Commit"/> returns.</param>
public sealed record StateRow(string Stage, long Sequence, int FormatVersion, ReadOnlyMemory<byte> Bytes);

/// <summary>Everything one commit makes durable together. Built by the commit thread, read by the store.</summary>
/// <remarks>
/// Memory in it is lent to the store until <see cref="IStore.Commit"/> returns or throws; the store keeps none of it, so the
/// commit thread fills the same batch and the same buffers again. The store applies deletions of state before appends, and
/// confirmations before new records.
/// </remarks>
public sealed class CommitBatch
{
    /// <summary>Wall time of the cut [ns since the Unix epoch].</summary>
    public long CutAtNs { get; set; }

    /// <summary>State rows to append.</summary>
    public List<StateRow> State { get; } = [];

    /// <summary>For a stage: rows below this sequence are deleted. <c>long.MaxValue</c> deletes the stage.</summary>
    public List<(string Stage, long BelowSequence)> DeleteState { get; } = [];

    /// <summary>Records to append to lanes, in order, in the format of <c>LaneBuffer</c>; split into segments of about 64 KiB.</summary>
    public List<(Lane Lane, int Count, ReadOnlyMemory<byte> Bytes)> Records { get; } = [];

    /// <summary>For a source: its progress, replacing the stored one (MQTT: the in-flight table, epoch and filters).</summary>
    public List<(string Source, ReadOnlyMemory<byte> Progress)> Progress { get; } = [];

    /// <summary>For a lane: everything up to this number was confirmed by the output and is deleted. Unknown lanes are left out.</summary>
    public List<(Lane Lane, long ThroughNumber)> Confirmed { get; } = [];

    /// <summary>Records an output rejected for good (moved aside within the buffer's bound, counted).</summary>
    public List<RejectedRecord> Rejected { get; } = [];

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => State.Count + DeleteState.Count + Records.Count + Progress.Count + Confirmed.Count + Rejected.Count == 0;

    /// <summary>Bytes of state, records and progress.</summary>
    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var row in State) bytes += row.Bytes.Length;
            foreach (var (_, _, records) in Records) bytes += records.Length;
            foreach (var (_, progress) in Progress) bytes += progress.Length;
            return bytes;
        }
    }

    /// <summary>Empties the batch for the next cut; keeps the memory of its lists.</summary>
    public void Clear()
    {
        CutAtNs = 0;
        State.Clear();
        DeleteState.Clear();
        Records.Clear();
        Progress.Clear();
        Confirmed.Clear();
        Rejected.Clear();
    }
}

/// <summary>A record the output will never take.</summary>
/// <param name="Lane">Its lane.</param>
/// <param name="Number">Its number.</param>
/// <param name="Reason">The output's words.</param>
/// <param name="Payload">Its payload, for a person to look at.</param>
public sealed record RejectedRecord(Lane Lane, long Number, string Reason, byte[] Payload)
{
    /// <summary>The record's bytes before its payload, in the format of <c>LaneBuffer</c>: with them it can be sent again as it was. Empty when they are not known.</summary>
    public byte[] Head { get; init; } = [];

    /// <summary>The record that <paramref name="reader"/> stands on.</summary>
    public static RejectedRecord Of(Lane lane, long number, string reason, in RecordReader reader)
    {
        var whole = new LaneBuffer();
        whole.Append(reader.Kind, reader.TimeNs, reader.Topic, reader.HasKey ? reader.Key.ToArray() : null, reader.Id, reader.Payload);
        return new RejectedRecord(lane, number, reason, reader.Payload.ToArray()) { Head = whole.Bytes[..^reader.Payload.Length].ToArray() };
    }
}

/// <summary>What a commit did besides storing: records that the overflow policy dropped, by lane.</summary>
/// <param name="Dropped">Records dropped in each lane by this commit.</param>
public sealed record CommitResult(IReadOnlyList<(Lane Lane, long Count)> Dropped)
{
    /// <summary>The usual result: nothing was dropped.</summary>
    public static CommitResult NothingDropped { get; } = new([]);
}

/// <summary>Size and bounds of the outbox.</summary>
/// <param name="Lane">The lane.</param>
/// <param name="Records">Records not yet confirmed.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="OldestCommittedAtNs">Commit time of the oldest, or 0 [ns since the Unix epoch].</param>
/// <param name="DroppedTotal">Records dropped by overflow since the store began.</param>
/// <param name="RejectedTotal">Records rejected by the output since the store began.</param>
public sealed record LaneStatus(Lane Lane, long Records, long Bytes, long OldestCommittedAtNs, long DroppedTotal, long RejectedTotal);

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

    /// <summary>The first segment of a lane that holds a record with a number above <paramref name="afterNumber"/>, or null.</summary>
    /// <remarks>The segment is whole: its leading records may be confirmed already; <see cref="Segment.FirstNumber"/> tells.</remarks>
    /// <exception cref="StoreException">Reading failed.</exception>
    Segment? TryRead(Lane lane, long afterNumber);

    /// <summary>Number of the last confirmed (or dropped) record of a lane; 0 for a new lane. Reads no disk.</summary>
    long ConfirmedThrough(Lane lane);

    /// <summary>Sizes by lane, those of outputs no longer configured included. Reads no disk.</summary>
    IReadOnlyList<LaneStatus> Status();
}

/// <summary>Why a commit failed.</summary>
public enum StoreFailure
{
    /// <summary>No space left on the device.</summary>
    Full,

    /// <summary>Reading, writing or syncing failed.</summary>
    Io,

    /// <summary>The database is damaged; it was set aside and a fresh one started on the next open.</summary>
    Damaged,
}

/// <summary>A failed commit or open; <see cref="Exception.Message"/> says what to do.</summary>
public sealed class StoreException(StoreFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of failure.</summary>
    public StoreFailure Failure { get; } = failure;
}
