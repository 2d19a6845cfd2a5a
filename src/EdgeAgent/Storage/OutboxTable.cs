using System.Text;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Storage;

/// <summary>The writing side of lanes, segments and rejected records, inside the transaction of a commit.</summary>
/// <remarks>
/// Bound: Σ (segment bytes + 64) + Σ (rejected payload + head + reason + 64) ≤ <c>max_size</c>, except under <c>block</c>, where records
/// already cut are always stored and <see cref="IsFull"/> turns true one eighth before the bound. Rejected payloads may
/// fill an eighth of the bound and make way for unsent records. Writing belongs to the commit thread; what is
/// committed is read by any thread.
/// </remarks>
sealed partial class OutboxTable
{
    readonly Lock _gate = new();
    readonly Dictionary<Lane, LaneEntry> _lanes = [];
    readonly List<(Lane Lane, long Count)> _dropped = [];
    readonly List<int> _order = [];
    long _maxBytes;
    OverflowPolicy _onFull;
    readonly Statement _putLane;
    readonly Statement _insert;
    readonly Statement _delete;
    readonly Statement _deleteThrough;
    readonly Statement _head;
    readonly Statement _insertRejected;
    readonly Statement _oldestRejected;
    readonly Statement _deleteRejected;
    long _committedBytes, _committedRejectedBytes;
    long _bytes, _rejectedBytes;
    long _lastLaneId;

    public OutboxTable(Database database, long maxBytes, OverflowPolicy onFull)
    {
        (_maxBytes, _onFull) = (maxBytes, onFull);
        _putLane = database.Prepare("""
            INSERT INTO lane(id, output, priority, next, confirmed, dropped, rejected, bytes, segments, crc)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            ON CONFLICT(id) DO UPDATE SET next = excluded.next, confirmed = excluded.confirmed,
            dropped = excluded.dropped, rejected = excluded.rejected, bytes = excluded.bytes,
            segments = excluded.segments, crc = excluded.crc
            """u8);
        _insert = database.Prepare("INSERT INTO segment(key, count, committed_at, crc, bytes) VALUES(?1, ?2, ?3, ?4, ?5)"u8);
        _delete = database.Prepare("DELETE FROM segment WHERE key = ?1"u8);
        _deleteThrough = database.Prepare("DELETE FROM segment WHERE key >= ?1 AND key <= ?2"u8);
        _head = database.Prepare(
            "SELECT key, count, committed_at, length(bytes) FROM segment WHERE key >= ?1 AND key <= ?2 ORDER BY key LIMIT 1"u8);
        _insertRejected = database.Prepare(
            "INSERT INTO rejected(lane, number, rejected_at, reason, payload, head) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"u8);
        _oldestRejected =
            database.Prepare("SELECT id, length(payload) + length(head) + octet_length(reason) FROM rejected ORDER BY id LIMIT 1"u8);
        _deleteRejected = database.Prepare("DELETE FROM rejected WHERE id = ?1"u8);
    }

    /// <summary>Whether <c>block</c> holds the gates.</summary>
    public bool IsFull => _onFull == OverflowPolicy.Block && Volatile.Read(ref _committedBytes) >= _maxBytes - Reserve;
    long Reserve => _maxBytes / 8;

    /// <summary>Other bounds from the next commit on.</summary>
    public void Bound(long maxBytes, OverflowPolicy onFull) => (_maxBytes, _onFull) = (maxBytes, onFull);

