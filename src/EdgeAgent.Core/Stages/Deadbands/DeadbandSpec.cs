using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages.Deadbands;

/// <summary><c>deadband</c>.</summary>
public static class DeadbandSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "deadband",
        Kind = ComponentKind.Stage,
        Role = StageRole.TimedFilter,
        Doc = "Passes a reading only when it differs enough from the last one passed of its series.",
        Example = "deadband: { absolute: 0.05, max_silence: 60s }",
        Fields =
        [
            FieldSpec.Number("absolute", "Smallest change that passes, in the unit of the value.")
                with { Min = 0.0, DefaultDoc = "not used", Example = "0.05" },
            FieldSpec.Number("percent", "Smallest change that passes, in percent of the last value passed.")
                with { Min = 0.0, Max = 1000.0, Unit = "%", DefaultDoc = "not used", Example = "1" },
            FieldSpec.Duration("max_silence",
                "After so long without a passed reading (in event time) the next one passes whatever its value.",
                TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(366)) with { DefaultDoc = "no limit", Example = "60s" },
        ],
        Build = v => new DeadbandSettings
        {
            Name = v.Name,
            Absolute = v.GetNullable<double>("absolute"),
            Percent = v.GetNullable<double>("percent"),
            MaxSilence = v.GetNullable<TimeSpan>("max_silence"),
        },
        Check = static (v, findings) =>
        {
            if (v.Find("absolute") is not null && v.Find("percent") is { } percent)
                findings.Add(FindingCodes.Exclusive, percent.KeyAt, percent.Path,
                    "`percent` beside `absolute`. Keep one of them, or use two stages.");
            if (!v.Has("absolute") && !v.Has("percent"))
                findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path,
                    "neither `absolute` nor `percent`. Give one of them, or remove the stage.");
        },
    };

    /// <summary>The stage.</summary>
    public static readonly StageKind Kind =
        StageKind.Of<DeadbandSettings>(Spec, (settings, context) => new DeadbandStage(settings, context.Series));
}
