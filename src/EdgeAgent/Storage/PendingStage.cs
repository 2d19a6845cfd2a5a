using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <summary>What waits of one stage: its newest entries unit by unit, rows that are not to be taken apart,
/// and what of the table is deleted.</summary>
sealed class PendingStage(string name)
{
    readonly SortedDictionary<long, (int FormatVersion, byte[] Bytes)> _rows = [];
    readonly PendingEntries _entries = new();
    readonly Dictionary<int, int> _places = []; // by key
    readonly StateWriter _row = new();

    /// <summary>Name of the stage.</summary>
    public string Name { get; } = name;

    /// <summary>Its number in the records since the last apply.</summary>
    public int Index { get; private set; }

    /// <summary>Rows below this sequence are deleted, in the table and here.</summary>
    public long DeleteBelow { get; private set; }

    /// <summary>Sequence of the last row that waits; −1 for none.</summary>
    public long LastSequence { get; private set; } = -1;

    /// <summary>Bytes an apply would write at most, of rows that came whole.</summary>
    public long RowBytes { get; private set; }

    /// <summary>The same, of entries that are replaced by later ones.</summary>
    public long EntryBytes => _entries.Bytes;

    /// <summary>The entries; some may be below <see cref="DeleteBelow"/>.</summary>
    public PendingEntries Entries => _entries;

    /// <summary>Begins with nothing that waits; keeps its memory.</summary>
    public void Begin(int index)
    {
        _rows.Clear();
        _entries.Clear();
        _places.Clear();
        (Index, DeleteBelow, LastSequence, RowBytes) = (index, 0, -1, 0);
    }

    /// <summary>Place of the waiting entry of a unit; −1 when there is none.</summary>
    public int Find(int key) => _places.TryGetValue(key, out var place) ? place : -1;

    /// <summary>Takes the next entry of a unit.</summary>
    public void Put(int key, long sequence, int formatVersion, ReadOnlySpan<byte> bytes)
    {
        if (!_places.TryGetValue(key, out var place)) _places.Add(key, place = _entries.Add());
        _entries.Set(place, bytes);
        ref var entry = ref _entries[place];
        (entry.Sequence, entry.FormatVersion) = (sequence, formatVersion);
        LastSequence = sequence;
    }

    /// <summary>Takes a whole row.</summary>
    public void Put(long sequence, int formatVersion, ReadOnlySpan<byte> row)
    {
        _rows[sequence] = (formatVersion, row.ToArray());
        RowBytes += row.Length + Segments.OverheadBytes;
        LastSequence = sequence;
    }

    /// <summary>Rows below <paramref name="sequence"/> are deleted.</summary>
    public void Delete(long sequence)
    {
        DeleteBelow = Math.Max(DeleteBelow, sequence);
        while (_rows.Count > 0 && _rows.First() is var (first, row) && first < DeleteBelow)
        {
            _rows.Remove(first);
            RowBytes -= row.Bytes.Length + Segments.OverheadBytes;
        }
    }

    /// <summary>Keys of entries that come from now on have nothing to do with those so far.</summary>
    public void EndLife() => _places.Clear();

    /// <summary>The rows an apply writes, by sequence: of each unit its newest entry, in the row it came in.</summary>
    /// <param name="take">Takes a row, whose bytes are its only until it returns.</param>
    public void WriteRows(Action<StateRow> take)
    {
        using var whole = _rows.GetEnumerator();
        var hasWhole = whole.MoveNext();
        var order = _entries.InOrder();
        for (var i = 0; i < order.Length;)
        {
            ref readonly var first = ref _entries[order[i]];
            _row.Clear();
            for (; i < order.Length && _entries[order[i]] is var next && next.Sequence == first.Sequence
                && next.FormatVersion == first.FormatVersion; i++)
                _row.Blob(_entries.BytesOf(order[i]));
            if (first.Sequence < DeleteBelow) continue;
            for (; hasWhole && whole.Current.Key < first.Sequence; hasWhole = whole.MoveNext()) take(Whole(whole.Current));
            take(new StateRow(Name, first.Sequence, first.FormatVersion, _row.Memory));
        }

        for (; hasWhole; hasWhole = whole.MoveNext()) take(Whole(whole.Current));
    }

    /// <summary>The same rows, to keep.</summary>
    public List<StateRow> Rows()
    {
        var rows = new List<StateRow>();
        WriteRows(row => rows.Add(row with { Bytes = row.Bytes.ToArray() }));
        return rows;
    }

    StateRow Whole(KeyValuePair<long, (int FormatVersion, byte[] Bytes)> row) =>
        new(Name, row.Key, row.Value.FormatVersion, row.Value.Bytes);
}