    /// <summary>Reads the lanes and checks them.</summary>
    /// <param name="database">The tables.</param>
    /// <param name="waiting">What commits that are not in the tables say of lanes.</param>
    public void Load(Database database, IEnumerable<PendingLane> waiting)
    {
        using var lanes = database.Prepare(
            "SELECT id, output, priority, next, confirmed, dropped, rejected, bytes, segments, crc FROM lane ORDER BY id"u8);
        while (lanes.Step())
        {
            var entry = new LaneEntry(new Lane(lanes.Text(1), (int)lanes.Long(2)), lanes.Long(0)) { IsStored = true };
            ref var n = ref entry.Pending;
            (n.Next, n.Confirmed, n.Dropped, n.Rejected) = (lanes.Long(3), lanes.Long(4), lanes.Long(5), lanes.Long(6));
            (n.Bytes, n.Segments) = (lanes.Long(7), lanes.Long(8));
            if (lanes.Long(9) != LaneCrc(entry.Id, entry.Lane, n))
                throw DatabaseException.Damage($"lane {entry.Lane} fails its checksum");
            _lanes[entry.Lane] = entry;
            _lastLaneId = entry.Id;
        }

        foreach (var lane in waiting) Take(lane);
        foreach (var entry in _lanes.Values)
        {
            ReadHead(entry, entry.Pending.Confirmed);
            if (entry.Pending.HeadFirst == 0 != (entry.Pending.Next == entry.Pending.Confirmed + 1))
                throw DatabaseException.Damage($"lane {entry.Lane} and its segments disagree");
            entry.Committed = entry.Pending;
            _bytes += entry.Pending.Bytes + entry.Pending.Segments * Segments.OverheadBytes;
        }

        using var rejected =
            database.Prepare("SELECT count(*), sum(length(payload) + length(head) + octet_length(reason)) FROM rejected"u8);
        if (rejected.Step()) _rejectedBytes = rejected.Long(1) + rejected.Long(0) * Segments.OverheadBytes;
        rejected.Reset();
        _bytes += _rejectedBytes;
        (_committedBytes, _committedRejectedBytes) = (_bytes, _rejectedBytes);
    }

    /// <summary>Applies confirmations alone, or with rejected and new records.</summary>
    public void Write(CommitBatch batch, bool onlyConfirmed)
    {
        foreach (var (lane, through) in batch.Confirmed)
            if (_lanes.TryGetValue(lane, out var entry) && !(onlyConfirmed && batch.MovedFrom.Contains(lane))) Confirm(entry, through);
        foreach (var (lane, first, through) in batch.Sent)
            if (_lanes.TryGetValue(lane, out var entry)) entry.IsTouched |= entry.Pending.Sent(first, through);
        if (!onlyConfirmed)
        {
            foreach (var rejected in batch.Rejected) Reject(rejected, batch.CutAtNs);
            OrderByPriority(batch.Records);
            foreach (var i in _order)
            {
                var (lane, count, bytes) = batch.Records[i];
                if (count > 0) Append(lane, count, bytes.Span, batch.CutAtNs);
            }
        }

        foreach (var entry in _lanes.Values)
        {
            if (!entry.IsTouched) continue;
            if (_record is { } record) WriteTo(record, entry);
            else PutLane(entry);
        }

        _record = null;
    }

    public CommitResult Publish()
    {
        lock (_gate)
        {
            foreach (var entry in _lanes.Values)
            {
                if (!entry.IsTouched) continue;
                entry.Committed = entry.Pending;
                (entry.IsTouched, entry.IsStored) = (false, true);
                PublishWaiting(entry);
            }
        }

        Volatile.Write(ref _committedBytes, _bytes);
        _committedRejectedBytes = _rejectedBytes;
        if (_dropped.Count == 0) return CommitResult.NothingDropped;
        var result = new CommitResult(_dropped.ToArray());
        _dropped.Clear();
        return result;
    }

    public void Rollback()
    {
        lock (_gate)
        {
            foreach (var entry in _lanes.Values)
            {
                if (!entry.IsTouched) continue;
                entry.Pending = entry.Committed;
                entry.IsTouched = false;
                RollbackWaiting(entry);
                if (entry.IsStored) continue;
                // Its id goes to the next new lane: a disk that stays full must not use them up.
                _lanes.Remove(entry.Lane);
                _lastLaneId = Math.Min(_lastLaneId, entry.Id - 1);
            }
        }

        (_bytes, _rejectedBytes) = (_committedBytes, _committedRejectedBytes);
        _dropped.Clear();
        _record = null;
    }

    /// <summary>Id and committed counters of a lane, on any thread.</summary>
    public bool TryGet(Lane lane, out long id, out LaneNumbers numbers)
    {
        lock (_gate)
        {
            var found = _lanes.TryGetValue(lane, out var entry) && entry.IsStored;
            (id, numbers) = found ? (entry!.Id, entry.Committed) : (0, new LaneNumbers());
            return found;
        }
    }

    public List<LaneStatus> Status()
    {
        lock (_gate)
        {
            var all = new List<LaneStatus>(_lanes.Count);
            foreach (var entry in _lanes.Values)
            {
                if (!entry.IsStored) continue;
                var n = entry.Committed;
                all.Add(new LaneStatus(entry.Lane, n.Next - 1 - n.Confirmed, n.Bytes, n.HeadCommittedAtNs, n.Dropped, n.Rejected));
            }

            return all;
        }
    }

