using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Drift;

/// <summary>The <c>drift</c> section of a model.</summary>
public static class DriftSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "drift",
        Kind = ComponentKind.Section,
        Doc = "Whether inputs and scores still look as they did when the model was made: the population stability index (PSI) of each, "
            + "over windows of event time, in the status and as an alert.",
        Example = "drift: { reference: models/pump.reference.json, window: 1d }",
        Fields =
        [
            FieldSpec.Of(FieldType.Path, "reference",
                "JSON file of the distributions to compare with; `edge-agent model reference` makes it from a recording.")
                with { Required = true, Exists = true, Example = "models/pump.reference.json" },
            FieldSpec.Duration("window",
                "Event time over which values are gathered. As long as the plant's cycle, so that nights are not compared with days.",
                TimeSpan.FromSeconds(1), TimeSpan.FromDays(366))
                with { Default = TimeSpan.FromDays(1) },
            FieldSpec.Integer("min_count", "Values that an index needs; a window with fewer goes on into the next. "
                + "The index of n values of an unmoved quantity in 10 bins is about 9/n.", 20, 1_000_000_000) with { Default = 200L },
            FieldSpec.Number("threshold", "An index above it opens an alert.") with { Min = 0.001, Max = 100.0, Default = 0.25 },
            FieldSpec.Number("release", "An index below it ends the alert.") with { Min = 0.0005, Max = 100.0, Default = 0.1 },
        ],
        Build = v => new DriftSettings
        {
            Reference = v.Get<string>("reference"),
            Window = v.Get<TimeSpan>("window"),
            MinCount = v.Int("min_count"),
            Threshold = v.Get<double>("threshold"),
            Release = v.Get<double>("release"),
        },
        Check = static (v, findings) =>
        {
            if (v.TryGet("threshold", out double threshold) && v.TryGet("release", out double release) && release > threshold)
                findings.Add(FindingCodes.OutOfRange, v.Find("release")?.At ?? v.Find("threshold")!.At, v.Path,
                    $"`release` {Words.Of(release)} is above `threshold` {Words.Of(threshold)}; the alert would end where it begins. "
                        + "Use the same or less.");
        },
    };
}
