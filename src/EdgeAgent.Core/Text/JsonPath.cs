using System.Text;

namespace EdgeAgent.Core.Text;

/// <summary>A path to one place in a JSON document: names and array positions.</summary>
/// <remarks>
/// A subset of RFC 9535: <c>$</c>, <c>$.a.b</c>, <c>$['a b']</c>, <c>$[0]</c>, and relative paths without the <c>$</c>
/// (<c>a.b</c>, <c>[0]</c>). In a quoted name <c>\</c> stands before a quote or a <c>\</c>. No wildcards, slices or filters. Immutable.
/// </remarks>
public sealed class JsonPath
{
    /// <summary>Most steps of a path; deeper documents are refused anyway.</summary>
    public const int MaxSteps = 63;

    JsonPath(string text, bool isRelative, Step[] steps)
    {
        Text = text;
        IsRelative = isRelative;
        Steps = steps;
    }

    /// <summary>The path as written.</summary>
    public string Text { get; }

    /// <summary>True when the path was written without <c>$</c>.</summary>
    public bool IsRelative { get; }

    /// <summary>The last name on the path, or null when it has none.</summary>
    public string? LastName => Steps.LastOrDefault(s => s.Name is not null).Name;

    internal Step[] Steps { get; }

    /// <summary>Reads a path; on failure <paramref name="fault"/> says what and where.</summary>
    public static bool TryParse(string text, out JsonPath? path, out TextFault fault)
    {
        path = null;
        fault = default;
        if (text.Length == 0) return Fail("The path is empty; write $.name for a member, or $ for the whole payload.", 0, out fault);
        var absolute = text[0] == '$';
        var steps = new List<Step>();
        var at = absolute ? 1 : 0;
        var first = !absolute;
        while (at < text.Length)
        {
            if (steps.Count == MaxSteps) return Fail($"A path has at most {MaxSteps} steps.", at, out fault);
            if (text[at] == '[')
            {
                if (!TryBracket(text, ref at, out var step, out fault)) return false;
                steps.Add(step);
            }
            else if (text[at] == '.' || first)
            {
                if (text[at] == '.') at++;
                var start = at;
                while (at < text.Length && text[at] is not ('.' or '[')) at++;
                var name = text[start..at];
                if (name.Length == 0)
                    return Fail("A name is missing after the dot; write $.name. Searching at any depth (..) is not available.",
                        start, out fault);
                if (name.AsSpan().IndexOfAny("*]'\"?@ \t") is >= 0 and var bad)
                    return Fail(
                        $"The character {name[bad]} cannot stand in a bare name; quote the name: $['{name}']. Wildcards are not available.",
                        start + bad, out fault);
                steps.Add(new(name, 0));
            }
            else return Fail($"Expected . or [ here, seen {text[at]}.", at, out fault);

            first = false;
        }

        path = new JsonPath(text, !absolute, [.. steps]);
        return true;
    }

    static bool TryBracket(string text, ref int at, out Step step, out TextFault fault)
    {
        step = default;
        fault = default;
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

            if (at + 1 >= text.Length || text[at + 1] != ']') return Fail("This [ is not closed by a quote and ].", open, out fault);
            at += 2;
            step = new(name.ToString(), 0);
            return true;
        }

        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        if (at >= text.Length) return Fail("This [ is not closed; write [0] or ['name'].", open, out fault);
        if (at == start || text[at] != ']' || !int.TryParse(text.AsSpan(start, at - start), out var index))
            return Fail("Expected an array position such as [0] or a quoted name such as ['a b'].", start, out fault);
        at++;
        step = new(null, index);
        return true;
    }

    static bool Fail(string message, int at, out TextFault fault)
    {
        fault = new(at, message);
        return false;
    }

    /// <summary>A member name, or an array position when the name is null.</summary>
    internal readonly record struct Step(string? Name, int Index);
}
