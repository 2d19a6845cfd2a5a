using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Specs;

/// <summary>What is wrong with templates and paths, told by the types that use them, and the labels they name.</summary>
public static class Templates
{
    /// <summary>Labels in the holes of a template with the offset of each label's first letter; <c>{{</c> is no hole.</summary>
    public static IEnumerable<(string Label, int Offset)> Holes(string text)
    {
        for (var open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
        {
            if (open + 1 < text.Length && text[open + 1] == '{')
            {
                open++;
                continue;
            }

            var close = text.IndexOf('}', open);
            if (close < 0) yield break;
            yield return (text[(open + 1)..close], open + 1);
            open = close;
        }
    }

    /// <summary>What is wrong with a text with <c>{label}</c> holes, or null.</summary>
    public static TextFailure? Text(string text)
    {
        if (text.Length == 0) return new(0, "the text is empty");
        if (!TextTemplate.TryParse(text, out _, out var error)) return error;
        foreach (var (label, offset) in Holes(text))
            if (Words.Label(label) is { } failure) return new(offset + failure.Offset, failure.Message);
        return null;
    }

    /// <summary>What is wrong with a topic template, or null.</summary>
    public static TextFailure? Topic(string text) =>
        TopicTemplate.TryParse(text, out _, out var failure) ? null : failure;

    /// <summary>Labels a topic template gives.</summary>
    public static IEnumerable<string> TopicLabels(string text) => Holes(text).Select(h => h.Label.TrimEnd('#'));

    /// <summary>What is wrong with a JSON path, or null.</summary>
    public static TextFailure? Path(string text) =>
        JsonPath.TryParse(text, out _, out var failure) ? null : failure;

    /// <summary>The metric a path or column gives when nothing else names one.</summary>
    public static string MetricOf(FieldType type, string path) =>
        type != FieldType.JsonPath ? path : JsonPath.TryParse(path, out var parsed, out _) ? parsed!.LastName ?? "value" : "value";
}
