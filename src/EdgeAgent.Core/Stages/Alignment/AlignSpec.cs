using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages.Alignment;

/// <summary><c>align</c>.</summary>
public static class AlignSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "align",
        Kind = ComponentKind.Stage,
        Role = StageRole.Fold,
        Doc = "Joins several metrics of a group into one row, as a summary with a field a metric; for models over several sensors.",
        Example = "align: { by: [site, device], metrics: [temperature, pressure], tolerance: 30s }",
        Fields =
        [
            FieldSpec.List("by", "Labels that make a group; `metric` is not among them.", FieldSpec.Of(FieldType.Label, "", "A label."))
                with { Required = true, MinCount = 1, MaxCount = 64, Distinct = true, Single = true, Example = "[site, device]" },
            FieldSpec.List("metrics", "Metrics of a row, in order; readings of others are left out.", FieldSpec.Text("", "A metric."))
                with
                {
                    Required = true, MinCount = 1, MaxCount = 4096, Distinct = true, Single = true, Example = "[temperature, pressure]"
                },
            FieldSpec.Enum("join", "What stands for a metric that was not measured at the moment of a row.",
                new("last",
                    AlignJoin.Last, "Its last value, if not older than `tolerance`. A row is told by the group's first later reading."),
                new("linear", AlignJoin.Linear, "A value on the straight line between its last value and its next, if these are not "
                    + "further apart than `tolerance`. A row is told when every metric has a value at or past its moment, "
                    + "and given up when the group is `tolerance` past it."),
                new("exact", AlignJoin.Exact, "Nothing: there is a row only when all were measured at that very moment, told at once."))
                    with { Default = AlignJoin.Last },
            FieldSpec.Duration("tolerance", "Oldest value that may stand in; with `linear`, the longest gap to draw a line over.",
                TimeSpan.Zero, TimeSpan.FromDays(366)) with { Default = TimeSpan.FromMinutes(1) },
            FieldSpec.Duration("grid", "Distance of rows, on whole multiples since 1970-01-01T00:00:00Z.", TimeSpan.FromMilliseconds(1),
                TimeSpan.FromDays(366))
                with { DefaultDoc = "a row at each moment at which a metric was measured", Example = "10s" },
        ],
        Build = v => new AlignSettings
        {
            Name = v.Name,
            By = v.Texts("by"),
            Metrics = v.Texts("metrics"),
            Join = v.Get<AlignJoin>("join"),
            Tolerance = v.Get<TimeSpan>("tolerance"),
            Grid = v.GetNullable<TimeSpan>("grid"),
        },
        Labels = static (v, scope) => v.Find("by") is { } by
            ? new(new HashSet<string>(by.Items.Select(i => i.Value).OfType<string>()), IsOpen: !by.IsGood, NarrowedBy: "align.by")
            : scope with { IsOpen = true },
    };

    /// <summary>The stage.</summary>
    public static readonly StageKind Kind = StageKind.Of<AlignSettings>(Spec, (settings, context) => new AlignStage(settings, context));
}
