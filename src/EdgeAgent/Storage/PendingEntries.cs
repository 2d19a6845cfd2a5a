namespace EdgeAgent.Storage;

/// <summary>Waiting entries of all units of one stage, in memory that is used again after each apply.</summary>
/// <remarks>
/// Entries live for many commits and then all die at once: as objects of their own they would fill the old generation with garbage. So
/// they lie in chunks. An entry that grows takes new space and leaves its old to <see cref="Clear"/>. Commit thread.
/// </remarks>
sealed class PendingEntries
{
    const int ChunkBytes = 32 << 10;
    const int Spare = 8; // a larger entry takes an eighth more than it needs
    const int MostKept = 1 << 14;

    readonly List<byte[]> _chunks = [];
    Entry[] _entries = [];
    int[] _order = [];
    Comparison? _comparison;
    int _chunk;
    int _used;

    /// <summary>Entries.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of the entries.</summary>
    public long Bytes { get; private set; }

    /// <summary>One entry: where it lies, and what it belongs to.</summary>
    public struct Entry
    {
        /// <summary>Sequence of the state row it belongs to.</summary>
        public long Sequence;

        /// <summary>The record that was last written with this entry as its base: a second entry of the same record is
        /// written whole.</summary>
        public long BaseOf;

        /// <summary>Version of the entry.</summary>
        public int FormatVersion;

        internal int Chunk, At, Length, Capacity;
    }

    /// <summary>An entry by its place; valid until the next <see cref="Add"/>.</summary>
    public ref Entry this[int index] => ref _entries[index];

    /// <summary>The bytes of an entry; valid until it is set again.</summary>
    public ReadOnlySpan<byte> BytesOf(int index) => Span(_entries[index]);

    /// <summary>A new entry without bytes; gives its place.</summary>
    public int Add()
    {
        if (Count == _entries.Length) Array.Resize(ref _entries, Math.Max(64, 2 * Count));
        _entries[Count] = default;
        return Count++;
    }

    /// <summary>Sets the bytes of an entry.</summary>
    public void Set(int index, ReadOnlySpan<byte> bytes)
    {
        ref var entry = ref _entries[index];
        Bytes += bytes.Length - entry.Length;
        if (bytes.Length > entry.Capacity) Take(ref entry, bytes.Length + (entry.Capacity > 0 ? bytes.Length / Spare : 0));
        entry.Length = bytes.Length;
        bytes.CopyTo(_chunks[entry.Chunk].AsSpan(entry.At));
    }

    /// <summary>Places of all entries by sequence, version and age; valid until the next call.</summary>
    public ReadOnlySpan<int> InOrder()
    {
        if (_order.Length < Count) _order = new int[_entries.Length];
        var order = _order.AsSpan(0, Count);
        for (var i = 0; i < Count; i++) order[i] = i;
        order.Sort(_comparison ??= new Comparison(this));
        return order;
    }

    /// <summary>Forgets all; keeps ordinary memory.</summary>
    public void Clear()
    {
        (Count, Bytes, _chunk, _used) = (0, 0, 0, 0);
        _chunks.RemoveAll(static chunk => chunk.Length > ChunkBytes);
        if (_entries.Length > MostKept) (_entries, _order) = ([], []);
    }

    Span<byte> Span(in Entry entry) => entry.Length == 0 ? [] : _chunks[entry.Chunk].AsSpan(entry.At, entry.Length);

    void Take(ref Entry entry, int bytes)
    {
        if (bytes > ChunkBytes)
        {
            // Of its own, behind those that are used again.
            _chunks.Add(new byte[bytes]);
            (entry.Chunk, entry.At, entry.Capacity) = (_chunks.Count - 1, 0, bytes);
            return;
        }

        while (_chunk < _chunks.Count && (_chunks[_chunk].Length != ChunkBytes || _used + bytes > ChunkBytes))
            (_chunk, _used) = (_chunk + 1, 0);
        if (_chunk == _chunks.Count) _chunks.Add(new byte[ChunkBytes]);
        (entry.Chunk, entry.At, entry.Capacity) = (_chunk, _used, bytes);
        _used += bytes;
    }

    sealed class Comparison(PendingEntries entries) : IComparer<int>
    {
        public int Compare(int a, int b)
        {
            ref readonly var first = ref entries._entries[a];
            ref readonly var second = ref entries._entries[b];
            if (first.Sequence != second.Sequence) return first.Sequence.CompareTo(second.Sequence);
            return first.FormatVersion != second.FormatVersion ? first.FormatVersion.CompareTo(second.FormatVersion) : a.CompareTo(b);
        }
    }
}
