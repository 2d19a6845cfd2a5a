using System.Buffers.Binary;

namespace EdgeAgent.Storage;

/// <summary>The table <c>pending</c>: records of commits one behind the other over rows of a page each,
/// written anew from the front after each apply.</summary>
/// <remarks>
/// <para>Row 0: crc u32 over its number, number of the last record that the tables hold i64. Rows 1 and up, 4,056 bytes that fill their
/// page: crc u32 over the row's number and the rest, then the stream. A record in the stream: length u32, crc u32 over number and bytes,
/// number u64, bytes. Numbers rise by one for ever, so that what an earlier round left behind the last record is not taken for one;
/// behind the last record its row is zero.</para>
/// <para>A commit changes the pages its record lies on and nothing else: rows keep their size. Written inside the transaction of a commit.
/// Commit thread.</para>
/// </remarks>
sealed class PendingLog
{
    /// <summary>Bytes of a row.</summary>
    public const int SlotBytes = 4056;

    /// <summary>Bytes of row 0.</summary>
    public const int MarkBytes = CrcBytes + 8;

    /// <summary>More rows there never are.</summary>
    public const int MostSlots = 1 << 16;

    const int CrcBytes = 4;
    const int DataBytes = SlotBytes - CrcBytes;
    const int HeaderBytes = 16;

    readonly Statement _put;
    readonly int _slots;
    readonly byte[] _slot = new byte[SlotBytes];
    readonly byte[] _slotBefore = new byte[SlotBytes];
    readonly byte[] _header = new byte[HeaderBytes];
    (int Slot, int At) _end = (1, 0);
    (int Slot, int At)? _endBefore; // while a transaction changes it

    public PendingLog(Database database, long maxBytes)
    {
        _slots = (int)Math.Clamp(maxBytes / Database.PageBytes, 16, MostSlots - 1);
        _put = database.Prepare("INSERT INTO pending(id, bytes) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET bytes = excluded.bytes"u8);
    }

    /// <summary>Puts the first row 0 into a new table.</summary>
    public static string Begin => $"INSERT INTO pending(id, bytes) VALUES(0, x'{Convert.ToHexString(Mark(0))}');";

    /// <summary>Number of the last record.</summary>
    public long Last { get; private set; }

    /// <summary>Bytes of the stream in use.</summary>
    public long UsedBytes => (_end.Slot - 1L) * DataBytes + _end.At;

    /// <summary>Bytes of the stream there can be.</summary>
    public long MaxBytes => (long)_slots * DataBytes;

    /// <summary>Whether a record of so many bytes has room.</summary>
    public bool HasRoom(long bytes) => UsedBytes + HeaderBytes + bytes <= MaxBytes;

    /// <summary>Reads the records the tables do not hold, in order.</summary>
    /// <exception cref="DatabaseException">A row or a record fails its checksum.</exception>
    public void Load(Database database, Func<ReadOnlySpan<byte>, bool> take)
    {
        var rows = new List<byte[]>();
        using (var all = database.Prepare("SELECT id, bytes FROM pending ORDER BY id"u8))
        {
            while (all.Step())
            {
                if (all.Long(0) is < 0 or >= MostSlots) throw DatabaseException.Damage("a row of pending commits has an impossible number");
                while (rows.Count < all.Long(0)) rows.Add([]);
                rows.Add(all.Blob(1).ToArray());
            }
        }

        if (!TryRead(rows, out var end, take, out var last, out var why)) throw DatabaseException.Damage(why);
        (Last, _end) = (last, end);
        Array.Clear(_slot);
        if (_end.Slot < rows.Count) rows[_end.Slot].AsSpan(0, CrcBytes + _end.At).CopyTo(_slot);
    }

