using System.Text;
using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>The rules of texts, compiled.</summary>
sealed class TextPlan
{
    readonly byte[][] _missing;
    readonly bool[] _starts = new bool[256];

    public TextPlan(TextRules rules)
    {
        Decimal = rules.Decimal;
        _missing = [.. rules.Missing.Select(Encoding.UTF8.GetBytes)];
        NamesNull = rules.Missing != TextRules.UsualMissing && rules.Missing.Contains("null", StringComparer.OrdinalIgnoreCase);
        NamesNumbers = _missing.Any(MayBeNumber);
        foreach (var word in _missing) _starts[word.Length == 0 ? 0 : word[0] | 0x20] = true;
    }

    public readonly DecimalMark Decimal;

    /// <summary>Whether null is among texts for no value that the configuration names.</summary>
    public readonly bool NamesNull;

    /// <summary>Whether one of the texts for no value may be a number.</summary>
    public readonly bool NamesNumbers;

    /// <summary>Whether a name may be how a number is written.</summary>
    public static bool MayBeNumber(byte[] name) =>
        name.Length > 0 && (name[0] <= (byte)'9' || name[0] >= 0x80) && name.Any(c => char.IsAsciiDigit((char)c));

    /// <summary>Whether a text says that there is no value.</summary>
    public bool IsMissing(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
        if (!_starts[text.IsEmpty ? 0 : text[0] | 0x20]) return false;
        foreach (var word in _missing)
            if (IsSameWord(text, word)) return true;
        return false;
    }

    /// <summary>Whether two texts differ at most in the case of ASCII letters.</summary>
    public static bool IsSameWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        if (text.Length != word.Length) return false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == word[i]) continue;
            if ((text[i] ^ word[i]) != 0x20 || !char.IsAsciiLetter((char)text[i])) return false;
        }

        return true;
    }
}
