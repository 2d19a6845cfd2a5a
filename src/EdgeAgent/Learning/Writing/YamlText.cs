using System.Globalization;
using System.Text;

namespace EdgeAgent.Learning.Writing;

/// <summary>Texts from outside as YAML scalars and in comments.</summary>
/// <remarks>Nothing in them ends a line, moves a cursor or changes a direction.</remarks>
static class YamlText
{
    /// <summary>A scalar: plain where that is safe, else in quotes.</summary>
    public static string Scalar(string text) => IsPlain(text) ? text : Quoted(text);

    /// <summary>A scalar of a key that takes references, none of which is meant.</summary>
    public static string Text(string text) => Scalar(text.Replace("${", "$${", StringComparison.Ordinal));

    /// <summary>Text for a comment or a terminal, at most <paramref name="most"/> characters.</summary>
    public static string Printable(string text, int most = 100)
    {
        var printed = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (printed.Length > most) return printed.Append('…').ToString();
            if (IsSafe(rune)) printed.Append(rune);
            else printed.Append(Escaped(rune));
        }

        return printed.ToString();
    }

    /// <summary>Bytes for a comment or a terminal: text where they are text, else <c>\xNN</c>.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes, int most = 80)
    {
        var printed = new StringBuilder();
        while (!bytes.IsEmpty)
        {
            if (printed.Length > most) return printed.Append('…').ToString();
            var good = Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done;
            if (good && IsSafe(rune)) printed.Append(rune);
            else foreach (var b in bytes[..used]) printed.Append(CultureInfo.InvariantCulture, $"\\x{b:X2}");
            bytes = bytes[used..];
        }

        return printed.ToString();
    }

    static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '"' or '\\') quoted.Append('\\').Append((char)rune.Value);
            else if (IsSafe(rune)) quoted.Append(rune);
            else quoted.Append(Escaped(rune));
        }

        return quoted.Append('"').ToString();
    }

    static string Escaped(Rune rune) => rune.Value <= 0xffff
        ? string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}")
        : string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");

    static bool IsSafe(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned);

    static bool IsMark(string text)
    {
        for (var at = text.IndexOf(':'); at >= 0; at = text.IndexOf(':', at + 1))
            if (at + 1 == text.Length || !char.IsAsciiLetterOrDigit(text[at + 1]) && text[at + 1] != '/') return true;
        return false;
    }

    // Words that YAML or the binder takes for something else are quoted, and so is all that has a mark of YAML in it.
    static bool IsPlain(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '$')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '.' or '$' or '+' or ':') && !IsMark(text)
        && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n");
}
