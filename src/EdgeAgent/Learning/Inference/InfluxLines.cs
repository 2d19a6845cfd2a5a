namespace EdgeAgent.Learning.Inference;

/// <summary>Texts of lines of InfluxDB's protocol.</summary>
static class InfluxLines
{
    const int MostLines = 64;

    /// <summary>Tags and the digits of timestamps; false when a line is something else.</summary>
    public static bool TryRead(string text, out InfluxShape? shape)
    {
        shape = null;
        var tags = new SortedSet<string>(StringComparer.Ordinal);
        var digits = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(MostLines))
        {
            if (!TryLine(line.TrimEnd('\r'), tags, ref digits)) return false;
        }

        // Without tags and a timestamp it may be any text with an equals sign.
        if (tags.Count == 0 && digits == 0) return false;
        shape = new([.. tags], digits switch { 0 => "ns", <= 11 => "s", <= 14 => "ms", <= 17 => "us", _ => "ns" });
        return true;
    }

    static bool TryLine(string line, SortedSet<string> tags, ref int digits)
    {
        var parts = Split(line, ' ');
        if (parts.Count is not (2 or 3)) return false;
        var names = Split(parts[0], ',');
        if (names[0].Length == 0 || names[0].AsSpan().IndexOfAny("=#\"") >= 0) return false;
        foreach (var tag in names.Skip(1))
        {
            var mark = tag.IndexOf('=');
            if (mark <= 0 || mark == tag.Length - 1) return false;
            tags.Add(tag[..mark]);
        }

        foreach (var field in Split(parts[1], ','))
        {
            var mark = field.IndexOf('=');
            if (mark <= 0 || !IsValue(field[(mark + 1)..])) return false;
        }

        if (parts.Count == 2) return true;
        digits = Math.Max(digits, parts[2].Length);
        return parts[2].Length is >= 9 and <= 19 && parts[2].All(char.IsAsciiDigit);
    }

    static bool IsValue(string text) =>
        text is "t" or "T" or "f" or "F" or "true" or "false" || text.Length > 1 && text[0] == '"' && text[^1] == '"'
        || text.Length > 0 && PayloadKinds.IsNumber(text[^1] is 'i' or 'u' ? text.AsSpan(0, text.Length - 1) : text);

    /// <summary>Parts between marks that stand outside quotes.</summary>
    static List<string> Split(string text, char mark)
    {
        var parts = new List<string>();
        var (start, isQuoted) = (0, false);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '"') isQuoted = !isQuoted;
            if (text[at] != mark || isQuoted) continue;
            parts.Add(text[start..at]);
            start = at + 1;
        }

        parts.Add(text[start..]);
        return parts;
    }
}
