using EdgeAgent.Core.Settings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <content>Commits that are durable as records before the tables have them.</content>
/// <remarks>
/// Counters and bounds are kept as for commits that go into the tables at once; only the segments lie elsewhere. A lane is the segments of
/// the table behind <see cref="LaneNumbers.GoneThrough"/>, then <see cref="LaneEntry.Waiting"/>.
/// </remarks>
sealed partial class OutboxTable
{
    StateWriter? _record; // set while a batch is written into a record

    /// <summary>Records that wait [bytes].</summary>
    public long WaitingBytes { get; private set; }

    /// <summary>Whether a batch can be written as a record: it must drop nothing and reject nothing, which changes other tables.</summary>
    public bool Takes(CommitBatch batch)
    {
        if (batch.Rejected.Count > 0) return false;
        var size = _bytes;
        foreach (var (_, count, bytes) in batch.Records)
            if (count > 0) size += bytes.Length + Segments.OverheadBytes * (2L + bytes.Length / (Segments.TargetBytes / 2));
        return size == _bytes || size <= (_onFull == OverflowPolicy.Block ? _maxBytes - Reserve : _maxBytes);
    }

    /// <summary>Writes a batch's confirmations and records into a record instead of the tables; <see cref="Publish"/> or
    /// <see cref="Rollback"/> follows.</summary>
    public void WriteTo(StateWriter record, CommitBatch batch)
    {
        _record = record;
        Write(batch, onlyConfirmed: false);
    }

    /// <summary>Writes into the tables what waits, inside a transaction of its own;
    /// <see cref="Publish"/> or <see cref="Rollback"/> follows.</summary>
    public void Apply()
    {
        foreach (var entry in _lanes.Values)
        {
            if (!entry.IsAhead) continue;
            ref var n = ref entry.Pending;
            entry.IsTouched = true;
            if (n.GoneThrough > 0) _deleteThrough.Bind(1, Schema.Key(entry.Id, 0)).Bind(2, Schema.Key(entry.Id, n.GoneThrough)).Run();
            foreach (var segment in entry.Waiting)
                Insert(entry.Id, segment.FirstNumber, segment.Count, segment.CommittedAtNs, segment.Bytes);
            (n.GoneThrough, n.HeadWaits, entry.Gone) = (0, false, entry.Waiting.Count);
            PutLane(entry);
        }
    }

    /// <summary>The tables have it all.</summary>
    public void Applied()
    {
        foreach (var entry in _lanes.Values) entry.IsAhead = false;
    }

    /// <summary>The waiting segment that holds the record behind <paramref name="after"/>, if it waits. Any thread.</summary>
    public Segment? Waiting(Lane lane, long after)
    {
        lock (_gate)
        {
            if (!_lanes.TryGetValue(lane, out var entry)) return null;
            for (var i = 0; i < entry.Durable; i++)
                if (entry.Waiting[i].LastNumber > after) return entry.Waiting[i].FirstNumber <= after + 1 ? entry.Waiting[i] : null;
            return null;
        }
    }

    void Take(PendingLane lane)
    {
        if (!_lanes.TryGetValue(lane.Lane, out var entry)) _lanes.Add(lane.Lane, entry = new LaneEntry(lane.Lane, lane.Id));
        if (entry.Id != lane.Id) throw DatabaseException.Damage($"lane {lane.Lane} of pending commits has another id");
        _lastLaneId = Math.Max(_lastLaneId, entry.Id);
        entry.Pending = lane.Numbers;
        entry.Pending.GoneThrough = lane.GoneThrough;
        entry.Waiting.AddRange(lane.Waiting);
        (entry.Durable, entry.IsAhead, entry.IsStored) = (entry.Waiting.Count, true, true);
        foreach (var segment in lane.Waiting) WaitingBytes += segment.Bytes.Length + Segments.OverheadBytes;
    }

    void Wait(LaneEntry entry, Segment segment)
    {
        lock (_gate) entry.Waiting.Add(segment);
        WaitingBytes += segment.Bytes.Length + Segments.OverheadBytes;
    }

    static void WriteTo(StateWriter record, LaneEntry entry)
    {
        PendingChanges.WriteLane(record, entry.Id, entry.Lane, entry.Pending);
        var through = entry.Gone > 0 ? entry.Waiting[entry.Gone - 1].FirstNumber : entry.Pending.GoneThrough;
        if (through > entry.Committed.GoneThrough || entry.Gone > 0) PendingChanges.WriteDrop(record, entry.Id, through);
        for (var i = Math.Max(entry.Durable, entry.Gone); i < entry.Waiting.Count; i++)
            PendingChanges.WriteSegment(record, entry.Id, entry.Waiting[i]);
        entry.IsAhead = true;
    }

    // Under the lock.
    void PublishWaiting(LaneEntry entry)
    {
        for (var i = 0; i < entry.Gone; i++) WaitingBytes -= entry.Waiting[i].Bytes.Length + Segments.OverheadBytes;
        entry.Waiting.RemoveRange(0, entry.Gone);
        (entry.Gone, entry.Durable) = (0, entry.Waiting.Count);
    }

    // Under the lock.
    void RollbackWaiting(LaneEntry entry)
    {
        for (var i = entry.Durable; i < entry.Waiting.Count; i++) WaitingBytes -= entry.Waiting[i].Bytes.Length + Segments.OverheadBytes;
        entry.Waiting.RemoveRange(entry.Durable, entry.Waiting.Count - entry.Durable);
        entry.Gone = 0;
    }

    void Insert(long laneId, long first, long count, long atNs, ReadOnlySpan<byte> bytes)
    {
        var key = Schema.Key(laneId, first);
        _insert.Bind(1, key).Bind(2, count).Bind(3, atNs).Bind(4, SegmentCrc(key, count, atNs, bytes)).Bind(5, bytes).Run();
    }
}
