using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration.Binding;

/// <summary>Finds the mistake in a line that makes the parser stumble there or a few lines on. Names keys, and nothing else of the file.
/// </summary>
static class LineMistakes
{
    const int MostBack = 3;

    /// <summary>The mistake nearest before the place where the parser stumbled; null when none is plain.</summary>
    public static (TextMark At, string Words)? Find(string text, TextMark stumbled)
    {
        var lines = text.Split('\n');
        var left = MostBack;
        for (var i = Math.Min(stumbled.Line, lines.Length) - 1; i >= 0 && left > 0; i--)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.AsSpan().TrimStart() is not { IsEmpty: false } content || content[0] == '#') continue;
            left--;
            if (Of(line) is { } found) return (new(i + 1, found.Column), found.Words);
        }

        return Indentation(lines, stumbled.Line);
    }

    static (int Column, string Words)? Of(string line)
    {
        var indent = line.AsSpan().IndexOfAnyExcept(' ', '\t');
        if (char.IsWhiteSpace(line[indent]) || line[indent] is '\u200b' or '\ufeff')
            return (indent + 1, $"a blank that is no space (U+{(int)line[indent]:X4}) in the indentation. Use spaces");
        if (line[indent] is '\u2013' or '\u2014' or '\u2212' or '\u2022' && line.AsSpan(indent + 1).StartsWith(" "))
            return (indent + 1, "a dash of typesetting. An entry of a list starts with `-` and a space");
        var at = indent;
        while (line.AsSpan(at).StartsWith("- ")) at += 2;
        var key = line.AsSpan(at).IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz_0123456789");
        if (key <= 0 || line[at + key] != ':') return null;
        var name = line[at..(at + key)];
        var value = at + key + 1;
        if (value < line.Length && line[value] is not (' ' or '\t' or '/'))
            return (value + 1, $"a space is missing after `{name}:`");
        value += line.AsSpan(value).IndexOfAnyExcept(' ') is >= 0 and var blanks ? blanks : 0;
        var close = value < line.Length && line[value] == '{' ? line.IndexOf('}', value) : -1;
        return close > 0 && close + 1 < line.Length && line.AsSpan(value, close - value).IndexOf(':') < 0
            && line[close + 1] is not (' ' or ',' or '}' or ']')
            ? (value + 1, $"the text of `{name}` starts with `{{` and needs quotes, as in {name}: \"{{site}}/{{device}}\"") : null;
    }

    /// <summary>A key that begins left of the keys of its list or map, and right of those that these belong to.</summary>
    static (TextMark At, string Words)? Indentation(string[] lines, int stumbled)
    {
        var open = new Stack<(int Indent, int Line)>();
        for (var i = 0; i < Math.Min(stumbled, lines.Length); i++)
        {
            var line = lines[i];
            var indent = line.AsSpan().IndexOfAnyExcept(' ');
            if (indent < 0 || line[indent] is '#' or '\r') continue;
            var isBack = open.Count > 0 && open.Peek().Indent > indent;
            while (open.Count > 0 && open.Peek().Indent > indent) open.Pop();
            if (i + 1 == stumbled && isBack && open.Count > 0 && open.Peek().Indent < indent && line[indent] != '-')
                return (new(i + 1, indent + 1), $"no line above has its {indent} spaces of indentation; line {open.Peek().Line}, the "
                    + $"nearest that it could belong beside, has {open.Peek().Indent}. Mend one of the two");
            if (open.Count > 0 && open.Peek().Indent == indent) open.Pop();
            open.Push((indent, i + 1));
            if (line.AsSpan(indent).StartsWith("- ")) open.Push((indent + 2, i + 1));
        }

        return null;
    }
}
