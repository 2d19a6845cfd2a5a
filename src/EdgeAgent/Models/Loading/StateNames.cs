namespace EdgeAgent.Models.Loading;

/// <summary>Whether an output is named as the next value of an input: <c>h</c> and <c>hn</c>, <c>h0</c> and <c>h_out</c>,
/// <c>state_in</c> and <c>state_out</c>. A letter that stands somewhere in another word (<c>c</c> in <c>score</c>) is none.</summary>
static class StateNames
{
    static readonly string[] s_before = ["in", "input", "prev", "previous", "past", "initial", "old", "0"];
    static readonly string[] s_after = ["out", "output", "next", "new", "present", "final", "n", "1", "t"];

    /// <summary>True when, but for a word for before and a word for after, both are the same and not equal as they stand.</summary>
    public static bool IsPair(string input, string output) =>
        input != output && Stems(input, s_before).Overlaps(Stems(output, s_after));

    // The name itself and what is left without one of the words before or behind it.
    static HashSet<string> Stems(string name, string[] words)
    {
        var plain = name.ToLowerInvariant();
        var stems = new HashSet<string>(StringComparer.Ordinal) { plain };
        foreach (var word in words)
        {
            if (plain.EndsWith(word, StringComparison.Ordinal)) stems.Add(plain[..^word.Length].TrimEnd('_', '.', ':', '-', '/'));
            if (plain.StartsWith(word, StringComparison.Ordinal)) stems.Add(plain[word.Length..].TrimStart('_', '.', ':', '-', '/'));
        }

        stems.Remove("");
        return stems;
    }
}
