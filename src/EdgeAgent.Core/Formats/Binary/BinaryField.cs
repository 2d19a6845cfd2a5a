using System.Buffers.Binary;

namespace EdgeAgent.Core.Formats.Binary;

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

    /// <summary>From the raw to the physical value.</summary>
    public LinearScale Scale { get; init; } = LinearScale.One;

    /// <summary>Lowest valid physical value.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Highest valid physical value.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Puts the value in <paramref name="bytes"/>, which reach to the field's end, into a place; absent outside the
    /// bounds.</summary>
    internal void Read(ReadOnlySpan<byte> bytes, ref PayloadValue place)
    {
        var value = Scale.Of(Raw(bytes.Slice(Offset, SizeBytes)));
        if (value >= Min && value <= Max && double.IsFinite(value)) place.SetDouble(value);
        else place.Kind = ValueKind.Absent;
    }

    double Raw(ReadOnlySpan<byte> bytes)
    {
        var raw = 0UL;
        if (bytes.Length == 4)
            raw = BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        else if (bytes.Length == 2)
            raw = BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        else
            for (var i = 0; i < bytes.Length; i++) raw = raw << 8 | bytes[BigEndian ? i : bytes.Length - 1 - i];
        if (FirstBit is { } first) return (raw >> first) & (BitCount >= 64 ? ulong.MaxValue : (1UL << BitCount) - 1);
        var unused = 64 - 8 * bytes.Length;
        return Type switch
        {
            BinaryType.F32 => BitConverter.UInt32BitsToSingle((uint)raw),
            BinaryType.F64 => BitConverter.UInt64BitsToDouble(raw),
            BinaryType.I8 or BinaryType.I16 or BinaryType.I24 or BinaryType.I32 or BinaryType.I64 => (long)(raw << unused) >> unused,
            _ => raw,
        };
    }

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
