using System.Buffers.Binary;
using EdgeAgent.Core.Formats.Documents;

namespace EdgeAgent.Core.Formats.Cbor;

/// <summary>CBOR data items (RFC 8949), one after another (RFC 8742).</summary>
/// <remarks>
/// Texts and byte strings of definite length stand where they are in the payload; those of indefinite length are a text when they have one
/// chunk, and else no value. Keys are texts or whole numbers. Tag 0 and 1 are times, 4 a decimal fraction, the rest of the tags is passed
/// over. Simple values are false, true, null and undefined.
/// </remarks>
readonly struct CborItems : IDocumentItems
{
    const byte Unsigned64 = 0x1B;
    const byte ShortText = 0x60;
    const byte Double = 0xFB;

    /// <inheritdoc/>
    public static BadReason ReadKey(ReadOnlySpan<byte> text, ref int at, ref DocumentNode name)
    {
        if (at >= text.Length) return BadReason.Truncated;
        var length = text[at] - ShortText;
        if ((uint)length < 24 && length < text.Length - at)
        {
            (name.NameStart, name.NameEnd) = (at + 1, at + 1 + length);
            at += 1 + length;
            return BadReason.None;
        }

        var major = text[at] >> 5;
        if (!TryHead(text, ref at, out var argument, out var isIndefinite)) return BadReason.Truncated;
        switch (major)
        {
            case 0 or 1:
                (name.HasNumber, name.NameNumber) = (true, major == 0 ? (long)Math.Min(argument, long.MaxValue)
                    : -1 - (long)Math.Min(argument, long.MaxValue - 1));
                return BadReason.None;
            case 2 or 3 when !isIndefinite:
                if (argument > (ulong)(text.Length - at)) return BadReason.Truncated;
                (name.NameStart, name.NameEnd) = (at, at += (int)argument);
                return BadReason.None;
            default:
                return BadReason.Malformed;
        }
    }

    /// <inheritdoc/>
    public static BadReason ReadValue(ReadOnlySpan<byte> text, ref int at, ref PayloadValue value, out long items) =>
        ReadValue(text, ref at, ref value, out items, 0);

    static BadReason ReadValue(ReadOnlySpan<byte> text, ref int at, ref PayloadValue value, out long items, int tags)
    {
        items = 0;
        if (at >= text.Length) return BadReason.Truncated;
        var start = at;
        var c = text[at];
        if (text.Length - at > 8 && c is Double or Unsigned64)
        {
            var bits = BinaryPrimitives.ReadUInt64BigEndian(text[(at + 1)..]);
            if (c == Double) value.SetDouble(BitConverter.UInt64BitsToDouble(bits));
            else value.SetInteger(bits, false);
            at += 9;
            return BadReason.None;
        }

        var (major, extra) = (c >> 5, c & 31);
        if (extra < 24 && major is 2 or 3)
        {
            if (extra >= text.Length - at) return BadReason.Truncated;
            value.Set(at + 1, at + 1 + extra, ValueKind.String);
            at += 1 + extra;
            return BadReason.None;
        }

        var (argument, isIndefinite) = ((ulong)extra, false);
        if (extra < 24) at++;
        else if (!TryHead(text, ref at, out argument, out isIndefinite))
            return extra is >= 28 and < 31 ? BadReason.Malformed : BadReason.Truncated;
        switch (major)
        {
            case 0:
                value.SetInteger(argument, false);
                return BadReason.None;
            case 1:
                if (argument == ulong.MaxValue) value.SetDouble(-18446744073709551616.0);
                else value.SetInteger(argument + 1, true);
                return BadReason.None;
            case 2 or 3:
                return isIndefinite ? ReadChunks(text, ref at, major, ref value) : ReadText(text, ref at, argument, ref value);
            case 4 or 5:
                // An item takes a byte at least: a longer promise is not kept.
                if (!isIndefinite && argument > (ulong)(text.Length - at)) return BadReason.Truncated;
                value.Set(start, at, major == 5 ? ValueKind.Object : ValueKind.Array);
                items = isIndefinite ? IDocumentItems.UntilBreak : (long)argument;
                return BadReason.None;
            case 6:
                return tags == 8 || isIndefinite ? BadReason.Malformed : ReadTagged(text, ref at, argument, ref value, out items, tags + 1);
            default:
                return ReadSimple(extra, argument, isIndefinite, ref value);
        }
    }

    static BadReason ReadTagged(ReadOnlySpan<byte> text, ref int at, ulong tag, ref PayloadValue value, out long items, int tags)
    {
        if (tag == 4)
        {
            items = 0;
            return ReadFraction(text, ref at, ref value);
        }

        var failure = ReadValue(text, ref at, ref value, out items, tags);
        if (failure != BadReason.None || tag > 1) return failure;
        var timeNs = 0L;
        var isTime = (tag, value.Kind) switch
        {
            (0, ValueKind.String) => IsoTime.TryParse(value.TextIn(text), out timeNs),
            (1, ValueKind.Number) => EpochTime.TryToNs(in value.Number, 9, out timeNs),
            (1, ValueKind.Double) => EpochTime.TryToNs(value.Double, 9, out timeNs),
            _ => false,
        };
        if (isTime) value.SetInstant(timeNs);
        return BadReason.None;
    }

    /// <summary>Tag 4: an array of exponent and mantissa, of base ten.</summary>
    static BadReason ReadFraction(ReadOnlySpan<byte> text, ref int at, ref PayloadValue value)
    {
        if (at >= text.Length) return BadReason.Truncated;
        if (text[at++] != 0x82) return BadReason.Malformed;
        var exponent = default(PayloadValue);
        var failure = ReadValue(text, ref at, ref exponent, out _, 8);
        if (failure == BadReason.None) failure = ReadValue(text, ref at, ref value, out _, 8);
        if (failure != BadReason.None) return failure;
        if (exponent.Kind != ValueKind.Number || value.Kind != ValueKind.Number
            || exponent.Number.Mantissa > 1000) return BadReason.Malformed;
        var power = exponent.Number.IsNegative ? -(int)exponent.Number.Mantissa : (int)exponent.Number.Mantissa;

        // Past what the text of a number can have without its text, the nearest double must do.
        if (Math.Abs(power) <= 22) value.Number.Exponent = power;
        else value.SetDouble((value.Number.IsNegative ? -1.0 : 1.0) * value.Number.Mantissa * Math.Pow(10, power));
        return BadReason.None;
    }

    static BadReason ReadText(ReadOnlySpan<byte> text, ref int at, ulong length, ref PayloadValue value)
    {
        if (length > (ulong)(text.Length - at)) return BadReason.Truncated;
        value.Set(at, at += (int)length, ValueKind.String);
        return BadReason.None;
    }

    static BadReason ReadChunks(ReadOnlySpan<byte> text, ref int at, int major, ref PayloadValue value)
    {
        var chunks = 0;
        while (true)
        {
            if (at >= text.Length) return BadReason.Truncated;
            if (text[at] == 0xFF) break;
            if (text[at] >> 5 != major) return BadReason.Malformed;
            if (!TryHead(text, ref at, out var length, out var isIndefinite)) return BadReason.Truncated;
            if (isIndefinite) return BadReason.Malformed;
            var failure = ReadText(text, ref at, length, ref value);
            if (failure != BadReason.None) return failure;
            chunks++;
        }

        at++;
        if (chunks != 1) value.Set(at, at, ValueKind.Null);
        return BadReason.None;
    }

    static BadReason ReadSimple(int extra, ulong argument, bool isIndefinite, ref PayloadValue value)
    {
        if (isIndefinite) return BadReason.Malformed;
        switch (extra)
        {
            case 20: value.Set(0, 0, ValueKind.False); break;
            case 21: value.Set(0, 0, ValueKind.True); break;
            case 25: value.SetDouble((double)BitConverter.UInt16BitsToHalf((ushort)argument)); break;
            case 26: value.SetDouble(BitConverter.UInt32BitsToSingle((uint)argument)); break;
            case 27: value.SetDouble(BitConverter.UInt64BitsToDouble(argument)); break;
            default: value.Set(0, 1, ValueKind.Null); break;
        }

        return BadReason.None;
    }

    /// <summary>Reads the first byte of an item and the argument after it.</summary>
    static bool TryHead(ReadOnlySpan<byte> text, ref int at, out ulong argument, out bool isIndefinite)
    {
        isIndefinite = false;
        argument = 0;
        var extra = text[at] & 31;
        var rest = text[(at + 1)..];
        var length = extra < 24 ? 0 : extra switch { 24 => 1, 25 => 2, 26 => 4, 27 => 8, 31 => 0, _ => -1 };
        if (length < 0 || rest.Length < length) return false;
        isIndefinite = extra == 31;
        argument = length switch
        {
            1 => rest[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest),
            4 => BinaryPrimitives.ReadUInt32BigEndian(rest),
            8 => BinaryPrimitives.ReadUInt64BigEndian(rest),
            _ => isIndefinite ? 0 : (ulong)extra,
        };
        at += 1 + length;
        return true;
    }
}
