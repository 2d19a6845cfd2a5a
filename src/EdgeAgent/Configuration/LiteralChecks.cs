using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>Values of labels that are taken as they stand and look like a path or a template.</summary>
static class LiteralChecks
{
    /// <summary>Adds the findings of a value and all below it.</summary>
    public static void Run(SpecValue value, FindingList findings)
    {
        if (value.Spec is { Name: LabelSet.Metric, Type: FieldType.Text }) Literal(value, LabelSet.Metric, findings);
        foreach (var (key, entry) in value.Entries)
        {
            if (value.Spec is { Keys: FieldType.NewLabel, Item.Type: FieldType.Text }) Literal(entry, key, findings);
            Run(entry, findings);
        }

        foreach (var item in value.Items) Run(item, findings);
        foreach (var inner in value.Nested?.Written ?? []) Run(inner, findings);
    }

    static void Literal(SpecValue value, string label, FindingList findings)
    {
        if (value.Value is not string text || findings.IsFull) return;
        if (text is "$" || text.StartsWith("$.", StringComparison.Ordinal) || text.StartsWith("$[", StringComparison.Ordinal)
            || text.StartsWith("$$", StringComparison.Ordinal))
            findings.Add(FindingCodes.LiteralLabel, value.At, value.Path, $"`{Nearest.Cut(text)}` looks like a path and is taken as it "
                + "stands: all readings get this text. For what stands in the payload write, under `decode`, "
                + $"`labels: {{ {label}: {Nearest.Cut(text)} }}`.");
        else if (Templates.Holes(text).FirstOrDefault(hole => Words.Label(hole.Label) is null).Label is { } hole)
            findings.Add(FindingCodes.LiteralLabel, value.At, value.Path, $"`{Nearest.Cut(text)}` looks like a template and is taken as it "
                + $"stands: all readings get this text. What stands in the topic is the label `{Nearest.Cut(hole)}` already.");
    }
}
