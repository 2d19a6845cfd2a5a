using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Core.State;

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

    /// <summary>Reads as many bytes as <paramref name="value"/> has.</summary>
    public bool TryRaw(Span<byte> value)
    {
        if (value.Length > _rest.Length) return false;
        _rest[..value.Length].CopyTo(value);
        _rest = _rest[value.Length..];
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
