using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Storage;

/// <summary>One row of a damaged database: the integer key, and the other columns as they lie in the file.</summary>
/// <param name="Key">The row's integer key.</param>
/// <param name="Columns">The columns; null, <see cref="long"/> or bytes. The first is the key's and null.</param>
/// <param name="At">Where it lies, to read it again.</param>
sealed record DamagedRow(long Key, object?[] Columns, DamagedRow.Place At)
{
    /// <summary>Page and offset of a cell.</summary>
    public readonly record struct Place(uint Page, int Cell);

    public long Long(int column) => Columns[column] is long value ? value : 0;

    public byte[] Blob(int column) => Columns[column] as byte[] ?? [];

    public string Text(int column) => Encoding.UTF8.GetString(Blob(column));
}

/// <summary>Reads a database file page by page, so that what is damaged costs its own rows and no others.</summary>
/// <remarks>
/// <para>SQLite ends a walk at the first page that is malformed, and opens no file whose first page is. Here every leaf is read by itself:
/// first those the tree of a table still leads to, then those nothing leads to any more (a page above them is damaged) and which are
/// not free. Whether a row is whole its checksum says, never this class. Source: sqlite.org/fileformat2.html §1.5–1.6, §2.1, §4.</para>
/// <para>Relies on what <see cref="Schema"/> fixes: 4 KiB pages, no reserved bytes, no indexes, tables created in one go and never dropped,
/// so that the roots of all but the last are pages 2 to 8. Frames of the WAL count as far as their checksums hold and up to the
/// last commit. Never throws on content.</para>
/// </remarks>
sealed class DamagedFile : IDisposable
{
    const int Page = Database.PageBytes;
    const int MaxLocal = Page - 35;
    const int MinLocal = (Page - 12) * 32 / 255 - 23;
    const int MaxRowBytes = 1 << 26;
    const byte Leaf = 0x0D, Interior = 0x05;

    readonly FileStream _file;
    readonly FileStream? _wal;
    readonly Dictionary<uint, long> _newer = [];
    readonly HashSet<uint> _seen = [1];
    uint _pages;

    /// <summary>Opens <paramref name="path"/> and the WAL beside it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public DamagedFile(string path)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        _pages = (uint)(_file.Length / Page);
        if (!File.Exists(path + "-wal")) return;
        _wal = new FileStream(path + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        ReadWal(_wal);
    }

    /// <summary>Pages in use that hold neither rows nor a way to them, and cells that are no row.</summary>
    public long Unreadable { get; private set; }