    void Confirm(LaneEntry entry, long through)
    {
        ref var n = ref entry.Pending;
        if (through <= n.Confirmed) return;
        entry.IsTouched = true;
        through = Math.Min(through, n.Next - 1);
        while (n.HeadFirst != 0 && n.HeadFirst + n.HeadCount - 1 <= through) DeleteHead(entry);
        n.Confirmed = Math.Max(n.Confirmed, through);
    }

    void Append(Lane lane, int count, ReadOnlySpan<byte> records, long atNs)
    {
        var entry = Entry(lane);
        while (count > 0)
        {
            var segment = Segments.TakeFirst(ref records, ref count, out var taken);
            if (!MakeRoom(lane, segment.Length + Segments.OverheadBytes))
            {
                Drop(entry, taken);
                continue;
            }

            Insert(entry, segment, taken, atNs);
        }
    }

    // Room is made before the insert, so that the file never grows past the bound for records that are dropped again.
    bool MakeRoom(Lane lane, long size)
    {
        var limit = _onFull == OverflowPolicy.Block ? _maxBytes - Reserve : _maxBytes;
        while (_bytes + size > limit && DeleteOldestRejected()) ;
        if (_bytes + size <= limit || _onFull == OverflowPolicy.Block) return true;
        // New records give way to all of their own priority, old ones to none of a lower one.
        var upTo = _onFull == OverflowPolicy.DropNewest ? lane.Priority - 1 : lane.Priority;
        if (size + BytesAbove(upTo) > limit) return false;
        while (_bytes + size > limit)
        {
            var victim = Victim(upTo);
            if (victim is null) return false;
            var last = victim.Pending.HeadFirst + victim.Pending.HeadCount - 1;
            Count(victim, last - victim.Pending.Confirmed);
            victim.Pending.DropThrough(last);
            DeleteHead(victim);
        }

        return true;
    }

    long BytesAbove(int priority)
    {
        var sum = 0L;
        foreach (var entry in _lanes.Values)
            if (entry.Lane.Priority > priority) sum += entry.Pending.Bytes + entry.Pending.Segments * Segments.OverheadBytes;
        return sum;
    }

    /// <summary>The lane that gives its oldest segment: lowest priority, then oldest commit, then name.</summary>
    LaneEntry? Victim(int upToPriority)
    {
        LaneEntry? victim = null;
        foreach (var entry in _lanes.Values)
            if (entry.Pending.HeadFirst != 0 && entry.Lane.Priority <= upToPriority && (victim is null || GoesBefore(entry, victim)))
                victim = entry;
        return victim;
    }

    static bool GoesBefore(LaneEntry a, LaneEntry b)
    {
        if (a.Lane.Priority != b.Lane.Priority) return a.Lane.Priority < b.Lane.Priority;
        if (a.Pending.HeadCommittedAtNs != b.Pending.HeadCommittedAtNs) return a.Pending.HeadCommittedAtNs < b.Pending.HeadCommittedAtNs;
        return string.CompareOrdinal(a.Lane.Output, b.Lane.Output) < 0;
    }

    void Drop(LaneEntry entry, long count)
    {
        entry.Pending.Dropped += count;
        Count(entry, count);
    }

    void Count(LaneEntry entry, long count)
    {
        entry.IsTouched = true;
        var i = _dropped.FindIndex(d => d.Lane == entry.Lane);
        if (i < 0) _dropped.Add((entry.Lane, count));
        else _dropped[i] = (entry.Lane, _dropped[i].Count + count);
    }

    void Insert(LaneEntry entry, ReadOnlySpan<byte> bytes, int count, long atNs)
    {
        ref var n = ref entry.Pending;
        entry.IsTouched = true;
        if (_record is not null) Wait(entry, new Segment(entry.Lane, n.Next, count, atNs, bytes.ToArray()));
        else Insert(entry.Id, n.Next, count, atNs, bytes);
        if (n.HeadFirst == 0)
            (n.HeadFirst, n.HeadCount, n.HeadCommittedAtNs, n.HeadBytes, n.HeadWaits) =
                (n.Next, count, atNs, bytes.Length, _record is not null);
        n.Next += count;
        n.Bytes += bytes.Length;
        n.Segments++;
        _bytes += bytes.Length + Segments.OverheadBytes;
    }

