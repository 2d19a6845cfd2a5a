using System.Text;

namespace EdgeAgent.Core.Text;

/// <summary>A topic with holes, such as <c>sensors/{site}/{device}/{metric}</c>: the filter to subscribe,
/// and labels from a topic.</summary>
/// <remarks>
/// Levels are separated by <c>/</c>. A level is literal text, <c>{label}</c> (one level whose text becomes the label's value), text with
/// labels in it (<c>temp_{device}</c>; each stands for one character at least and ends where the text after it first comes),
/// <c>+</c> (one level, thrown away) or, last only, <c>#</c> (this level's parent and everything below) or <c>{label#}</c> (everything
/// below as one label). A first level that is not literal does not match topics that start with <c>$</c> [MQTT-4.7.2-1]. Immutable.
/// </remarks>
public sealed class TopicTemplate
{
    const int MaxBytes = 65_535;

    readonly Level[] _levels;

    TopicTemplate(Level[] levels)
    {
        _levels = levels;
        Filter = string.Join('/', levels.Select(l => l.Kind switch
        {
            LevelKind.Literal => Encoding.UTF8.GetString(l.Literal),
            LevelKind.Rest or LevelKind.LabelledRest => "#",
            _ => "+",
        }));
        Labels = [.. levels.SelectMany(l => l.Kind == LevelKind.Parts ? l.Parts!.Where(p => p.Label is not null).Select(p => p.Label!)
            : l.Label.Length > 0 ? [l.Label] : (IEnumerable<string>)[])];
        IsNarrow = levels.Any(l => l.Kind is LevelKind.Parts or LevelKind.LabelledRest);
    }

    enum LevelKind { Literal, Label, Any, Rest, Parts, LabelledRest }

    /// <summary>The MQTT topic filter, without a shared-subscription prefix.</summary>
    public string Filter { get; }

    /// <summary>Whether the broker sends topics by <see cref="Filter"/> that do not match.</summary>
    public bool IsNarrow { get; }

