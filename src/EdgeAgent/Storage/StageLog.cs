using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <summary>The log of one stage's state: which row holds the newest entry of each unit, and what can be deleted.</summary>
/// <remarks>
/// <para>Units hang in a list from the one written longest ago to the newest. A cut appends all dirty units; when the log is
/// larger than twice its live entries (and than 256 KiB) it also rewrites units from the old end, half as many bytes as
/// were dirty. Rows older than the oldest unit's are deleted in the same batch. Worst case, one hot unit: a round of the list
/// takes twice the live size in dirty bytes and once in rewritten ones, so the log peaks near three times the live size
/// and one and a half bytes are written for each dirty one.</para>
/// <para>24 bytes of memory a unit. Under closed gates, except <see cref="Committed"/> and <see cref="Failed"/>.</para>
/// </remarks>
sealed class StageLog(string stage, IStageState state)
{
    const int RowBytes = 256 << 10;
    const long MinimumBytes = 256 << 10;
    const int None = -1;

    readonly Queue<(long Sequence, int Bytes)> _rows = new();
    readonly List<(long Sequence, int Bytes)> _cutRows = [];
    readonly List<int> _cutUnits = [];
    readonly List<int> _failedUnits = [];
    readonly List<int> _dirty = [];
    readonly StateWriter _entry = new();
    long[] _sequences = [];
    int[] _sizes = [];
    int[] _keys = [];
    int[] _older = [];
    int[] _newer = [];
    int _count;
    int _oldest = None;
    int _newest = None;
    long _nextSequence;
    long _logBytes;
    long _liveBytes;
    long _credit;
    long _cutFirstSequence;
    long _cutDeleteBelow;
    bool _rewriteAll;
    int _rowKeys;
    int _lastKey;

    /// <summary>The log of memory that takes the place of that of <paramref name="before"/>: all of it is written with the next
    /// cut.</summary>
    public StageLog(StageLog before, IStageState state)
        : this(before.Stage, state)
    {
        _rows = before._rows;
        (_logBytes, _nextSequence, _lastKey) = (before._logBytes, before._nextSequence, before._lastKey);
        Restored(rewriteAll: true);
    }

    public string Stage { get; } = stage;

    /// <summary>Whether it writes this memory.</summary>
    public bool IsOf(IStageState other) => ReferenceEquals(state, other);

    /// <summary>Bytes of all rows of this stage in the store; for tests.</summary>
    internal long LogBytes => _logBytes;

    /// <summary>Bytes of the newest entry of every unit.</summary>
    public long LiveBytes => _liveBytes;

    /// <summary>Notes a row that lies in the store, and restores its entries.</summary>
    public (long Entries, long Malformed) Restore(StateRow row, AdmitState? admit = null)
    {
        _rows.Enqueue((row.Sequence, row.Bytes.Length));
        _logBytes += row.Bytes.Length;
        _nextSequence = Math.Max(_nextSequence, row.Sequence + 1);
        var (entries, malformed) = (0L, 0L);
        var reader = new StateEntries(row.Bytes.Span);
        for (; reader.Read(); entries++)
            if ((admit?.Invoke(row.Stage, row.FormatVersion, reader.Current) ?? true)
                && !state.TryRestoreUnit(reader.Current, row.FormatVersion)) malformed++;
        return (entries, malformed + (reader.IsDamaged ? 1 : 0));
    }

    /// <summary>After the last row: which row holds a restored unit is not known, so all count as in the oldest.</summary>
    public void Restored(bool rewriteAll = false)
    {
        var oldest = _rows.Count > 0 ? _rows.Peek().Sequence : _nextSequence - 1;
        Grow();
        for (var unit = 0; unit < _count; unit++)
        {
            _entry.Clear();
            state.WriteUnit(unit, _entry);
            if (_entry.Length > 0) Place(unit, oldest, _entry.Length);
        }

        // Restarts that follow each other faster than the cleaning must not let the log grow for ever.
        // Nor may what was not admitted come back with the next start.
        _rewriteAll = rewriteAll || _logBytes > MinimumBytes + 4 * _liveBytes;
    }

    /// <summary>Appends this cut's entries to <paramref name="buffer"/> and notes the rows; see <see cref="AddTo"/>.</summary>
    public void Cut(StateBuffer buffer, List<CutRow> rows)
    {
        MarkFailed();
        Grow();
        _cutFirstSequence = _nextSequence;
        _dirty.Clear();
        state.TakeDirty(_dirty);
        Grow();
        _rowKeys = buffer.Keys;
        var row = buffer.Length;
        var start = row;
        foreach (var unit in _dirty)
            if (_sequences[unit] < _cutFirstSequence) Append(unit, buffer, ref row, rows);
        _credit = Math.Min(_credit, 0) + (buffer.Length - start) / 2;
        while (_oldest != None && _sequences[_oldest] < _cutFirstSequence && NeedsCleaning(buffer.Length - start))
        {
            var before = buffer.Length;
            Append(_oldest, buffer, ref row, rows);
            _credit -= buffer.Length - before;
        }

        EndRow(buffer, ref row, rows);
        var keepFrom = _oldest != None ? _sequences[_oldest] : _rewriteAll ? _nextSequence : 0;
        _cutDeleteBelow = _rows.Count > 0 && _rows.Peek().Sequence < keepFrom ? keepFrom : 0;
    }