    void DeleteHead(LaneEntry entry)
    {
        ref var n = ref entry.Pending;
        if (n.HeadWaits) entry.Gone++;
        else if (_record is not null) n.GoneThrough = n.HeadFirst;
        else _delete.Bind(1, Schema.Key(entry.Id, n.HeadFirst)).Run();
        n.Bytes -= n.HeadBytes;
        n.Segments--;
        _bytes -= n.HeadBytes + Segments.OverheadBytes;
        ReadHead(entry, n.HeadFirst + n.HeadCount - 1);
    }

    // The oldest segment holds the record behind `after`: between segments no number is missing.
    void ReadHead(LaneEntry entry, long after)
    {
        ref var n = ref entry.Pending;
        (n.HeadFirst, n.HeadCount, n.HeadCommittedAtNs, n.HeadBytes, n.HeadWaits) = (0, 0, 0, 0, false);
        var from = Schema.Key(entry.Id, n.GoneThrough > 0 ? n.GoneThrough + 1 : 0);
        if (_head.Bind(1, from).Bind(2, Schema.Key(entry.Id, Schema.MaxNumber)).Step())
            (n.HeadFirst, n.HeadCount, n.HeadCommittedAtNs, n.HeadBytes) =
                (Schema.Number(_head.Long(0)), _head.Long(1), _head.Long(2), _head.Long(3));
        else if (entry.Gone < entry.Waiting.Count && entry.Waiting[entry.Gone] is var first)
            (n.HeadFirst, n.HeadCount, n.HeadCommittedAtNs, n.HeadBytes, n.HeadWaits) =
                (first.FirstNumber, first.Count, first.CommittedAtNs, first.Bytes.Length, true);
        _head.Reset();
        var isSound = n.Segments == 0 ? n.HeadFirst == 0 : n.HeadFirst > 0 && n.HeadFirst <= after + 1
            && n.HeadFirst + n.HeadCount - 1 > after && n.HeadFirst + n.HeadCount <= n.Next;
        if (!isSound) throw DatabaseException.Damage($"the segments of lane {entry.Lane} do not match its counters");
    }

    LaneEntry Entry(Lane lane)
    {
        LaneEntry? entry;
        lock (_gate)
        {
            if (!_lanes.TryGetValue(lane, out entry)) _lanes.Add(lane, entry = new LaneEntry(lane, ++_lastLaneId));
        }

        entry.IsTouched = true;
        return entry;
    }

    void PutLane(LaneEntry entry)
    {
        ref var n = ref entry.Pending;
        _putLane.Bind(1, entry.Id).Bind(2, entry.Lane.Output).Bind(3, entry.Lane.Priority).Bind(4, n.Next).Bind(5, n.Confirmed)
            .Bind(6, n.Dropped).Bind(7, n.Rejected).Bind(8, n.Bytes).Bind(9, n.Segments)
            .Bind(10, LaneCrc(entry.Id, entry.Lane, n)).Run();
    }

    // Insertion sort: stable, no allocation, and a commit has few lanes.
    void OrderByPriority(List<(Lane Lane, int Count, ReadOnlyMemory<byte> Bytes)> records)
    {
        _order.Clear();
        for (var i = 0; i < records.Count; i++)
        {
            var at = _order.Count;
            while (at > 0 && records[_order[at - 1]].Lane.Priority < records[i].Lane.Priority) at--;
            _order.Insert(at, i);
        }
    }

    public static long SegmentCrc(long key, long count, long atNs, ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32C();
        crc.Add(key);
        crc.Add(count);
        crc.Add(atNs);
        crc.Add(bytes);
        return crc.Value;
    }

    public static long LaneCrc(long id, Lane lane, in LaneNumbers numbers)
    {
        var crc = new Crc32C();
        crc.Add(id);
        crc.Add(Encoding.UTF8.GetBytes(lane.Output));
        crc.Add(lane.Priority);
        crc.Add(numbers.Next);
        crc.Add(numbers.Confirmed);
        crc.Add(numbers.Dropped);
        crc.Add(numbers.Rejected);
        crc.Add(numbers.Bytes);
        crc.Add(numbers.Segments);
        return crc.Value;
    }
}
