using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <summary>The changes of commits that are durable as records and not yet in the tables; written into a record,
/// and read from one.</summary>
/// <remarks>
/// <para>One way in: <see cref="TryReplay"/>, after a commit and at a start alike, so that what a start finds is what the process had.
/// A record is a sequence of parts, integers LEB128:</para>
/// <list type="table">
/// <item><term>1</term><description>keys from here on are of another process</description></item>
/// <item><term>2 name</term><description>a stage; stages are counted from 0 since the last apply</description></item>
/// <item><term>3 stage, sequence, format, entries; each: key, length × 2 + 1 if it is a difference, bytes</description><description>a row,
/// entry by entry; a later entry with its key replaces it</description></item>
/// <item><term>4 stage, sequence, format, bytes</term><description>a row that stays as it is</description></item>
/// <item><term>5 stage, sequence</term><description>rows below are deleted</description></item>
/// <item><term>6 source, bytes</term><description>progress</description></item>
/// <item><term>7 id, output, priority, next, confirmed, dropped, rejected, bytes, segments</term><description>counters of a lane,
/// all of them</description></item>
/// <item><term>8 id, first, count, time (i64), bytes</term><description>a segment is appended;
/// behind part 7 of its lane</description></item>
/// <item><term>9 id, first</term><description>segments up to this one are deleted; behind part 7 of its lane</description></item>
/// </list>
/// <para>Bound: <see cref="MaxBytes"/> and <see cref="MaxEntryBytes"/> and the space of <see cref="CommitJournal"/>. Memory of stages
/// is kept from apply to apply. Commit thread.</para>
/// </remarks>
sealed class PendingChanges
{
    /// <summary>Rows, records and progress that wait [bytes]: with them an apply is one commit of ordinary size.</summary>
    public const long MaxBytes = 384 << 10;

    /// <summary>Entries that wait, each unit once [bytes].</summary>
    public const long MaxEntryBytes = 768 << 10;

    const byte NewLife = 1, NameStage = 2, PutEntries = 3, PutRow = 4, DeleteRows = 5, PutProgress = 6, PutLane = 7, PutSegment = 8,
        DropSegments = 9;

    readonly Dictionary<string, PendingStage> _stages = new(StringComparer.Ordinal);
    readonly Dictionary<string, PendingStage> _idle = new(StringComparer.Ordinal); // of which nothing waits
    readonly List<PendingStage> _byIndex = [];
    readonly Dictionary<string, byte[]> _progress = new(StringComparer.Ordinal);
    readonly List<string> _named = [];
    readonly StateWriter _difference = new();
    byte[] _entry = new byte[1024];
    long _progressBytes;
    bool _isNewLife = true;

    /// <summary>Whether nothing waits.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Rows and progress that wait [bytes].</summary>
    public long Bytes => _progressBytes + Sum(static s => s.RowBytes);

    /// <summary>Entries that wait [bytes].</summary>
    public long EntryBytes => Sum(static s => s.EntryBytes);

    /// <summary>The stages of which something waits.</summary>
    public IReadOnlyList<PendingStage> Stages => _byIndex;

    /// <summary>Progress that waits, by source.</summary>
    public IReadOnlyDictionary<string, byte[]> Progress => _progress;

    /// <summary>The waiting changes of a stage, or null.</summary>
    public PendingStage? Find(string stage) => _stages.GetValueOrDefault(stage);

    /// <summary>Whether a batch's state and progress can be written as changes.</summary>
    public bool Takes(CommitBatch batch)
    {
        foreach (var (_, below) in batch.DeleteState)
            if (below == long.MaxValue) return false;
        for (var i = 0; i < batch.State.Count; i++)
        {
            var row = batch.State[i];
            var last = _stages.TryGetValue(row.Stage, out var stage) ? Math.Max(stage.LastSequence, stage.DeleteBelow - 1) : -1;
            for (var k = 0; k < i; k++)
                if (batch.State[k].Stage == row.Stage) last = Math.Max(last, batch.State[k].Sequence);
            foreach (var (name, below) in batch.DeleteState)
                if (name == row.Stage) last = Math.Max(last, below - 1);
            if (row.Sequence <= last) return false;
        }

        return true;
    }

