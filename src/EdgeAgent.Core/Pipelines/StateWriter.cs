using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Core.Pipelines;

/// <summary>A growing byte buffer for state entries; little-endian, LEB128 variable-length integers.</summary>
/// <remarks>Single-threaded; keeps its memory when cleared.</remarks>
public sealed class StateWriter
{
    byte[] _bytes = new byte[256];

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>The bytes as memory; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Forgets all bytes; keeps the memory.</summary>
    public void Clear() => Length = 0;

    /// <summary>Writes one byte.</summary>
    public void Byte(byte value) => Reserve(1)[0] = value;

    /// <summary>Writes an unsigned integer in 1 to 10 bytes.</summary>
    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>Writes a 64-bit integer.</summary>
    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Reserve(8), value);

    /// <summary>Writes a double as its bits.</summary>
    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Reserve(8), value);

    /// <summary>Writes bytes with their length before them.</summary>
    public void Blob(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        value.CopyTo(Reserve(value.Length));
    }

    /// <summary>Writes text as UTF-8 with its length before it.</summary>
    public void Text(string value)
    {
        var n = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)n);
        Encoding.UTF8.GetBytes(value, Reserve(n));
    }

    Span<byte> Reserve(int n)
    {
        if (Length + n > _bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + n));
        var span = _bytes.AsSpan(Length, n);
        Length += n;
        return span;
    }
}

/// <summary>Reads what <see cref="StateWriter"/> wrote. Every read says whether the bytes were there; never throws.</summary>
public ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether all bytes were read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>Reads one byte.</summary>
    public bool TryByte(out byte value)
    {
        value = _rest.IsEmpty ? (byte)0 : _rest[0];
        if (_rest.IsEmpty) return false;
        _rest = _rest[1..];
        return true;
    }

    /// <summary>Reads a variable-length integer.</summary>
    public bool TryVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (!TryByte(out var b)) return false;
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return true;
        }

        return false;
    }

    /// <summary>Reads a 64-bit integer.</summary>
    public bool TryInt64(out long value)
    {
        if (!BinaryPrimitives.TryReadInt64LittleEndian(_rest, out value)) return false;
        _rest = _rest[8..];
        return true;
    }

    /// <summary>Reads a double.</summary>
    public bool TryDouble(out double value)
    {
        if (!BinaryPrimitives.TryReadDoubleLittleEndian(_rest, out value)) return false;
        _rest = _rest[8..];
        return true;
    }

    /// <summary>Reads bytes with their length before them.</summary>
    public bool TryBlob(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryVarint(out var n) || n > (ulong)_rest.Length) return false;
        value = _rest[..(int)n];
        _rest = _rest[(int)n..];
        return true;
    }

    /// <summary>Reads text with its length before it.</summary>
    public bool TryText(out string value)
    {
        var ok = TryBlob(out var bytes);
        value = ok ? Encoding.UTF8.GetString(bytes) : "";
        return ok;
    }
}
