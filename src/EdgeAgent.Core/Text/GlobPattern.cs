namespace EdgeAgent.Core.Text;

/// <summary>Matches text against a glob: <c>*</c> for any run of characters, <c>?</c> for one, all else for itself.</summary>
public static class GlobPattern
{
    /// <summary>Whether <paramref name="text"/> as a whole matches. Takes at most length × length steps; does not allocate.</summary>
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, from = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                from = t;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++from;
            }
            else return false;
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