    /// <summary>Appends the batch's state and progress to a record; nothing changes here until that is replayed.</summary>
    /// <param name="batch">The batch; <see cref="Takes"/> said yes.</param>
    /// <param name="record">Takes the parts.</param>
    /// <param name="number">Number of the record.</param>
    public void Write(CommitBatch batch, StateWriter record, long number)
    {
        _named.Clear();
        if (_isNewLife) record.Byte(NewLife);
        foreach (var (stage, below) in batch.DeleteState)
        {
            var index = IndexOf(stage, record);
            record.Byte(DeleteRows);
            record.Varint((ulong)index);
            record.Varint((ulong)Math.Max(0, below));
        }

        foreach (var row in batch.State) Write(row, record, number);
        foreach (var (source, progress) in batch.Progress)
        {
            record.Byte(PutProgress);
            record.Text(source);
            record.Blob(progress.Span);
        }
    }

    /// <summary>Appends a lane's counters to a record.</summary>
    public static void WriteLane(StateWriter record, long id, Lane lane, in LaneNumbers numbers)
    {
        record.Byte(PutLane);
        record.Varint((ulong)id);
        record.Text(lane.Output);
        record.Varint((ulong)lane.Priority);
        foreach (var value in (ReadOnlySpan<long>)[numbers.Next, numbers.Confirmed, numbers.Dropped, numbers.Rejected, numbers.Bytes,
                numbers.Segments])
            record.Varint((ulong)value);
    }

    /// <summary>Appends a new segment to a record.</summary>
    public static void WriteSegment(StateWriter record, long laneId, Segment segment)
    {
        record.Byte(PutSegment);
        record.Varint((ulong)laneId);
        record.Varint((ulong)segment.FirstNumber);
        record.Varint((ulong)segment.Count);
        record.Int64(segment.CommittedAtNs);
        record.Blob(segment.Bytes);
    }

    /// <summary>Appends to a record that segments are deleted.</summary>
    public static void WriteDrop(StateWriter record, long laneId, long throughFirst)
    {
        record.Byte(DropSegments);
        record.Varint((ulong)laneId);
        record.Varint((ulong)throughFirst);
    }

    /// <summary>Takes a durable record.</summary>
    /// <param name="record">Its parts.</param>
    /// <param name="lanes">Takes what it says of lanes; null when the outbox knows.</param>
    /// <returns>False when the parts are not those of a record; what was taken before stays.</returns>
    public bool TryReplay(ReadOnlySpan<byte> record, Dictionary<long, PendingLane>? lanes)
    {
        IsEmpty = false;
        _isNewLife = false;
        var reader = new StateReader(record);
        while (!reader.AtEnd)
            if (!reader.TryByte(out var part) || !TryTake(part, ref reader, lanes)) return false;
        return true;
    }

    /// <summary>The tables hold it all.</summary>
    public void Clear()
    {
        foreach (var stage in _byIndex)
        {
            stage.Begin(0);
            _idle[stage.Name] = stage;
        }

        _stages.Clear();
        _byIndex.Clear();
        _progress.Clear();
        _progressBytes = 0;
        IsEmpty = true;
    }

    /// <summary>Keys of the process that wrote what is here mean nothing to this one.</summary>
    public void EndLife()
    {
        foreach (var stage in _byIndex) stage.EndLife();
        _isNewLife = true;
    }

    void Write(StateRow row, StateWriter record, long number)
    {
        var index = IndexOf(row.Stage, record);
        var isWhole = row.Keys.Length == 0;
        record.Byte(isWhole ? PutRow : PutEntries);
        record.Varint((ulong)index);
        record.Varint((ulong)row.Sequence);
        record.Varint((ulong)row.FormatVersion);
        if (isWhole)
        {
            record.Blob(row.Bytes.Span);
            return;
        }

        record.Varint((ulong)row.Keys.Length);
        var stage = Find(row.Stage);
        var entries = new StateEntries(row.Bytes.Span);
        foreach (var key in row.Keys.Span)
        {
            if (!entries.Read()) throw new InvalidOperationException("a state row has fewer entries than keys");
            WriteEntry(stage, key, entries.Current, row.FormatVersion, record, number);
        }
    }

    void WriteEntry(PendingStage? stage, int key, ReadOnlySpan<byte> entry, int formatVersion, StateWriter record, long number)
    {
        record.Varint((ulong)key);
        if (stage?.Find(key) is >= 0 and var place && stage.Entries[place].BaseOf != number
            && stage.Entries[place].FormatVersion == formatVersion)
        {
            stage.Entries[place].BaseOf = number;
            _difference.Clear();
            EntryDiff.Write(stage.Entries.BytesOf(place), entry, _difference);
            if (_difference.Length < entry.Length)
            {
                record.Varint((ulong)entry.Length << 1 | 1);
                record.Raw(_difference.Bytes);
                return;
            }
        }

        record.Varint((ulong)entry.Length << 1);
        record.Raw(entry);
    }

