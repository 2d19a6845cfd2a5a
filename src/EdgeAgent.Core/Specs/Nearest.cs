namespace EdgeAgent.Core.Specs;

/// <summary>Suggests the known name nearest to one that is not known.</summary>
public static class Nearest
{
    const int LongestCompared = 64;

    /// <summary><c> Did you mean `x`?</c>, or the known names when there are few, or nothing.</summary>
    public static string Hint(string seen, IEnumerable<string> known)
    {
        var names = known as IReadOnlyCollection<string> ?? [.. known];
        if (Find(seen, names) is { } name) return $" Did you mean `{name}`?";
        return names.Count is > 0 and <= 12 ? $" Known: {string.Join(", ", names.Order(StringComparer.Ordinal))}." : "";
    }

    /// <summary>The nearest of <paramref name="known"/> by edit distance, or null when none is near.</summary>
    public static string? Find(string seen, IEnumerable<string> known)
    {
        if (seen.Length > LongestCompared) return null;
        string? best = null;
        var least = Math.Max(1, seen.Length / 3) + 1;
        foreach (var name in known)
        {
            if (name.Length > LongestCompared || Math.Abs(name.Length - seen.Length) >= least) continue;
            var distance = Distance(seen, name);
            if (distance < least) (best, least) = (name, distance);
        }

        return best;
    }

    /// <summary>Text of the file as a finding shows it: without control characters and at most 60 long.</summary>
    public static string Cut(string text)
    {
        var clean = string.Create(Math.Min(text.Length, 60), text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] =
                char.IsControl(from[i]) || char.IsSurrogate(from[i]) || from[i] is '\u2028' or '\u2029' or '\ufeff' ? '\ufffd' : from[i];
        });
        return text.Length > 60 ? clean + "…" : clean;
    }

    /// <summary>Optimal string alignment distance: insert, delete, replace, swap neighbours; case counts half, rounded down.</summary>
    static int Distance(string a, string b)
    {
        if (string.Equals(a, b, StringComparison.OrdinalIgnoreCase)) return 0;
        Span<int> rows = stackalloc int[3 * (LongestCompared + 1)];
        var width = LongestCompared + 1;
        var (before, last, current) = (0, width, 2 * width);
        for (var j = 0; j <= b.Length; j++) rows[last + j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            rows[current] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var least = Math.Min(Math.Min(rows[last + j] + 1, rows[current + j - 1] + 1), rows[last + j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) least = Math.Min(least, rows[before + j - 2] + 1);
                rows[current + j] = least;
            }

            (before, last, current) = (last, current, before);
        }

        return rows[last + b.Length];
    }
}