    /// <summary>Names of the labels, in the order of the levels.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Reads a template; on failure <paramref name="failure"/> says what and where.</summary>
    public static bool TryParse(string text, out TopicTemplate? template, out TextFailure failure)
    {
        template = null;
        failure = default;
        if (text.Length == 0) return Fail("The topic is empty; write levels such as sensors/{site}/{metric}.", 1, out failure);
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes) return Fail("The topic is longer than 65,535 bytes.", 1, out failure);
        if (text.StartsWith("$share/", StringComparison.Ordinal))
            return Fail("A shared subscription is written as `share: <group>` beside the topic, not inside it.", 1, out failure);
        var levels = new List<Level>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var column = 1;
        var parts = text.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            if (!TryLevel(part, column, i == parts.Length - 1, out var level, out failure)) return false;
            foreach (var name in level.Kind == LevelKind.Parts ? level.Parts!.Select(p => p.Label ?? "") : [level.Label])
                if (name.Length > 0 && !names.Add(name))
                    return Fail($"The label {name} stands in two levels; give each level its own name, or use +.", column, out failure);
            levels.Add(level);
            column += part.Length + 1;
        }

        template = new TopicTemplate([.. levels]);
        return true;
    }

    /// <summary>Whether <paramref name="topic"/> (UTF-8) matches; its label values are then added to <paramref name="labels"/>.</summary>
    /// <param name="topic">A topic name without wildcards.</param>
    /// <param name="labels">Receives (name, value) pairs; null when only the answer is wanted.</param>
    public bool TryMatch(ReadOnlySpan<byte> topic, List<KeyValuePair<string, string>>? labels)
    {
        if (topic.IsEmpty || (topic[0] == (byte)'$' && _levels[0].Kind != LevelKind.Literal)) return false;
        var before = labels?.Count ?? 0;
        var rest = topic;
        var ended = false;
        foreach (var level in _levels)
        {
            if (level.Kind == LevelKind.Rest) return true;
            if (level.Kind == LevelKind.LabelledRest && !ended && rest.Length > 0)
            {
                labels?.Add(new(level.Label, Encoding.UTF8.GetString(rest)));
                return true;
            }

            var slash = rest.IndexOf((byte)'/');
            var part = slash < 0 ? rest : rest[..slash];
            if (ended || level.Kind == LevelKind.LabelledRest || (level.Kind == LevelKind.Literal && !part.SequenceEqual(level.Literal))
                || (level.Kind == LevelKind.Parts && !TryParts(part, level.Parts!, labels)))
            {
                labels?.RemoveRange(before, labels.Count - before);
                return false;
            }

            if (level.Kind == LevelKind.Label) labels?.Add(new(level.Label, Encoding.UTF8.GetString(part)));
            ended = slash < 0;
            rest = ended ? default : rest[(slash + 1)..];
        }

        if (ended) return true;
        labels?.RemoveRange(before, labels.Count - before);
        return false;
    }

    /// <summary>The first label whose value in <paramref name="topic"/>, which matches, is longer than <paramref name="maxBytes"/>;
    /// null when none is.</summary>
    public string? TooLong(ReadOnlySpan<byte> topic, int maxBytes, out int lengthBytes)
    {
        lengthBytes = 0;
        foreach (var level in _levels)
        {
            var slash = level.Kind == LevelKind.LabelledRest ? -1 : topic.IndexOf((byte)'/');
            lengthBytes = slash < 0 ? topic.Length : slash;
            if (level.Kind is LevelKind.Label or LevelKind.LabelledRest && lengthBytes > maxBytes) return level.Label;
            if (level.Kind == LevelKind.Parts && lengthBytes > maxBytes) return level.Parts!.First(p => p.Label is not null).Label;
            if (slash < 0) return null;
            topic = topic[(slash + 1)..];
        }

        return null;
    }

    /// <summary>Whether <paramref name="topic"/>, which does not match, is one that the broker sends by <see cref="Filter"/>.</summary>
    public bool IsPassedOver(ReadOnlySpan<byte> topic)
    {
        if (!IsNarrow || topic.IsEmpty || (topic[0] == (byte)'$' && _levels[0].Kind != LevelKind.Literal)) return false;
        var rest = topic;
        var ended = false;
        foreach (var level in _levels)
        {
            if (level.Kind is LevelKind.Rest or LevelKind.LabelledRest) return true;
            var slash = rest.IndexOf((byte)'/');
            if (ended || (level.Kind == LevelKind.Literal
                && !(slash < 0 ? rest : rest[..slash]).SequenceEqual(level.Literal))) return false;
            ended = slash < 0;
            rest = ended ? default : rest[(slash + 1)..];
        }

        return ended;
    }

    static bool TryParts(ReadOnlySpan<byte> text, (string? Label, byte[] Text)[] parts, List<KeyValuePair<string, string>>? labels)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Label is not { } label)
            {
                if (!text.StartsWith(parts[i].Text)) return false;
                text = text[parts[i].Text.Length..];
                continue;
            }

            var end = text.Length;
            if (i == parts.Length - 2)
            {
                if (!text.EndsWith(parts[^1].Text)) return false;
                end -= parts[^1].Text.Length;
            }
            else if (i < parts.Length - 1)
            {
                end = text.Length < 2 ? -1 : text[1..].IndexOf(parts[i + 1].Text) + 1;
            }

            if (end < 1) return false;
            labels?.Add(new(label, Encoding.UTF8.GetString(text[..end])));
            text = text[end..];
        }

        return text.IsEmpty;
    }

    static bool TryLevel(string part, int column, bool last, out Level level, out TextFailure failure)
    {
        level = default;
        failure = default;
        if (part == "+") level = new(LevelKind.Any, "", []);
        else if (part == "#"
            || (part.StartsWith('{') && part.EndsWith("#}", StringComparison.Ordinal) && part.IndexOf('}') == part.Length - 1))
        {
            if (!last) return Fail("# takes everything below and so must be the last level.", column, out failure);
            var name = part == "#" ? "" : part[1..^2];
            if (part != "#" && !IsName(name)) return FailName(part, column, out failure);
            level = new(part == "#" ? LevelKind.Rest : LevelKind.LabelledRest, name, []);
        }
        else if (part.StartsWith('{') && part.IndexOf('}') == part.Length - 1)
        {
            if (!IsName(part[1..^1])) return FailName(part, column, out failure);
            level = new(LevelKind.Label, part[1..^1], []);
        }
        else if (part.Contains('{') && part.IndexOfAny(['+', '#', '\0']) < 0) return TryLevelOfParts(part, column, out level, out failure);
        else if (part.IndexOfAny(['{', '}', '+', '#', '\0']) is >= 0 and var at)
        {
            return Fail(part[at] switch
            {
                '{' or '}' => $"A label is written {{name}}; seen: {part}.",
                '\0' => "A topic cannot hold the character U+0000.",
                _ => $"{part[at]} must stand alone in its level; seen: {part}.",
            }, column + at, out failure);
        }
        else
        {
            for (var i = 0; i < part.Length; i++)
            {
                if (!char.IsSurrogate(part[i])) continue;
                if (i + 1 < part.Length && char.IsSurrogatePair(part[i], part[i + 1])) i++;
                else return Fail("A topic must be valid Unicode text.", column + i, out failure);
            }

            level = new(LevelKind.Literal, "", Encoding.UTF8.GetBytes(part));
        }

        return true;
    }

    static bool TryLevelOfParts(string part, int column, out Level level, out TextFailure failure)
    {
        level = default;
        failure = default;
        var parts = new List<(string? Label, byte[] Text)>();
        for (var at = 0; at < part.Length;)
        {
            var open = part.IndexOf('{', at);
            var text = open < 0 ? part[at..] : part[at..open];
            if (text.Contains('}'))
                return Fail($"A label is written {{name}}; seen: {part}.", column + at + text.IndexOf('}'), out failure);
            if (text.Length > 0) parts.Add((null, Encoding.UTF8.GetBytes(text)));
            if (open < 0) break;
            if (text.Length == 0 && parts.Count > 0)
                return Fail($"Between two labels of one level stands some text; seen: {part}.", column + open, out failure);
            var close = part.IndexOf('}', open);
            if (close < 0 || !IsName(part[(open + 1)..close])) return FailName(part, column + open, out failure);
            parts.Add((part[(open + 1)..close], []));
            at = close + 1;
        }

        level = new(LevelKind.Parts, "", [], [.. parts]);
        return true;
    }

    static bool FailName(string part, int column, out TextFailure failure) =>
        Fail($"A label name in a topic is letters, digits and _, not starting with a digit; seen: {part}.", column + 1, out failure);

    static bool IsName(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    static bool Fail(string message, int column, out TextFailure failure)
    {
        failure = new(column - 1, message);
        return false;
    }

    /// <summary>One level; with parts, a label or text each.</summary>
    readonly record struct Level(LevelKind Kind, string Label, byte[] Literal, (string? Label, byte[] Text)[]? Parts = null);
}
