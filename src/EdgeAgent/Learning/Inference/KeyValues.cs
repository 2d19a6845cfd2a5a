namespace EdgeAgent.Learning.Inference;

/// <summary>Texts of names with numbers and units, as <c>format: key_value</c> reads them: <c>temp: 21.5 °C, hum: 40 %</c>.</summary>
static class KeyValues
{
    const int MostPairs = 64;

    /// <summary>The names with their values in order; false when it is no such text.</summary>
    public static bool TryRead(string text, out List<(string Name, string Value)> pairs)
    {
        pairs = [];
        var mark = text.Contains('=') ? '=' : ':';
        var valueStart = 0;
        for (var at = text.IndexOf(mark); at >= 0; at = text.IndexOf(mark, at + 1))
        {
            var end = text.AsSpan(0, at).TrimEnd(' ').Length;
            var start = end;
            while (start > valueStart && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] == '_')) start--;
            if (start == end || !char.IsAsciiLetter(text[start]) || pairs.Count == MostPairs) return false;
            if (pairs.Count == 0 ? start > 0 : !TryClose(pairs, text[valueStart..start])) return false;
            var name = text[start..end];
            if (pairs.Any(pair => pair.Name == name)) return false;
            pairs.Add((name, ""));
            valueStart = at + 1;
        }

        return pairs.Count > 0 && TryClose(pairs, text[valueStart..]);
    }

    static bool TryClose(List<(string Name, string Value)> pairs, string value)
    {
        var clean = value.Trim(' ', ';', ',', '&', '|', '\t', '\r', '\n');
        pairs[^1] = (pairs[^1].Name, clean);
        return UnitNumber.TryRead(clean, out _, out _);
    }
}
