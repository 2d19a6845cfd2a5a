using System.Buffers.Binary;

namespace EdgeAgent.Core.Formats.Protobuf;

/// <summary>Reads the fields of one protobuf message: number, wire type, and where the value is.</summary>
/// <remarks>Wire types: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes. Source: protobuf.dev, "Encoding".</remarks>
ref struct WireReader(ReadOnlySpan<byte> message, int at, int end)
{
    readonly ReadOnlySpan<byte> _message = message;

    /// <summary>Where the next field starts; after a failure where it broke.</summary>
    public int At = at;

    /// <summary>Number of the field read.</summary>
    public int Number;

    /// <summary>Its wire type.</summary>
    public int Type;

    /// <summary>Its bits; for wire type 2 nothing.</summary>
    public ulong Bits;

    /// <summary>Where its bytes start, for wire type 2.</summary>
    public int Start;

    /// <summary>Where they end.</summary>
    public int End;

    /// <summary>Reads the next field.</summary>
    /// <returns><see cref="BadReason.NotAsked"/> at the end.</returns>
    public BadReason Next()
    {
        if (At >= end) return BadReason.NotAsked;
        if (!TryVarint(out var key)) return BadReason.Truncated;
        (Number, Type) = ((int)Math.Min(key >> 3, int.MaxValue), (int)(key & 7));
        if (Number == 0) return BadReason.Malformed;
        return Value(Type);
    }

    /// <summary>Reads a value of a wire type, as it stands after its key or in a packed field.</summary>
    public BadReason Value(int type)
    {
        Type = type;
        switch (type)
        {
            case 0: return TryVarint(out Bits) ? BadReason.None : BadReason.Truncated;
            case 1 or 5:
                var size = Type == 1 ? 8 : 4;
                if (end - At < size) return BadReason.Truncated;
                Bits = size == 8 ? BinaryPrimitives.ReadUInt64LittleEndian(_message[At..])
                    : BinaryPrimitives.ReadUInt32LittleEndian(_message[At..]);
                At += size;
                return BadReason.None;
            case 2:
                if (!TryVarint(out var length) || length > (ulong)(end - At)) return BadReason.Truncated;
                (Start, End) = (At, At + (int)length);
                At = End;
                return BadReason.None;
            default: return BadReason.Malformed;
        }
    }

    /// <summary>Reads a varint of at most ten bytes.</summary>
    public bool TryVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70 && At < end; shift += 7)
        {
            var c = _message[At++];
            if (shift < 64) value |= (ulong)(c & 0x7F) << shift;
            if (c < 0x80) return true;
        }

        return false;
    }
}
