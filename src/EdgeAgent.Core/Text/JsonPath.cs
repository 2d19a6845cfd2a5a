using System.Text;

namespace EdgeAgent.Core.Text;

/// <summary>Where values stand inside a JSON document, or one of another format of the same shape.</summary>
/// <remarks>
/// A subset of RFC 9535: <c>$</c>, <c>$.a.b</c>, <c>$['a b']</c>, <c>$[0]</c>, <c>$.*</c>, <c>$[*]</c>, and relative paths without the
/// <c>$</c> (<c>a.b</c>, <c>[0]</c>). In a quoted name <c>\</c> stands before a quote or a <c>\</c>. Beyond the RFC: <c>$$</c> is the
/// document even where <c>$</c> is an element of it; <c>{label}</c> is a wildcard whose key or position becomes a label; and a wildcard
/// may be a part of a name (<c>$.temp_*</c>, <c>$.{device}_kw</c>). No slices, filters or search at any depth. Immutable.
/// </remarks>
public sealed class JsonPath
{
    /// <summary>Most steps of a path; deeper documents are refused anyway.</summary>
    public const int MaxSteps = 63;

    JsonPath(string text, PathRoot root, Step[] steps)
    {
        Text = text;
        Root = root;
        Steps = steps;
    }

    enum PathRoot { Element, Sample, Document }

    /// <summary>The path as written.</summary>
    public string Text { get; }

    /// <summary>True when the path was written without <c>$</c>.</summary>
    public bool IsRelative => Root == PathRoot.Element;

    /// <summary>True when the path starts at <c>$$</c>.</summary>
    public bool IsDocument => Root == PathRoot.Document;

    /// <summary>The last name on the path that is no wildcard, or null when it has none.</summary>
    public string? LastName => Steps.LastOrDefault(s => s is { Name: not null, IsWild: false }).Name;

    /// <summary>Whether it may lead to several values.</summary>
    public bool HasWildcards => Steps.Any(s => s.IsWild);

    /// <summary>Labels its wildcards give, in order.</summary>
    public IEnumerable<string> Labels => Steps.Where(s => s.Label is not null).Select(s => s.Label!);

    internal Step[] Steps { get; }

    PathRoot Root { get; }

    /// <summary>Reads a path; on failure <paramref name="failure"/> says what and where.</summary>
    public static bool TryParse(string text, out JsonPath? path, out TextFailure failure)
    {
        path = null;
        failure = default;
        if (text.Length == 0) return Fail("The path is empty; write $.name for a member, or $ for the whole payload.", 0, out failure);
        var root = text[0] != '$' ? PathRoot.Element : text.StartsWith("$$", StringComparison.Ordinal) ? PathRoot.Document
            : PathRoot.Sample;
        var steps = new List<Step>();
        var at = (int)root;
        var first = root == PathRoot.Element;
        while (at < text.Length)
        {
            if (steps.Count == MaxSteps) return Fail($"A path has at most {MaxSteps} steps.", at, out failure);
            if (text[at] == '[')
            {
                if (!TryBracket(text, ref at, out var step, out failure)) return false;
                steps.Add(step);
            }
            else if (text[at] == '.' || first)
            {
                if (text[at] == '.') at++;
                var start = at;
                while (at < text.Length && text[at] is not ('.' or '[')) at++;
                if (!TryName(text[start..at], start, out var step, out failure)) return false;
                steps.Add(step);
            }
            else return Fail($"Expected . or [ here, seen {text[at]}.", at, out failure);

            first = false;
        }

        path = new JsonPath(text, root, [.. steps]);
        return true;
    }

    static bool TryName(string name, int start, out Step step, out TextFailure failure)
    {
        step = new(name, 0);
        failure = default;
        if (name.Length == 0)
            return Fail("A name is missing after the dot; write $.name. Searching at any depth (..) is not available.", start, out failure);
        if (name.AsSpan().IndexOfAny("]'\"?@ \t") is >= 0 and var bad)
            return Fail($"The character {name[bad]} cannot stand in a bare name; quote the name: $['{name}'].", start + bad, out failure);
        var open = name.IndexOfAny(['*', '{', '}']);
        if (open < 0) return true;
        var close = name[open] == '*' ? open : name[open] == '{' ? name.IndexOf('}') : -1;
        if (close < 0)
            return Fail($"A label is written {{name}}; for the character {name[open]} quote the name: $['{name}'].", start + open,
                out failure);
        var rest = name[(close + 1)..];
        if (rest.IndexOfAny(['*', '{', '}']) is >= 0 and var second)
            return Fail("A name has at most one wildcard.", start + close + 1 + second, out failure);
        string? label = null;
        if (name[open] == '{' && !IsLabel(label = name[(open + 1)..close]))
            return Fail("A label is letters, digits and _, not starting with a digit.", start + open + 1, out failure);
        step = new(name[..open], 0, rest, label);
        return true;
    }

    static bool TryBracket(string text, ref int at, out Step step, out TextFailure failure)
    {
        step = default;
        failure = default;
        var open = at++;
        if (at < text.Length && text[at] is '\'' or '"')
        {
            var quote = text[at++];
            var name = new StringBuilder();
            while (at < text.Length && text[at] != quote)
            {
                if (text[at] == '\\' && at + 1 < text.Length) at++;
                name.Append(text[at++]);
            }

            if (at + 1 >= text.Length || text[at + 1] != ']') return Fail("This [ is not closed by a quote and ].", open, out failure);
            at += 2;
            step = new(name.ToString(), 0);
            return true;
        }

        var start = at;
        if (at < text.Length && text[at] is '*' or '{')
        {
            var end = text.IndexOf(']', at);
            if (end < 0) return Fail("This [ is not closed; write [*] or [{label}].", open, out failure);
            at = end + 1;
            if (!TryName(text[start..end], start, out step, out failure)) return false;
            step = step with { IsBare = false };
            return step.Name!.Length == 0 && step.Suffix!.Length == 0
                || Fail("Between brackets stands * or {label} alone.", start, out failure);
        }

        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        if (at >= text.Length) return Fail("This [ is not closed; write [0] or ['name'].", open, out failure);
        if (at == start || text[at] != ']' || !int.TryParse(text.AsSpan(start, at - start), out var index))
            return Fail("Expected an array position such as [0], [*], or a quoted name such as ['a b'].", start, out failure);
        at++;
        step = new(null, index);
        return true;
    }

    static bool IsLabel(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    static bool Fail(string message, int at, out TextFailure failure)
    {
        failure = new(at, message);
        return false;
    }

    /// <summary>A member name; an array position when the name is null; or, with a suffix, every member and position, of names those that
    /// start with the name and end with the suffix.</summary>
    internal readonly record struct Step(string? Name, int Index, string? Suffix = null, string? Label = null)
    {
        public bool IsWild => Suffix is not null;

        /// <summary>Whether a wildcard was written after a point and not in brackets.</summary>
        public bool IsBare { get; init; } = true;

        /// <summary>Whether two wildcards, or two names, lead to the same values.</summary>
        public bool IsLike(Step other) => (Name, Index, Suffix) == (other.Name, other.Index, other.Suffix);
    }
}
