using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages.Ranges;

/// <summary><c>range</c>.</summary>
public static class RangeSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "range",
        Kind = ComponentKind.Stage,
        Role = StageRole.Filter,
        Doc = "Holds values inside limits. The limits themselves are good values.",
        Example = "range: { min: -40, max: 150, action: clamp }",
        Fields =
        [
            FieldSpec.Number("min", "Lowest good value.") with { DefaultDoc = "no limit", Example = "-40" },
            FieldSpec.Number("max", "Highest good value.") with { DefaultDoc = "no limit", Example = "150" },
            FieldSpec.Enum("action", "What happens to a value outside.",
                new("drop", RangeAction.Drop, "The reading is dropped and counted."),
                new("clamp", RangeAction.Clamp, "The value becomes the nearer limit."),
                new("mark", RangeAction.Mark, "The reading passes with its quality marked.")) with { Default = RangeAction.Drop },
        ],
        Build = v => new RangeSettings
        {
            Name = v.Name,
            Min = v.GetNullable<double>("min") ?? double.NegativeInfinity,
            Max = v.GetNullable<double>("max") ?? double.PositiveInfinity,
            Action = v.Get<RangeAction>("action"),
        },
        Check = static (v, findings) =>
        {
            if (!v.Has("min") && !v.Has("max"))
                findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "neither `min` nor `max`. Give one of them, or remove the stage.");
            if (v.TryGet("min", out double min) && v.TryGet("max", out double max) && min > max)
                findings.Add(FindingCodes.OutOfRange, v.Find("max")!.At, v.Find("max")!.Path,
                    $"max {Words.Of(max)} is below min {Words.Of(min)}. Swap them.");
        },
    };

    /// <summary>The stage.</summary>
    public static readonly StageKind Kind = StageKind.Of<RangeSettings>(Spec, (settings, _) => new RangeStage(settings));
}
