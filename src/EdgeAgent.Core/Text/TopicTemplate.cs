using System.Text;

namespace EdgeAgent.Core.Text;

/// <summary>A topic with holes, such as <c>sensors/{site}/{device}/{metric}</c>: the filter to subscribe,
/// and labels from a topic.</summary>
/// <remarks>
/// Levels are separated by <c>/</c>. A level is literal text, <c>{label}</c> (one level whose text becomes the label's value),
/// <c>+</c> (one level, thrown away) or, last only, <c>#</c> (this level's parent and everything below). A first level that is
/// not literal does not match topics that start with <c>$</c> [MQTT-4.7.2-1]. Immutable.
/// </remarks>
public sealed class TopicTemplate
{
    const int MaxBytes = 65_535;

    readonly Level[] _levels;

    TopicTemplate(string text, Level[] levels)
    {
        Text = text;
        _levels = levels;
        Filter = string.Join('/', levels.Select(l => l.Kind switch
        {
            LevelKind.Literal => Encoding.UTF8.GetString(l.Literal),
            LevelKind.Rest => "#",
            _ => "+",
        }));
        Labels = [.. levels.Where(l => l.Kind == LevelKind.Label).Select(l => l.Label)];
    }

    enum LevelKind { Literal, Label, Any, Rest }

    /// <summary>The template as written.</summary>
    public string Text { get; }

    /// <summary>The MQTT topic filter, without a shared-subscription prefix.</summary>
    public string Filter { get; }

    /// <summary>Names of the labels, in the order of the levels.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Reads a template; on failure <paramref name="fault"/> says what and where.</summary>
    public static bool TryParse(string text, out TopicTemplate? template, out TextFault fault)
    {
        template = null;
        fault = default;
        if (text.Length == 0) return Fail("The topic is empty; write levels such as sensors/{site}/{metric}.", 1, out fault);
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes) return Fail("The topic is longer than 65,535 bytes.", 1, out fault);
        if (text.StartsWith("$share/", StringComparison.Ordinal))
            return Fail("A shared subscription is written as `share: <group>` beside the topic, not inside it.", 1, out fault);
        var levels = new List<Level>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var column = 1;
        var parts = text.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            var part = parts[i];
            if (!TryLevel(part, column, i == parts.Length - 1, out var level, out fault)) return false;
            if (level.Kind == LevelKind.Label && !names.Add(level.Label))
                return Fail($"The label {level.Label} stands in two levels; give each level its own name, or use +.", column, out fault);
            levels.Add(level);
            column += part.Length + 1;
        }

        template = new TopicTemplate(text, [.. levels]);
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
            var slash = rest.IndexOf((byte)'/');
            var part = slash < 0 ? rest : rest[..slash];
            if (ended || (level.Kind == LevelKind.Literal && !part.SequenceEqual(level.Literal)))
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
            var slash = topic.IndexOf((byte)'/');
            lengthBytes = slash < 0 ? topic.Length : slash;
            if (level.Kind == LevelKind.Label && lengthBytes > maxBytes) return level.Label;
            if (slash < 0) return null;
            topic = topic[(slash + 1)..];
        }

        return null;
    }

    static bool TryLevel(string part, int column, bool last, out Level level, out TextFault fault)
    {
        level = default;
        fault = default;
        if (part == "+") level = new(LevelKind.Any, "", []);
        else if (part == "#")
        {
            if (!last) return Fail("# takes everything below and so must be the last level.", column, out fault);
            level = new(LevelKind.Rest, "", []);
        }
        else if (part.StartsWith('{') && part.EndsWith('}'))
        {
            var name = part[1..^1];
            if (!IsName(name))
                return Fail($"A label name in a topic is letters, digits and _, not starting with a digit; seen: {part}.",
                    column + 1, out fault);
            level = new(LevelKind.Label, name, []);
        }
        else if (part.IndexOfAny(['{', '}', '+', '#', '\0']) is >= 0 and var at)
        {
            return Fail(part[at] switch
            {
                '{' or '}' => $"A {{label}} must be a whole level between two slashes; seen: {part}.",
                '\0' => "A topic cannot hold the character U+0000.",
                _ => $"{part[at]} must stand alone in its level; seen: {part}.",
            }, column + at, out fault);
        }
        else
        {
            for (var i = 0; i < part.Length; i++)
            {
                if (!char.IsSurrogate(part[i])) continue;
                if (i + 1 < part.Length && char.IsSurrogatePair(part[i], part[i + 1])) i++;
                else return Fail("A topic must be valid Unicode text.", column + i, out fault);
            }

            level = new(LevelKind.Literal, "", Encoding.UTF8.GetBytes(part));
        }

        return true;
    }

    static bool IsName(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    static bool Fail(string message, int column, out TextFault fault)
    {
        fault = new(column - 1, message);
        return false;
    }

    readonly record struct Level(LevelKind Kind, string Label, byte[] Literal);
}
