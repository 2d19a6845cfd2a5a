using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>Follows the labels of one pipeline from its sources through its stages to the templates of its outputs.</summary>
static class LabelChecks
{
    /// <summary>Adds the findings of one pipeline.</summary>
    public static void Run(SpecValues pipeline, Dictionary<string, SpecValue> sources, Dictionary<string, SpecValue> outputs,
        FindingList findings)
    {
        var scope = Sources(pipeline, sources);
        foreach (var stage in pipeline.Items("stages"))
        {
            if (stage.Nested is not { } values)
            {
                // What a refused stage would do to labels is not known.
                scope = scope with { IsOpen = true };
                continue;
            }

            foreach (var value in values.Written) Used(value, scope, findings);
            scope = values.Spec.Labels?.Invoke(values, scope) ?? scope;
        }

        if (scope.NarrowedBy is null) Fields(pipeline, scope, findings);
        foreach (var name in pipeline.Items("to").Select(t => t.Value).OfType<string>())
            if (outputs.TryGetValue(name, out var output) && output.Nested is { } target)
                foreach (var template in target.Written)
                    if (template is { Spec.Type: FieldType.TextTemplate, Value: string text })
                        Template(template, text, pipeline, scope, findings);
    }

    /// <summary>Without a window each reading becomes a flat object with fields of its own.</summary>
    static void Fields(SpecValues pipeline, LabelScope scope, FindingList findings)
    {
        foreach (var field in (ReadOnlySpan<string>)["pipeline", "time", "value", "quality"])
            if (scope.Names.Contains(field))
                findings.Add(FindingCodes.LabelIsField, pipeline.At, pipeline.Path,
                    $"label `{field}` has the name of a field of every reading's record. Give the label another name where it is made.");
    }

    static LabelScope Sources(SpecValues pipeline, Dictionary<string, SpecValue> sources)
    {
        var scope = LabelScope.None;
        foreach (var item in pipeline.Items("from"))
            scope = item.Value is string name && sources.TryGetValue(name, out var source)
                && source.Nested is { Spec.Labels: { } labels } values
                ? scope.Or(labels(values, LabelScope.None))
                : scope with { IsOpen = true };
        return pipeline.Has("from") ? scope : scope with { IsOpen = true };
    }

    static void Used(SpecValue value, LabelScope scope, FindingList findings)
    {
        if (value.Spec.Type == FieldType.Label && value.Value is string label) Known(label, value.At, value.Path, scope, findings);
        foreach (var item in value.Items) Used(item, scope, findings);
        foreach (var (key, entry) in value.Entries)
        {
            if (value.Spec.Keys == FieldType.Label) Known(key, entry.KeyAt, entry.Path, scope, findings);
            Used(entry, scope, findings);
        }
    }

    static void Known(string label, TextMark at, string path, LabelScope scope, FindingList findings)
    {
        if (scope.Has(label) || findings.IsFull) return;
        findings.Add(FindingCodes.UnknownLabel, at, path,
            $"no source of this pipeline gives a label `{Nearest.Cut(label)}`.{Nearest.Hint(label, scope.Names)}");
    }

    static void Template(SpecValue template, string text, SpecValues pipeline, LabelScope scope, FindingList findings)
    {
        foreach (var (label, offset) in Templates.Holes(text))
        {
            if (scope.Has(label) || findings.IsFull) continue;
            if (scope.NarrowedBy is { } by)
                findings.Add(FindingCodes.LabelNotKept, template.Inside(offset), template.Path, $"label `{label}` is not in {by} of "
                    + $"pipeline `{pipeline.Name}`.{Nearest.Hint(label, scope.Names)} Add it there, or remove it here.");
            else Known(label, template.Inside(offset), template.Path, scope, findings);
        }
    }
}
