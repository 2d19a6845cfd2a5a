using System.Text;
using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>The rules of texts, compiled.</summary>
sealed class TextPlan(TextRules rules)
{
    readonly byte[][] _missing = [.. rules.Missing.Select(Encoding.UTF8.GetBytes)];

    public readonly DecimalMark Decimal = rules.Decimal;

    /// <summary>Whether a text says that there is no value.</summary>
    public bool IsMissing(ReadOnlySpan<byte> text)
    {
        text = text.Trim(" \t\r\n"u8);
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
