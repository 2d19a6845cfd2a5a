using System.Buffers.Binary;

namespace EdgeAgent.Storage;

/// <summary>Carries what is whole in a damaged database over into a sound one, inside its transaction.</summary>
/// <remarks>
/// Whole is what has a right checksum. Records get new numbers above all old ones and keep their ids; those of a lane whose row is damaged
/// are all sent again, since what was confirmed is not known: consumers know them by their ids. Memory: locations of rows, 32 bytes each;
/// then one row at a time.
/// </remarks>
sealed class Salvage(DamagedFile file, CommitJournal? commits, EarlierLife? earlier)
{
    const uint FirstRoot = 2, LastRoot = 8, RejectedRoot = 8;

    sealed class OldLane(Lane lane)
    {
        public Lane Lane { get; } = lane;
        public long Next = 1, Confirmed, Dropped, Rejected, Carried;
        public bool IsWhole;
    }

    readonly Dictionary<long, string> _stages = [];
    readonly Dictionary<long, OldLane> _lanes = [];
    readonly SortedDictionary<long, DamagedRow.Place> _state = [];
    readonly SortedDictionary<long, DamagedRow.Place> _segments = [];
    readonly List<DamagedRow.Place> _progress = [];
    readonly List<DamagedRow.Place> _rejected = [];
    readonly List<(long Id, Lane Lane)> _doubtful = [];
    long? _round;
    readonly PendingChanges _changes = new();
    readonly Dictionary<long, PendingLane> _waiting = [];
    long _lostSegments, _lostState, _lostSources, _lostPending;

    /// <summary>Finds the whole rows, then writes them; <paramref name="recordsOnly"/> when the sound
    /// database has memory of its own.</summary>
    /// <param name="from">Name for the result.</param>
    /// <param name="recordsOnly">Leaves memory and progress out.</param>
    /// <param name="outbox">Takes lanes and their counters.</param>
    /// <param name="write">Writes a batch inside the open transaction.</param>
    public SalvageResult Run(string from, bool recordsOnly, OutboxTable outbox, Action<CommitBatch> write)
    {
        for (var root = FirstRoot; root <= LastRoot; root++)
            foreach (var row in file.Table(root)) Take(row, root);
        if (file.RootOf("mark") is > LastRoot and var mark)
            foreach (var row in file.Table(mark)) Take(row, mark);
        foreach (var row in file.Strays()) Take(row, 0);
        TakePending();
        NameLanes();
        var batch = new CommitBatch();
        var (stateRows, sources, records) = (0L, 0L, 0L);
        if (!recordsOnly)
        {
            foreach (var (key, place) in _state)
            {
                if (!_stages.TryGetValue(Schema.Owner(key), out var stage))
                {
                    _lostState++;
                    continue;
                }

                if (_changes.Find(stage) is { } waiting && Schema.Number(key) < waiting.DeleteBelow) continue;
                var row = file.Again(place)!;
                batch.State.Add(new StateRow(stage, Schema.Number(key), (int)row.Long(1), row.Blob(3)));
                Write(batch, write);
                stateRows++;
            }

            foreach (var row in _changes.Stages.SelectMany(stage => stage.Rows()))
            {
                batch.State.Add(row);
                Write(batch, write);
                stateRows++;
            }

            foreach (var (source, progress) in _changes.Progress)
            {
                batch.Progress.Add((source, progress));
                Write(batch, write);
                sources++;
            }

            foreach (var row in _progress.Select(place => file.Again(place)!))
            {
                if (_changes.Progress.ContainsKey(row.Text(1))) continue;
                batch.Progress.Add((row.Text(1), row.Blob(3)));
                Write(batch, write);
                sources++;
            }
        }

        foreach (var old in _lanes.Values) outbox.Continue(old.Lane, old.Next, old.Dropped, old.Rejected);
        foreach (var (key, place) in _segments)
        {
            if (!_lanes.TryGetValue(Schema.Owner(key), out var old))
            {
                _lostSegments++;
                continue;
            }

            var row = file.Again(place)!;
            records += Carry(old, new Segment(old.Lane, Schema.Number(key), (int)row.Long(1), row.Long(2), row.Blob(4)), batch, write);
        }

        foreach (var (id, lane) in _waiting)
            foreach (var segment in lane.Waiting)
                if (!_segments.ContainsKey(Schema.Key(id, segment.FirstNumber))) records += Carry(_lanes[id], segment, batch, write);

        var lostRecords = 0L;
        foreach (var old in _lanes.Values.Where(l => l.IsWhole))
        {
            var lost = Math.Max(0, old.Next - 1 - old.Confirmed - old.Carried);
            if (lost > 0) outbox.CountLost(old.Lane, lost);
            lostRecords += lost;
        }

        foreach (var row in _rejected.Select(place => file.Again(place)!))
        {
            if (!_lanes.TryGetValue(row.Long(1), out var old)) continue;
            batch.CutAtNs = row.Long(3);
            batch.Rejected.Add(
                new RejectedRecord(old.Lane, row.Long(2), row.Text(4), row.Blob(5)) { Head = row.Columns.Length > 6 ? row.Blob(6) : [] });
            outbox.CountRejected(old.Lane, -1); // counted when it was rejected
            Write(batch, write);
        }

        write(batch); // counters of lanes without a row
        return new SalvageResult
        {
            From = from,
            Records = records,
            StateRows = stateRows,
            Sources = sources,
            LostRecords = lostRecords,
            LostSegments = _lostSegments,
            LostStateRows = _lostState,
            LostSources = _lostSources,
            Unreadable = file.Unreadable + _lostPending,
        };
    }

