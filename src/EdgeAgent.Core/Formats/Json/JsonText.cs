using System.Buffers.Text;
using System.Text;

namespace EdgeAgent.Core.Formats.Json;

/// <summary>The text of JSON strings with escapes.</summary>
static class JsonText
{
    /// <summary>Writes the checked string text <paramref name="escaped"/> without its escapes; never longer than it.</summary>
    /// <remarks>A surrogate without its partner becomes U+FFFD, as in <c>Encoding.UTF8</c>.</remarks>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> target)
    {
        var n = 0;
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != (byte)'\\')
            {
                target[n++] = escaped[i];
                continue;
            }

            var c = escaped[++i];
            if (c != (byte)'u')
            {
                target[n++] = c switch { (byte)'b' => 8, (byte)'f' => 12, (byte)'n' => 10, (byte)'r' => 13, (byte)'t' => 9, _ => c };
                continue;
            }

            var unit = Unit(escaped, i);
            i += 4;
            var rune = Rune.ReplacementChar;
            if (!char.IsSurrogate(unit)) rune = new Rune(unit);
            else if (char.IsHighSurrogate(unit) && i + 6 < escaped.Length && escaped[i + 1] == (byte)'\\' && escaped[i + 2] == (byte)'u' &&
                Rune.TryCreate(unit, Unit(escaped, i + 2), out var pair))
            {
                rune = pair;
                i += 6;
            }

            n += rune.EncodeToUtf8(target[n..]);
        }

        return n;
    }

    static char Unit(ReadOnlySpan<byte> text, int atU) =>
        (char)(Utf8Parser.TryParse(text.Slice(atU + 1, 4), out ushort unit, out _, 'x') ? unit : 0xFFFD);
}