    /// <summary>The rows a table's tree leads to. A row's columns may be anything.</summary>
    /// <param name="root">Page of the table's root.</param>
    public IEnumerable<DamagedRow> Table(uint root)
    {
        var left = new Stack<uint>([root]);
        while (left.TryPop(out var number))
        {
            if (number == 0 || !_seen.Add(number)) continue;
            if (Read(number) is not { } page || page[0] is not (Leaf or Interior))
            {
                Unreadable++;
                continue;
            }

            if (page[0] == Leaf)
            {
                foreach (var row in Rows(number, page)) yield return row;
                continue;
            }

            // Left to right: the last one in is the first one out.
            left.Push(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(8)));
            var cells = Cells(page, 12);
            for (var i = cells.Count - 1; i >= 0; i--)
                if (cells[i] + 4 <= Page) left.Push(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(cells[i])));
        }
    }

    /// <summary>The root page of a table by its name; 0 when the first page does not say.</summary>
    public uint RootOf(string table)
    {
        const int Header = 100;
        if (Read(1) is not { } page || page[Header] != Leaf) return 0;
        var count = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(Header + 3));
        for (var i = 0; i < count && Header + 10 + 2 * i <= Page; i++)
        {
            var cell = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(Header + 8 + 2 * i));
            if (Row(1, page, cell) is { Columns.Length: 5 } row && row.Text(1) == table
                && row.Long(3) is > 1 and <= uint.MaxValue and var root) return (uint)root;
        }

        return 0;
    }

    /// <summary>The rows of leaves that no tree read so far leads to and that are not free. Call it after the tables.</summary>
    /// <remarks>Nothing when the list of free pages is damaged too: a row that was deleted must not come back.</remarks>
    public IEnumerable<DamagedRow> Strays()
    {
        if (!TakeFreePages()) yield break;
        for (var number = 2u; number <= _pages; number++)
        {
            if (_seen.Contains(number) || Read(number) is not { } page || page[0] != Leaf) continue;
            foreach (var row in Rows(number, page)) yield return row;
        }
    }

    /// <summary>Reads a row again; null when it cannot be read any more.</summary>
    public DamagedRow? Again(DamagedRow.Place place) => Read(place.Page) is { } page ? Row(place.Page, page, place.Cell) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _wal?.Dispose();
    }

    IEnumerable<DamagedRow> Rows(uint number, byte[] page)
    {
        foreach (var cell in Cells(page, 8))
        {
            if (Row(number, page, cell) is { } row) yield return row;
            else Unreadable++;
        }
    }

    static List<int> Cells(byte[] page, int header)
    {
        var count = BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(3));
        var cells = new List<int>();
        for (var i = 0; i < count && header + 2 * i + 2 <= Page; i++)
            cells.Add(BinaryPrimitives.ReadUInt16BigEndian(page.AsSpan(header + 2 * i)));
        return cells;
    }

    DamagedRow? Row(uint number, byte[] page, int at)
    {
        var place = new DamagedRow.Place(number, at);
        if (at < 8 || !TryVarint(page, ref at, out var size) || size is < 2 or > MaxRowBytes || !TryVarint(page, ref at, out var key))
            return null;
        var payload = new byte[Math.Min(size, (long)_pages * Page)];
        if (payload.Length < size) return null;
        var local = size <= MaxLocal ? (int)size : MinLocal + (int)((size - MinLocal) % (Page - 4));
        if (local > MaxLocal) local = MinLocal;
        if (at + local > Page) return null;
        page.AsSpan(at, local).CopyTo(payload);
        if (local < size)
        {
            if (at + local + 4 > Page) return null;
            var next = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(at + local));
            for (var filled = local; filled < size;)
            {
                if (next < 2 || Read(next) is not { } more) return null;
                _seen.Add(next);
                var take = Math.Min(Page - 4, (int)size - filled);
                more.AsSpan(4, take).CopyTo(payload.AsSpan(filled));
                filled += take;
                next = BinaryPrimitives.ReadUInt32BigEndian(more);
            }
        }

        return Columns(payload) is { } columns ? new DamagedRow(key, columns, place) : null;
    }

    static object?[]? Columns(byte[] payload)
    {
        var at = 0;
        if (!TryVarint(payload, ref at, out var header) || header > payload.Length) return null;
        var (columns, value) = (new List<object?>(), (int)header);
        while (at < header)
        {
            if (!TryVarint(payload, ref at, out var type) || type is < 0 or 7 or 10 or 11) return null;
            var length = type switch { 0 or 8 or 9 => 0, <= 4 => type, 5 => 6, 6 => 8, _ => (type - 12) / 2 };
            if (length > payload.Length - value) return null;
            var bytes = payload.AsSpan(value, (int)length);
            columns.Add(type switch { 0 => null, 8 => 0L, 9 => 1L, < 8 => Integer(bytes), _ => bytes.ToArray() });
            value += (int)length;
        }

        return [.. columns];
    }

    static long Integer(ReadOnlySpan<byte> bytes)
    {
        var value = (long)(sbyte)bytes[0];
        foreach (var b in bytes[1..]) value = value << 8 | b;
        return value;
    }

    static bool TryVarint(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        value = 0;
        for (var i = 0; i < 9 && at < bytes.Length; i++)
        {
            var b = bytes[at++];
            if (i == 8)
            {
                value = value << 8 | b;
                return true;
            }

            value = value << 7 | (b & 0x7Fu);
            if (b < 0x80) return true;
        }

        return false;
    }

    bool TakeFreePages()
    {
        if (Read(1) is not { } first) return false;
        var (trunk, expected, found) =
            (BinaryPrimitives.ReadUInt32BigEndian(first.AsSpan(32)), BinaryPrimitives.ReadUInt32BigEndian(first.AsSpan(36)), 0u);
        while (trunk != 0)
        {
            if (found > expected || Read(trunk) is not { } page) return false;
            _seen.Add(trunk);
            var leaves = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(4));
            if (leaves > Page / 4 - 2) return false;
            for (var i = 0; i < leaves; i++) _seen.Add(BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(8 + 4 * i)));
            found += 1 + leaves;
            trunk = BinaryPrimitives.ReadUInt32BigEndian(page);
        }

        return found == expected;
    }

    byte[]? Read(uint number)
    {
        var page = new byte[Page];
        var isNewer = _newer.TryGetValue(number, out var at);
        var from = isNewer ? _wal! : _file;
        if (!isNewer) at = (number - 1L) * Page;
        try
        {
            return number > 0 && RandomAccess.Read(from.SafeFileHandle, page, at) == Page ? page : null;
        }
        catch (IOException)
        {
            return null; // a bad sector costs its page
        }
    }

    void ReadWal(FileStream wal)
    {
        var header = new byte[WalIndex.HeaderBytes];
        if (wal.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length) return;
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        if (magic is not (0x377F0682 or 0x377F0683)) return;
        var (s0, s1) = (0u, 0u);
        Sum(header.AsSpan(0, 24), magic == 0x377F0683, ref s0, ref s1);
        if (BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(24)) != s0 || BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(28)) != s1)
            return;
        var frame = new byte[WalIndex.FrameBytes];
        var pending = new List<(uint Page, long At)>();
        for (var at = (long)header.Length; wal.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; at +=
            frame.Length)
        {
            Sum(frame.AsSpan(0, 8), magic == 0x377F0683, ref s0, ref s1);
            Sum(frame.AsSpan(24), magic == 0x377F0683, ref s0, ref s1);
            if (!frame.AsSpan(8, 8).SequenceEqual(header.AsSpan(16, 8)) || BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(16)) != s0
                || BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(20)) != s1) return;
            pending.Add((BinaryPrimitives.ReadUInt32BigEndian(frame), at + 24));
            if (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) is not (> 0 and var size)) continue;
            foreach (var (page, offset) in pending) _newer[page] = offset;
            pending.Clear();
            _pages = size;
        }
    }

    static void Sum(ReadOnlySpan<byte> bytes, bool isBigEndian, ref uint s0, ref uint s1)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            s0 += (isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes)) + s1;
            s1 += (isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]))
                + s0;
        }
    }
}