    static int Carry(OldLane old, Segment segment, CommitBatch batch, Action<CommitBatch> write)
    {
        var count = segment.Count;
        var bytes = SkipConfirmed(segment.Bytes, ref count, old.Confirmed - segment.FirstNumber + 1);
        if (count == 0) return 0;
        batch.CutAtNs = segment.CommittedAtNs;
        batch.Records.Add((old.Lane, count, bytes));
        Write(batch, write);
        old.Carried += count;
        return count;
    }

    // Records of commits up to the first that is not whole: what is behind it may rest on it.
    void TakePending()
    {
        if (commits is null) return;
        if (_round is not { } round)
        {
            _lostPending++; // which records count is not known
            return;
        }

        if (!commits.TryRead(round, long.MaxValue, record => _changes.TryReplay(record, _waiting), out _)) _lostPending++;
        foreach (var (id, lane) in _waiting)
        {
            var n = lane.Numbers;
            _lanes[id] = new OldLane(
                lane.Lane) { Next = n.Next, Confirmed = n.Confirmed, Dropped = n.Dropped, Rejected = n.Rejected, IsWhole = true };
        }
    }

    static void Write(CommitBatch batch, Action<CommitBatch> write)
    {
        write(batch);
        batch.Clear();
    }

    void Take(DamagedRow row, uint root)
    {
        var isOwned = row.Key >= 0;
        switch (row.Columns)
        {
            case [null, long round, long crc] when row.Key == 1 && crc == SqliteStore.RoundCrc(round):
                _round = round;
                break;
            case [null, byte[], long crc] when crc == StateTable.NameCrc(row.Key, row.Text(1)):
                _stages.TryAdd(row.Key, row.Text(1));
                break;
            case [null, long format, long crc, byte[] bytes] when isOwned && crc == StateTable.RowCrc(row.Key, format, bytes):
                _state.TryAdd(row.Key, row.At);
                break;
            case [null, byte[], long crc, byte[] bytes] when crc == StateTable.ProgressCrc(row.Key, row.Text(1), bytes):
                _progress.Add(row.At);
                break;
            case [null, long count, long atNs, long crc, byte[] bytes] when isOwned && count is > 0 and <= int.MaxValue
                && crc == OutboxTable.SegmentCrc(row.Key, count, atNs, bytes):
                _segments.TryAdd(row.Key, row.At);
                break;
            case [null, byte[], long priority, long next, long confirmed, long dropped, long rejected, long size, long segments, long crc]:
                var lane = new Lane(row.Text(1), (int)priority);
                var numbers = new LaneNumbers
                {
                    Next = next, Confirmed = confirmed, Dropped = dropped, Rejected = rejected, Bytes = size, Segments = segments,
                };
                if (crc == OutboxTable.LaneCrc(row.Key, lane, numbers))
                    _lanes.TryAdd(row.Key,
                        new OldLane(lane) { Next = next, Confirmed = confirmed, Dropped = dropped, Rejected = rejected, IsWhole = true });
                else
                    _doubtful.Add((row.Key, lane));
                break;
            case [null, long, long, long, byte[], byte[], ..] when root == RejectedRoot:
                _rejected.Add(row.At);
                break;
            default:
                CountLost(root);
                break;
        }
    }

    void CountLost(uint root)
    {
        if (root == 4) _lostState++;
        else if (root == 5) _lostSources++;
        else if (root == 7) _lostSegments++;
    }

    // A lane whose row is damaged: its name is believed when the directory remembers it, or when only one name and one lane are left.
    void NameLanes()
    {
        foreach (var (id, lane) in _doubtful)
            if (earlier?.Lanes.Contains(lane) ?? false) _lanes.TryAdd(id, new OldLane(lane));
        var nameless = _segments.Keys.Select(Schema.Owner).Distinct().Where(id => !_lanes.ContainsKey(id)).ToList();
        var unclaimed = earlier?.Lanes.Where(lane => _lanes.Values.All(old => old.Lane != lane)).ToList() ?? [];
        if (nameless is [var owner] && unclaimed is [var name]) _lanes.Add(owner, new OldLane(name));
        foreach (var (id, old) in _lanes)
        {
            if (old.IsWhole) continue;
            old.Next = earlier!.LastOf(old.Lane) + 1;
            foreach (var key in _segments.Keys.Where(key => Schema.Owner(key) == id))
                old.Next = Math.Max(old.Next, Schema.Number(key) + 1_000_000);
        }
    }

    static ReadOnlyMemory<byte> SkipConfirmed(byte[] bytes, ref int count, long confirmed)
    {
        if (confirmed <= 0) return bytes;
        if (confirmed >= count) return ReadOnlyMemory<byte>.Empty.Slice(count = 0);
        var at = 0L;
        for (var i = 0; i < confirmed && at + 4 <= bytes.Length; i++)
            at += 4L + BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan((int)at));
        if (at > bytes.Length) return bytes; // not in the format of records: whole
        count -= (int)confirmed;
        return bytes.AsMemory((int)at);
    }
}