    /// <summary>Puts the deletion of dead rows into a batch; the rows are added by the owner once the buffer stands still.</summary>
    public void AddTo(CommitBatch batch)
    {
        if (_cutDeleteBelow > 0) batch.DeleteState.Add((Stage, _cutDeleteBelow));
    }

    public StateRow Row(long sequence, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<int> keys) =>
        new(Stage, sequence, state.FormatVersion, bytes) { Keys = keys };

    public void Committed()
    {
        foreach (var row in _cutRows)
        {
            _rows.Enqueue(row);
            _logBytes += row.Bytes;
        }

        while (_rows.Count > 0 && _rows.Peek().Sequence < _cutDeleteBelow) _logBytes -= _rows.Dequeue().Bytes;
        _rewriteAll = false;
        EndCut();
    }

    /// <summary>The units are marked dirty at the next cut, under closed gates.</summary>
    public void Failed()
    {
        _failedUnits.AddRange(_cutUnits);
        EndCut();
    }

    void EndCut()
    {
        _cutRows.Clear();
        _cutUnits.Clear();
        _cutDeleteBelow = 0;
    }

    void MarkFailed()
    {
        if (_failedUnits.Count == 0) return;
        state.MarkDirty(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_failedUnits));
        _failedUnits.Clear();
    }

    bool NeedsCleaning(long cutBytes)
    {
        if (_rewriteAll) return true;
        return _credit > 0 && _logBytes + cutBytes > Math.Max(MinimumBytes, 2 * _liveBytes);
    }

    void Append(int unit, StateBuffer buffer, ref int rowStart, List<CutRow> rows)
    {
        _entry.Clear();
        state.WriteUnit(unit, _entry);
        if (_entry.Length == 0)
        {
            Unlink(unit);
            return;
        }

        if (buffer.Length > rowStart && buffer.Length - rowStart + _entry.Length > RowBytes) EndRow(buffer, ref rowStart, rows);
        buffer.AppendBlob(_entry.Bytes);
        buffer.AppendKey(KeyOf(unit));
        _cutUnits.Add(unit);
        Place(unit, _nextSequence, _entry.Length);
    }

    void EndRow(StateBuffer buffer, ref int rowStart, List<CutRow> rows)
    {
        var length = buffer.Length - rowStart;
        if (length == 0) return;
        rows.Add(new CutRow(this, _nextSequence, rowStart, length, _rowKeys, buffer.Keys - _rowKeys));
        _rowKeys = buffer.Keys;
        _cutRows.Add((_nextSequence, length));
        _nextSequence++;
        rowStart = buffer.Length;
    }

    // A key is a unit until its removal: what comes under the same number later may have other labels, and must not stand for the removal.
    int KeyOf(int unit)
    {
        if (_keys[unit] == 0) _keys[unit] = ++_lastKey;
        var key = _keys[unit];
        if (state.WritesRemoval(unit)) _keys[unit] = 0;
        return key;
    }

    // Makes the unit the newest.
    void Place(int unit, long sequence, int entryBytes)
    {
        var size = entryBytes + StateEntries.VarintBytes((uint)entryBytes);
        _liveBytes += size - _sizes[unit];
        (_sizes[unit], _sequences[unit]) = (size, sequence);
        if (_newest == unit) return;
        Detach(unit);
        (_older[unit], _newer[unit]) = (_newest, None);
        if (_newest != None) _newer[_newest] = unit;
        _newest = unit;
        if (_oldest == None) _oldest = unit;
    }

    // A free number has no entry worth keeping.
    void Unlink(int unit)
    {
        _liveBytes -= _sizes[unit];
        (_sizes[unit], _sequences[unit], _keys[unit]) = (0, -1, 0);
        Detach(unit);
    }

    void Detach(int unit)
    {
        var (older, newer) = (_older[unit], _newer[unit]);
        if (older != None) _newer[older] = newer;
        if (newer != None) _older[newer] = older;
        if (_oldest == unit) _oldest = newer;
        if (_newest == unit) _newest = older;
        (_older[unit], _newer[unit]) = (None, None);
    }

    void Grow()
    {
        var count = state.UnitCount;
        if (count > _sequences.Length)
        {
            var capacity = Math.Max(count, Math.Max(16, 2 * _sequences.Length));
            Array.Resize(ref _sequences, capacity);
            Array.Resize(ref _sizes, capacity);
            Array.Resize(ref _keys, capacity);
            Array.Resize(ref _older, capacity);
            Array.Resize(ref _newer, capacity);
        }

        for (; _count < count; _count++) (_sequences[_count], _older[_count], _newer[_count]) = (-1, None, None);
    }
}
