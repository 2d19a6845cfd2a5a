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
