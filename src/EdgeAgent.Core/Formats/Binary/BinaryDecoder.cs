using System.Buffers.Binary;

namespace EdgeAgent.Core.Formats.Binary;

/// <summary>Type of a binary field.</summary>
public enum BinaryType : byte
{
    /// <summary>Unsigned, 1 byte.</summary>
    U8,

    /// <summary>Two's complement, 1 byte.</summary>
    I8,

    /// <summary>Unsigned, 2 bytes.</summary>
    U16,

    /// <summary>Two's complement, 2 bytes.</summary>
    I16,

    /// <summary>Unsigned, 3 bytes.</summary>
    U24,

    /// <summary>Two's complement, 3 bytes.</summary>
    I24,

    /// <summary>Unsigned, 4 bytes.</summary>
    U32,

    /// <summary>Two's complement, 4 bytes.</summary>
    I32,

    /// <summary>Unsigned, 8 bytes; above 2^53 the nearest double.</summary>
    U64,

    /// <summary>Two's complement, 8 bytes.</summary>
    I64,

    /// <summary>IEEE 754 single.</summary>
    F32,

    /// <summary>IEEE 754 double.</summary>
    F64,
}

/// <summary>One field of a binary frame.</summary>
public sealed record BinaryField
{
    /// <summary>Value of the <c>metric</c> label.</summary>
    public required string Metric { get; init; }

    /// <summary>First byte in the payload.</summary>
    public required int Offset { get; init; }

    /// <summary>Type.</summary>
    public BinaryType Type { get; init; }

    /// <summary>Byte order.</summary>
    public bool BigEndian { get; init; } = true;

    /// <summary>First bit of a bit field, 0 the lowest; null for the whole value. Integers only.</summary>
    public int? FirstBit { get; init; }

    /// <summary>Bits of a bit field.</summary>
    public int BitCount { get; init; } = 1;

    /// <summary>Factor from the raw to the physical value.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Added after scaling.</summary>
    public double Add { get; init; }

    /// <summary>Lowest valid physical value.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Highest valid physical value.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Bytes of the field.</summary>
    public int SizeBytes => Type switch
    {
        BinaryType.U8 or BinaryType.I8 => 1,
        BinaryType.U16 or BinaryType.I16 => 2,
        BinaryType.U24 or BinaryType.I24 => 3,
        BinaryType.U32 or BinaryType.I32 or BinaryType.F32 => 4,
        _ => 8,
    };
}

/// <summary>Reads fields at fixed offsets.</summary>
public sealed class BinaryDecoder : ILineDecoder
{
    readonly BinaryField[] _fields;
    readonly int _leastBytes;

    /// <summary>A decoder of <paramref name="fields"/>.</summary>
    public BinaryDecoder(IReadOnlyList<BinaryField> fields)
    {
        _fields = [.. fields];
        _leastBytes = _fields.Length == 0 ? 0 : _fields.Max(f => f.Offset + f.SizeBytes);
        Metrics = [.. fields.Select(f => f.Metric)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Metrics { get; }

    /// <inheritdoc/>
    public LineStatus Decode(ReadOnlySpan<byte> payload, long arrivalNs, Span<double> values, out long timeNs)
    {
        timeNs = arrivalNs;
        if (payload.Length < _leastBytes) return LineStatus.Truncated;
        for (var i = 0; i < _fields.Length; i++)
        {
            var field = _fields[i];
            var value = Read(field, payload.Slice(field.Offset, field.SizeBytes)) * field.Scale + field.Add;
            values[i] = value >= field.Min && value <= field.Max && double.IsFinite(value) ? value : double.NaN;
        }

        return LineStatus.Ok;
    }

    static double Read(BinaryField field, ReadOnlySpan<byte> bytes)
    {
        var raw = 0UL;
        if (bytes.Length == 4) raw = field.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        else if (bytes.Length == 2) raw = field.BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        else
            for (var i = 0; i < bytes.Length; i++) raw = raw << 8 | bytes[field.BigEndian ? i : bytes.Length - 1 - i];
        if (field.FirstBit is { } first) return (raw >> first) & (field.BitCount >= 64 ? ulong.MaxValue : (1UL << field.BitCount) - 1);
        var unused = 64 - 8 * bytes.Length;
        return field.Type switch
        {
            BinaryType.F32 => BitConverter.UInt32BitsToSingle((uint)raw),
            BinaryType.F64 => BitConverter.UInt64BitsToDouble(raw),
            BinaryType.I8 or BinaryType.I16 or BinaryType.I24 or BinaryType.I32 or BinaryType.I64 => (long)(raw << unused) >> unused,
            _ => raw,
        };
    }
}
