namespace EdgeAgent.Core.Settings.Specs;

/// <summary>Labels named by topic templates and text templates that are known to be well-formed.</summary>
public static class Templates
{
    /// <summary>Labels of a topic template: levels of the form <c>{label}</c>.</summary>
    public static IEnumerable<string> LevelLabels(string topic) => Holes(topic).Select(h => h.Label);

    /// <summary>Labels of a text template with their offsets: the offset is that of the label's first letter.</summary>
    public static IEnumerable<(string Label, int Offset)> Holes(string text)
    {
        for (var open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
        {
            var close = text.IndexOf('}', open);
            if (close < 0) yield break;
            yield return (text[(open + 1)..close], open + 1);
        }
    }

    /// <summary>What is wrong with a text with <c>{label}</c> holes.</summary>
    public static SyntaxFault? Text(string text)
    {
        if (text.Length == 0) return new(0, "the text is empty");
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '}') return new(i, "a `}` without its `{`");
            if (text[i] != '{') continue;
            var close = text.IndexOf('}', i);
            if (close < 0) return new(i, "a `{` without its `}`");
            if (Words.Label(text[(i + 1)..close]) is { } fault) return new(i + 1 + fault.Offset, fault.Message);
            i = close;
        }

        return null;
    }

    /// <summary>What is wrong with a topic template (MQTT 5.0 §4.7).</summary>
    public static SyntaxFault? Topic(string text)
    {
        if (text.Length == 0) return new(0, "the topic is empty");
        var seen = new HashSet<string>();
        var start = 0;
        var levels = text.Split('/');
        for (var i = 0; i < levels.Length; start += levels[i].Length + 1, i++)
        {
            var level = levels[i];
            if (level is "+" or "#" && (level == "+" || i == levels.Length - 1)) continue;
            if (level == "#") return new(start, "`#` stands before the last level");
            if (level.StartsWith('{') && level.EndsWith('}'))
            {
                if (Words.Label(level[1..^1]) is { } fault) return new(start + 1 + fault.Offset, fault.Message);
                if (!seen.Add(level)) return new(start, $"label `{level[1..^1]}` appears twice");
                continue;
            }

            var bad = level.AsSpan().IndexOfAny("{}+#\0");
            if (bad >= 0) return new(start + bad, level[bad] == '\0' ? "a NUL character is not allowed" : $"`{level[bad]}` must stand alone in its level");
        }

        return null;
    }

    /// <summary>What is wrong with a JSON path: <c>$</c>, then <c>.name</c>, <c>['name']</c> and <c>[0]</c>.</summary>
    public static SyntaxFault? Path(string text)
    {
        if (text.Length == 0 || text[0] != '$') return new(0, "a path starts with `$`");
        for (var i = 1; i < text.Length;)
        {
            if (text[i] == '.')
            {
                var end = text.AsSpan(i + 1).IndexOfAny('.', '[');
                var length = end < 0 ? text.Length - i - 1 : end;
                if (length == 0) return new(i, "a name is missing after `.`");
                i += 1 + length;
            }
            else if (text[i] == '[')
            {
                var close = text.IndexOf(']', i);
                if (close < 0) return new(i, "a `[` without its `]`");
                var inner = text.AsSpan(i + 1, close - i - 1);
                var quoted = inner.Length >= 3 && inner[0] is '\'' or '"' && inner[^1] == inner[0];
                if (!quoted && (inner.IsEmpty || inner.ContainsAnyExceptInRange('0', '9') || inner.Length > 6)) return new(i + 1, "an index or a quoted name is expected");
                i = close + 1;
            }
            else return new(i, "`.` or `[` is expected");
        }

        return null;
    }
}
