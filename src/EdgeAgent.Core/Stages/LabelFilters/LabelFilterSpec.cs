using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages.LabelFilters;

/// <summary><c>keep</c> and <c>drop</c>.</summary>
public static class LabelFilterSpec
{
    /// <summary>Passes readings that match.</summary>
    public static readonly StageKind Keep = Make("keep", drop: false,
        "Passes the readings whose labels match and drops the rest.", "keep: { metric: [temperature, vibration], site: \"plant-*\" }");

    /// <summary>Removes readings that match.</summary>
    public static readonly StageKind Drop = Make("drop", drop: true,
        "Drops the readings whose labels match and passes the rest.", "drop: { device: \"test-*\" }");

    static StageKind Make(string name, bool drop, string doc, string example) => StageKind.Of<LabelFilterSettings>(new ComponentSpec
    {
        Name = name,
        Kind = ComponentKind.Stage,
        Role = StageRole.Filter,
        Doc = doc + " A reading matches when, for every label named, one of the patterns matches its value.",
        Example = example,
        Body = FieldSpec.Map("", "Patterns by label: exact text, a glob with `*` and `?`, or a list of them.", FieldType.Label,
            FieldSpec.List("", "Patterns, of which one must match.", FieldSpec.Of(FieldType.Glob, "", "A pattern."))
                with { MinCount = 1, Single = true }) with { MinCount = 1 },
        Build = v => new LabelFilterSettings
        {
            Name = v.Name,
            Drop = drop,
            Labels = [.. v.Entries("")
                .Select(e => KeyValuePair.Create<string, IReadOnlyList<string>>(e.Key, [.. e.Value.Items.Select(i => (string)i.Value!)]))],
        },
    }, (settings, context) => new LabelFilterStage(settings, context.Series));
}
