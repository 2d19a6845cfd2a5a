namespace EdgeAgent.Learning.Inference;

/// <summary>Texts of names with numbers: <c>T=21.5;H=40</c>, <c>temp:21.5 hum:40</c>.</summary>
static class TextPairs
{
    const int MostPairs = 15; // groups of a pattern

    /// <summary>The names in order and the text as a pattern; false when it is no such text.</summary>
    public static bool TryRead(string text, out TextPairsShape? shape)
    {
        shape = null;
        if (text.Contains('\n')) return false;
        var names = new List<string>();
        var pattern = new System.Text.StringBuilder();
        var at = 0;
        while (at < text.Length)
        {
            if (names.Count == MostPairs) return false;
            var start = at;
            if (!char.IsAsciiLetter(text[at])) return false;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
            var name = text[start..at];
            if (at == text.Length || text[at] is not ('=' or ':') || names.Contains(name)) return false;
            var mark = text[at++];
            start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '+' or '-' or '.' or 'e' or 'E')) at++;
            if (!PayloadKinds.IsNumber(text.AsSpan(start, at - start))) return false;
            names.Add(name);
            pattern.Append(name).Append(mark).Append("(?<").Append(name).Append(@">[-+0-9.eE]+)");
            start = at;
            while (at < text.Length && text[at] is ';' or ',' or '&' or '|' or ' ') at++;
            if (at == start && at < text.Length) return false;
            foreach (var c in text[start..at]) pattern.Append(c == '|' ? @"\|" : c.ToString());
        }

        if (names.Count == 0) return false;
        shape = new(names, pattern.ToString());
        return true;
    }
}
