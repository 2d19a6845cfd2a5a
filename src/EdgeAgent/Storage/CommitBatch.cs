namespace EdgeAgent.Storage;

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

    /// <summary>For a lane: an output has these numbers, also those that were dropped while it sent them; they no longer count as dropped.
    /// </summary>
    public List<(Lane Lane, long FirstNumber, long ThroughNumber)> Sent { get; } = [];

    /// <summary>Lanes of which <see cref="Confirmed"/> stands for records that are among <see cref="Records"/>:
    /// neither is made durable alone.</summary>
    public List<Lane> MovedFrom { get; } = [];

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
        Sent.Clear();
        MovedFrom.Clear();
        Rejected.Clear();
    }
}
