using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <summary>What waits of one stage: its newest entries unit by unit, rows that are not to be taken apart,
/// and what of the table is deleted.</summary>
sealed class PendingStage(string name, int index)
{
    readonly SortedDictionary<long, (int FormatVersion, byte[] Bytes)> _rows = [];
    readonly List<PendingEntry> _kept = [];
    readonly Dictionary<int, PendingEntry> _entries = [];

    /// <summary>Name of the stage.</summary>
    public string Name { get; } = name;

    /// <summary>Its number in the records since the last apply.</summary>
    public int Index { get; } = index;

    /// <summary>Rows below this sequence are deleted, in the table and here.</summary>
    public long DeleteBelow { get; private set; }

    /// <summary>Sequence of the last row that waits; −1 for none.</summary>
    public long LastSequence { get; private set; } = -1;

    /// <summary>Bytes an apply would write at most, of rows that came whole.</summary>
    public long RowBytes { get; private set; }

    /// <summary>The same, of entries that are replaced by later ones.</summary>
    public long EntryBytes { get; private set; }

    /// <summary>The waiting entry of a unit; null when there is none.</summary>
    public PendingEntry? Find(int key) => _entries.GetValueOrDefault(key);

    /// <summary>Takes the next entry of a unit.</summary>
    public void Put(int key, long sequence, int formatVersion, ReadOnlySpan<byte> entry)
    {
        if (!_entries.TryGetValue(key, out var waiting)) _entries.Add(key, waiting = new PendingEntry());
        EntryBytes += entry.Length - waiting.Bytes.Length;
        waiting.Set(entry);
        (waiting.Sequence, waiting.FormatVersion) = (sequence, formatVersion);
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
    public void EndLife()
    {
        _kept.AddRange(_entries.Values);
        _entries.Clear();
    }

    /// <summary>The rows an apply writes, by sequence: of each unit its newest entry, in the row it came in.</summary>
    public List<StateRow> Rows()
    {
        var rows = new List<StateRow>(_rows.Count);
        foreach (var (sequence, (version, bytes)) in _rows) rows.Add(new StateRow(Name, sequence, version, bytes));
        var buffer = new StateWriter();
        foreach (var entries in _kept.Concat(_entries.Values).Where(e => e.Sequence >= DeleteBelow)
            .GroupBy(e => (e.Sequence, e.FormatVersion)))
        {
            buffer.Clear();
            foreach (var entry in entries) buffer.Blob(entry.Bytes);
            rows.Add(new StateRow(Name, entries.Key.Sequence, entries.Key.FormatVersion, buffer.Bytes.ToArray()));
        }

        rows.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        return rows;
    }
}
