using System.Buffers.Binary;
using EdgeAgent.Core.Formats.Documents;

namespace EdgeAgent.Core.Formats.MessagePack;

/// <summary>MessagePack objects, one after another.</summary>
/// <remarks>
/// Strings and binaries are texts. Keys are strings or whole numbers. The extension -1 is a time in its three forms; other extensions are
/// no value. Source: the specification at github.com/msgpack/msgpack, spec.md.
/// </remarks>
readonly struct MessagePackItems : IDocumentItems
{
    const byte ShortText = 0xA0;

    /// <inheritdoc/>
    public static BadReason ReadKey(ReadOnlySpan<byte> text, ref int at, ref DocumentNode name)
    {
        if (at >= text.Length) return BadReason.Truncated;
        var length = text[at] - ShortText;
        if ((uint)length < 32 && length < text.Length - at)
        {
            (name.NameStart, name.NameEnd) = (at + 1, at + 1 + length);
            at += 1 + length;
            return BadReason.None;
        }

        var key = default(PayloadValue);
        var wrong = ReadValue(text, ref at, ref key, out _);
        if (wrong != BadReason.None) return wrong;
        if (key.Kind == ValueKind.String) (name.NameStart, name.NameEnd) = (key.Start, key.End);
        else if (key.Kind == ValueKind.Number && key.Number.Mantissa <= long.MaxValue)
            (name.HasNumber, name.NameNumber) = (true, key.Number.IsNegative ? -(long)key.Number.Mantissa : (long)key.Number.Mantissa);
        else return BadReason.Malformed;
        return BadReason.None;
    }

    /// <inheritdoc/>
    public static BadReason ReadValue(ReadOnlySpan<byte> text, ref int at, ref PayloadValue value, out long items)
    {
        items = 0;
        if (at >= text.Length) return BadReason.Truncated;
        var start = at;
        var c = text[at++];
        if (c is 0xCB or 0xCF && text.Length - at >= 8)
        {
            var bits = BinaryPrimitives.ReadUInt64BigEndian(text[at..]);
            if (c == 0xCB) value.SetDouble(BitConverter.UInt64BitsToDouble(bits));
            else value.SetInteger(bits, false);
            at += 8;
            return BadReason.None;
        }

        switch (c)
        {
            case <= 0x7F: value.SetInteger(c, false); return BadReason.None;
            case <= 0x8F: return Container(text, start, at, items = c & 15, ValueKind.Object, ref value);
            case <= 0x9F: return Container(text, start, at, items = c & 15, ValueKind.Array, ref value);
            case <= 0xBF: return Text(text, ref at, (uint)c & 31, ref value);
            case 0xC0: value.Set(0, 1, ValueKind.Null); return BadReason.None;
            case 0xC1: return BadReason.Malformed;
            case 0xC2: value.Set(0, 0, ValueKind.False); return BadReason.None;
            case 0xC3: value.Set(0, 0, ValueKind.True); return BadReason.None;
            case >= 0xE0: value.SetInteger((uint)-(sbyte)c, true); return BadReason.None;
        }

        var size = c switch
        {
            0xC4 or 0xC7 or 0xCC or 0xD0 or 0xD9 => 1,
            0xC5 or 0xC8 or 0xCD or 0xD1 or 0xDA or 0xDC or 0xDE => 2,
            0xCB or 0xCF or 0xD3 => 8,
            >= 0xD4 and <= 0xD8 => 0,
            _ => 4,
        };
        if (text.Length - at < size) return BadReason.Truncated;
        var rest = text[at..];
        var number = size switch
        {
            1 => rest[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest),
            4 => BinaryPrimitives.ReadUInt32BigEndian(rest),
            8 => BinaryPrimitives.ReadUInt64BigEndian(rest),
            _ => 0UL,
        };
        at += size;
        switch (c)
        {
            case 0xCA: value.SetDouble(BitConverter.UInt32BitsToSingle((uint)number)); return BadReason.None;
            case 0xCB: value.SetDouble(BitConverter.UInt64BitsToDouble(number)); return BadReason.None;
            case >= 0xCC and <= 0xCF: value.SetInteger(number, false); return BadReason.None;
            case >= 0xD0 and <= 0xD3:
                var signed = (long)(number << (64 - 8 * size)) >> (64 - 8 * size);
                value.SetInteger(signed < 0 ? 0UL - (ulong)signed : (ulong)signed, signed < 0);
                return BadReason.None;
            case 0xC7 or 0xC8 or 0xC9: return Extension(text, ref at, (uint)number, ref value);
            case >= 0xD4 and <= 0xD8: return Extension(text, ref at, 1u << (c - 0xD4), ref value);
            case 0xDC or 0xDD: return Container(text, start, at, items = (long)number, ValueKind.Array, ref value);
            case 0xDE or 0xDF: return Container(text, start, at, items = (long)number, ValueKind.Object, ref value);
            default: return Text(text, ref at, (uint)number, ref value);
        }
    }

    static BadReason Container(ReadOnlySpan<byte> text, int start, int at, long count, ValueKind kind, ref PayloadValue value)
    {
        // An item takes a byte at least: a longer promise is not kept.
        if (count > text.Length - at) return BadReason.Truncated;
        value.Set(start, at, kind);
        return BadReason.None;
    }

    static BadReason Text(ReadOnlySpan<byte> text, ref int at, uint length, ref PayloadValue value)
    {
        if (length > text.Length - at) return BadReason.Truncated;
        value.Set(at, at += (int)length, ValueKind.String);
        return BadReason.None;
    }

    static BadReason Extension(ReadOnlySpan<byte> text, ref int at, uint length, ref PayloadValue value)
    {
        if (text.Length - at < 1 || length > text.Length - at - 1) return BadReason.Truncated;
        var isTime = text[at] == 0xFF;
        var data = text.Slice(at + 1, (int)length);
        at += 1 + (int)length;
        value.Set(0, 1, ValueKind.Null);
        if (!isTime) return BadReason.None;
        var (seconds, ns) = length switch
        {
            4 => (BinaryPrimitives.ReadUInt32BigEndian(data), 0u),
            8 => ((long)(BinaryPrimitives.ReadUInt64BigEndian(data) & 0x3_FFFF_FFFF),
                (uint)(BinaryPrimitives.ReadUInt64BigEndian(data) >> 34)),
            12 => (BinaryPrimitives.ReadInt64BigEndian(data[4..]), BinaryPrimitives.ReadUInt32BigEndian(data)),
            _ => (long.MaxValue, 0u),
        };
        if (Math.Abs((double)seconds) < 9_223_372_036 && ns < 1_000_000_000) value.SetInstant(seconds * 1_000_000_000 + ns);
        return BadReason.None;
    }
}
