using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Core.State;

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

    /// <summary>Writes bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

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