    int IndexOf(string stage, StateWriter record)
    {
        if (_stages.TryGetValue(stage, out var known)) return known.Index;
        var index = _named.IndexOf(stage);
        if (index < 0)
        {
            index = _named.Count;
            _named.Add(stage);
            record.Byte(NameStage);
            record.Text(stage);
        }

        return _byIndex.Count + index;
    }

    bool TryTake(byte part, ref StateReader reader, Dictionary<long, PendingLane>? lanes)
    {
        switch (part)
        {
            case NewLife:
                foreach (var stage in _byIndex) stage.EndLife();
                return true;
            case NameStage:
                if (!reader.TryText(out var name)) return false;
                if (!_idle.Remove(name, out var named)) named = new PendingStage(name);
                if (!_stages.TryAdd(name, named)) return false;
                named.Begin(_byIndex.Count);
                _byIndex.Add(named);
                return true;
            case PutEntries:
                return TryTakeEntries(ref reader);
            case PutRow:
                if (!TryStage(ref reader, out var of) || !reader.TryVarint(out var sequence) || !reader.TryVarint(out var version)
                    || !reader.TryBlob(out var row)) return false;
                of.Put((long)sequence, (int)version, row);
                return true;
            case DeleteRows:
                if (!TryStage(ref reader, out var from) || !reader.TryVarint(out var below)) return false;
                from.Delete((long)below);
                return true;
            case PutProgress:
                if (!reader.TryText(out var source) || !reader.TryBlob(out var progress)) return false;
                _progressBytes += progress.Length - (_progress.GetValueOrDefault(source)?.Length ?? 0);
                _progress[source] = progress.ToArray();
                return true;
            case PutLane or PutSegment or DropSegments:
                return TryTakeLane(part, ref reader, lanes);
            default:
                return false;
        }
    }

    bool TryTakeEntries(ref StateReader reader)
    {
        if (!TryStage(ref reader, out var stage) || !reader.TryVarint(out var sequence) || !reader.TryVarint(out var version)
            || !reader.TryVarint(out var count)) return false;
        for (var i = 0UL; i < count; i++)
        {
            if (!reader.TryVarint(out var key) || !reader.TryVarint(out var token) || token >> 1 > 1 << 30) return false;
            var length = (int)(token >> 1);
            if (length > _entry.Length) _entry = new byte[2 * length];
            var entry = _entry.AsSpan(0, length);
            if ((token & 1) != 0)
            {
                if (stage.Find((int)key) is not (>= 0 and var old)
                    || !EntryDiff.TryApply(stage.Entries.BytesOf(old), ref reader, entry)) return false;
            }
            else if (!reader.TryRaw(entry))
            {
                return false;
            }

            stage.Put((int)key, (long)sequence, (int)version, entry);
        }

        return true;
    }

    static bool TryTakeLane(byte part, ref StateReader reader, Dictionary<long, PendingLane>? lanes)
    {
        if (!reader.TryVarint(out var id)) return false;
        var lane = lanes?.GetValueOrDefault((long)id);
        if (part == PutLane)
        {
            Span<long> values = stackalloc long[6];
            if (!reader.TryText(out var output) || !reader.TryVarint(out var priority)) return false;
            foreach (ref var value in values)
            {
                if (!reader.TryVarint(out var read)) return false;
                value = (long)read;
            }

            if (lanes is null) return true;
            if (lane is null) lanes[(long)id] = lane = new PendingLane((long)id, new Lane(output, (int)priority));
            lane.Numbers = new LaneNumbers
            {
                Next = values[0], Confirmed = values[1], Dropped = values[2], Rejected = values[3], Bytes = values[4], Segments = values[5]
            };
            return true;
        }

        if (lanes is not null && lane is null || !reader.TryVarint(out var first)) return false;
        if (part == DropSegments)
        {
            if (lane is null) return true;
            lane.GoneThrough = Math.Max(lane.GoneThrough, (long)first);
            lane.Waiting.RemoveAll(s => s.FirstNumber <= lane.GoneThrough);
            return true;
        }

        if (!reader.TryVarint(out var count) || !reader.TryInt64(out var atNs) || !reader.TryBlob(out var bytes)) return false;
        lane?.Waiting.Add(new Segment(lane.Lane, (long)first, (int)count, atNs, bytes.ToArray()));
        return true;
    }

    bool TryStage(ref StateReader reader, out PendingStage stage)
    {
        var isKnown = reader.TryVarint(out var index) && index < (ulong)_byIndex.Count;
        stage = isKnown ? _byIndex[(int)index] : null!;
        return isKnown;
    }

    long Sum(Func<PendingStage, long> of)
    {
        var sum = 0L;
        foreach (var stage in _byIndex) sum += of(stage);
        return sum;
    }
}
