using System.Buffers.Binary;

namespace EdgeAgent.Core.Records;

/// <summary>Walks the records of a segment in the format of <see cref="LaneBuffer"/>.</summary>
/// <remarks>Spans point into the segment. A malformed segment ends the walk with <see cref="IsDamaged"/> set; never throws.</remarks>
public ref struct RecordReader(ReadOnlySpan<byte> segment)
{
    ReadOnlySpan<byte> _rest = segment;

    /// <summary>True when the walk ended because the bytes are not well-formed.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Kind of the current record.</summary>
    public RecordKind Kind { get; private set; }

    /// <summary>Time of the current record [ns since the Unix epoch].</summary>
    public long TimeNs { get; private set; }

    /// <summary>Topic of the current record, UTF-8.</summary>
    public ReadOnlySpan<byte> Topic { get; private set; }

    /// <summary>Key of the current record, UTF-8; empty when there is none, see <see cref="HasKey"/>.</summary>
    public ReadOnlySpan<byte> Key { get; private set; }

    /// <summary>Whether the current record has a key.</summary>
    public bool HasKey { get; private set; }

    /// <summary>Identity of the current record (<c>ce_id</c>), UTF-8.</summary>
    public ReadOnlySpan<byte> Id { get; private set; }

    /// <summary>Payload of the current record, JSON.</summary>
    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>Moves to the next record; false at the end or at damage.</summary>
    public bool Read()
    {
        if (_rest.IsEmpty) return false;
        if (_rest.Length < 4) return Damaged();
        var size = BinaryPrimitives.ReadUInt32LittleEndian(_rest);
        if (size > (uint)(_rest.Length - 4)) return Damaged();
        var record = _rest.Slice(4, (int)size);
        if (record.Length < 9) return Damaged();
        Kind = (RecordKind)record[0];
        TimeNs = BinaryPrimitives.ReadInt64LittleEndian(record[1..]);
        record = record[9..];
        Topic = Take(ref record, out var damaged, out _);
        if (damaged) return Damaged();
        Key = Take(ref record, out damaged, out var hasKey);
        HasKey = hasKey;
        if (damaged) return Damaged();
        Id = Take(ref record, out damaged, out _);
        if (damaged || record.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(record) != (uint)(record.Length - 4)) return Damaged();
        Payload = record[4..];
        _rest = _rest[(4 + (int)size)..];
        return true;
    }

    bool Damaged()
    {
        IsDamaged = true;
        _rest = default;
        return false;
    }

    static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> from, out bool damaged, out bool present)
    {
        var n = from.Length < 2 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(from);
        present = n != ushort.MaxValue;
        var length = present ? n : 0;
        damaged = length + 2 > from.Length;
        if (damaged) return default;
        var text = from.Slice(2, length);
        from = from[(2 + length)..];
        return text;
    }
}
