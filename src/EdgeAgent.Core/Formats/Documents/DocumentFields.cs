using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Documents;

/// <summary>Keys that formats of documents share.</summary>
public static class DocumentFields
{
    const string Key = "path";

    /// <summary>The keys, without <c>encoding</c>.</summary>
    public static IReadOnlyList<FieldSpec> All { get; } =
    [
        .. FormatFields.Values(FieldType.JsonPath, Key, "JSON path"),
        FieldSpec.Of(FieldType.JsonPath, "samples",
            "JSON path of an array whose elements are samples, or with a wildcard of the samples themselves. Paths of `value` and "
                + "`fields` are "
            + "then an element's; those of `time` and `labels` too, or else, when they start at `$`, the document's. `$$.` is always "
            + "the document.")
            with { DefaultDoc = "the payload is one sample", Example = "$.samples" },
        FieldSpec.Of(FieldType.JsonPath, "columns", "JSON path of an array of names for rows that are arrays: a name in a path is then "
            + "a position.")
            with { DefaultDoc = "none", Example = "$.columns" },
        FormatFields.Time(FieldType.JsonPath, Key, "JSON path"),
        FormatFields.Labels(FieldType.JsonPath, Key, "JSON path"),
        .. FormatFields.Text,
    ];

    /// <summary><paramref name="settings"/> with what was bound.</summary>
    public static DocumentFormatSettings Fill(SpecValues v, DocumentFormatSettings settings) => settings with
    {
        Fields = FormatFields.FieldsOf(v),
        AllFields = FormatFields.TakesAll(v),
        Samples = v.GetOrNull<string>("samples"),
        Columns = v.GetOrNull<string>("columns"),
        Time = v.Nested<TimeSettings>("time"),
        LabelPaths = FormatFields.LabelPathsOf(v),
        Text = FormatFields.TextOf(v),
    };

    /// <summary>What the keys say together.</summary>
    public static void Check(SpecValues v, FindingList findings)
    {
        FormatFields.CheckValues(v, findings);
        var fields = FieldPaths(v).ToList();
        var samples = v.Find("samples")?.Value as string;
        IEnumerable<SpecValue?> others = [v.Find("time")?.Nested?.Find(Key), .. v.Entries("labels").Select(l => l.Value.Nested?.Find(Key))];
        foreach (var other in others)
            if (other is { Value: string path } && DocumentPlan.Failure(path, fields.Select(f => (string)f.Value!), samples) is { } failure)
                findings.Add(FindingCodes.BadJsonPath, other.At, other.Path, $"`{Nearest.Cut(path)}`: {failure}. Give it the wildcards "
                    + "of the value.");
        if (v.Find("columns") is { Value: string } columns && samples is null && fields.Count > 0
            && fields.All(f => JsonPath.TryParse((string)f.Value!, out var flat, out _) && flat!.Steps.Count() < 2))
            findings.Add(FindingCodes.NoRows, columns.KeyAt, columns.Path, "the names are of positions in rows, and no path leads into "
                + "a row. Give `samples`, the path of the rows, or remove `columns`.");
        if (v.Has("labels")) return;
        foreach (var field in fields)
            if (JsonPath.TryParse((string)field.Value!, out var parsed, out _) && parsed!.Steps.Any(IsNameless) && samples is null)
                findings.Add(FindingCodes.SameSeries, field.At, field.Path, $"`{Nearest.Cut(parsed.Text)}`: the values of all keys "
                    + "under `*` become "
                    + "one series. Write `{name}` in its place, and the key becomes the label `name`.");
    }

    /// <summary>Labels the format adds: those of <c>labels</c>, of wildcards, and <c>metric</c>.</summary>
    public static LabelScope Scope(SpecValues v, LabelScope scope)
    {
        var names = new HashSet<string>();
        foreach (var value in FieldPaths(v).Append(v.Find("samples")))
            if (value?.Value is string text && JsonPath.TryParse(text, out var path, out _)) names.UnionWith(path!.Labels);
        return FormatFields.Scope(v, scope).Or(new(names));
    }

    static IEnumerable<SpecValue> FieldPaths(SpecValues v)
    {
        if (v.Find("value") is { Value: string } value) yield return value;
        foreach (var item in v.Items("fields"))
            if (item.Nested?.Find(Key) is { Value: string } path) yield return path;
    }

    /// <summary>A wildcard over names alone; one in brackets means elements, whose values may well be one series.</summary>
    static bool IsNameless(JsonPath.Step step) => step is { IsWild: true, Label: null, IsBare: true };
}
