namespace EdgeAgent.Core.Formats;

/// <summary>Undoes encodings of bytes as text. White space is passed over.</summary>
static class PayloadCoding
{
    /// <summary>Base64 with either alphabet; padding may be missing.</summary>
    /// <returns>Where the text is no base64, or -1.</returns>
    public static int Base64(ReadOnlySpan<byte> text, ref byte[] target, out int length)
    {
        Reserve(ref target, text.Length * 3 / 4 + 3);
        length = 0;
        uint bits = 0;
        var held = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c is (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t') continue;
            if (c == (byte)'=' && text[at..].IndexOfAnyExcept("= \r\n\t"u8) < 0) break;
            var six = c is >= (byte)'A' and <= (byte)'Z' ? c - 'A' : c is >= (byte)'a' and <= (byte)'z' ? c - 'a' + 26
                : c is >= (byte)'0' and <= (byte)'9' ? c - '0' + 52 : c is (byte)'+' or (byte)'-' ? 62 : c is (byte)'/' or (byte)'_' ? 63
                    : -1;
            if (six < 0) return at;
            bits = bits << 6 | (uint)six;
            if (++held < 4) continue;
            target[length++] = (byte)(bits >> 16);
            target[length++] = (byte)(bits >> 8);
            target[length++] = (byte)bits;
            held = 0;
        }

        if (held == 1) return text.Length;
        if (held >= 2) target[length++] = (byte)(bits >> (held == 3 ? 10 : 4));
        if (held == 3) target[length++] = (byte)(bits >> 2);
        return -1;
    }

    /// <summary>Hexadecimal digits, two a byte; blanks, colons and dashes may stand between bytes, <c>0x</c> before them.</summary>
    /// <returns>Where the text is no such, or -1.</returns>
    public static int Hex(ReadOnlySpan<byte> text, ref byte[] target, out int length)
    {
        Reserve(ref target, text.Length / 2 + 1);
        length = 0;
        var first = -1;
        var start = text.StartsWith("0x"u8) || text.StartsWith("0X"u8) ? 2 : 0;
        for (var at = start; at < text.Length; at++)
        {
            var c = text[at];
            if (first < 0 && c is (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t' or (byte)':' or (byte)'-') continue;
            if (!char.IsAsciiHexDigit((char)c)) return at;
            var four = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
            if (first < 0)
            {
                first = four;
                continue;
            }

            target[length++] = (byte)(first << 4 | four);
            first = -1;
        }

        return first < 0 ? -1 : text.Length;
    }

    static void Reserve(ref byte[] target, int length)
    {
        if (target.Length < length) target = new byte[2 * length];
    }
}