    /// <summary>Reads records from the rows of a table, row 0 first; takes those that are whole up to the first that is not.</summary>
    /// <param name="rows">Row by number; empty for a missing one.</param>
    /// <param name="end">Row and offset behind the last record.</param>
    /// <param name="take">Takes a record; false when it is none.</param>
    /// <param name="last">Number of the last record taken.</param>
    /// <param name="why">What is wrong, when something is.</param>
    /// <returns>Whether all that should be there is.</returns>
    public static bool TryRead(List<byte[]> rows, out (int Slot, int At) end, Func<ReadOnlySpan<byte>, bool> take, out long last,
        out string why)
    {
        (last, why, end) = (0, "", (1, 0));
        if (rows.Count == 0 || rows[0].Length != MarkBytes || !IsWhole(0, rows[0]))
        {
            why = "the mark of pending commits is missing or fails its checksum";
            return false;
        }

        last = BinaryPrimitives.ReadInt64LittleEndian(rows[0].AsSpan(CrcBytes));

        var good = 1;
        while (good < rows.Count && rows[good].Length == SlotBytes && IsWhole(good, rows[good])) good++;
        var stream = new byte[(good - 1) * DataBytes];
        for (var i = 1; i < good; i++) rows[i].AsSpan(CrcBytes).CopyTo(stream.AsSpan((i - 1) * DataBytes));
        var endsBadly = good < rows.Count;
        var at = 0;
        while (true)
        {
            end = (at / DataBytes + 1, at % DataBytes);
            var rest = stream.AsSpan(at);
            if (rest.Length < HeaderBytes)
            {
                why = endsBadly ? $"row {good} of pending commits fails its checksum" : "";
                return !endsBadly;
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            if (length == 0 || BinaryPrimitives.ReadInt64LittleEndian(rest[8..]) != last + 1) return true;
            if (length > rest.Length - HeaderBytes
                || BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]) != RecordCrc(last + 1, rest.Slice(HeaderBytes, (int)length))
                || !take(rest.Slice(HeaderBytes, (int)length)))
            {
                why = $"pending commit {last + 1} fails its checksum";
                return false;
            }

            last++;
            at += HeaderBytes + (int)length;
        }
    }

    /// <summary>Appends a record, inside a transaction.</summary>
    public void Append(ReadOnlySpan<byte> record)
    {
        Remember();
        BinaryPrimitives.WriteUInt32LittleEndian(_header, (uint)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_header.AsSpan(4), RecordCrc(Last + 1, record));
        BinaryPrimitives.WriteInt64LittleEndian(_header.AsSpan(8), Last + 1);
        Write(_header);
        Write(record);
        if (_end.At > 0) PutSlot();
    }

    /// <summary>The tables hold all records: the next begins at the front. Inside a transaction.</summary>
    public void Restart()
    {
        Remember();
        _put.Bind(1, 0).Bind(2, Mark(Last)).Run();
        _end = (1, 0);
        Array.Clear(_slot);
    }

    /// <summary>The record is durable.</summary>
    public void Appended() => (Last, _endBefore) = (Last + 1, null);

    /// <summary>The new beginning is durable.</summary>
    public void Restarted() => _endBefore = null;

    /// <summary>The transaction failed.</summary>
    public void Rollback()
    {
        if (_endBefore is not { } before) return;
        (_end, _endBefore) = (before, null);
        _slotBefore.CopyTo(_slot, 0);
    }

    void Remember()
    {
        _endBefore = _end;
        _slot.CopyTo(_slotBefore, 0);
    }

    void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var take = Math.Min(bytes.Length, DataBytes - _end.At);
            bytes[..take].CopyTo(_slot.AsSpan(CrcBytes + _end.At));
            bytes = bytes[take..];
            _end.At += take;
            if (_end.At < DataBytes) continue;
            PutSlot();
            Array.Clear(_slot);
            _end = (_end.Slot + 1, 0);
        }
    }

    void PutSlot()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_slot, SlotCrc(_end.Slot, _slot.AsSpan(CrcBytes)));
        _put.Bind(1, _end.Slot).Bind(2, _slot).Run();
    }

    /// <summary>Whether a row has a right checksum.</summary>
    public static bool IsWhole(long id, ReadOnlySpan<byte> row) =>
        row.Length >= CrcBytes && BinaryPrimitives.ReadUInt32LittleEndian(row) == SlotCrc(id, row[CrcBytes..]);

    static byte[] Mark(long last)
    {
        var mark = new byte[MarkBytes];
        BinaryPrimitives.WriteInt64LittleEndian(mark.AsSpan(CrcBytes), last);
        BinaryPrimitives.WriteUInt32LittleEndian(mark, SlotCrc(0, mark.AsSpan(CrcBytes)));
        return mark;
    }

    static uint SlotCrc(long id, ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32C();
        crc.Add(id);
        crc.Add(bytes);
        return crc.Value;
    }

    static uint RecordCrc(long number, ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32C();
        crc.Add(number);
        crc.Add(bytes);
        return crc.Value;
    }
}
