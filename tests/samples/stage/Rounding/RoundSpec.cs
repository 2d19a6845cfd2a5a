using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages.Rounding;

/// <summary><c>round</c>.</summary>
public static class RoundSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "round",
        Kind = ComponentKind.Stage,
        Role = StageRole.Filter,
        Doc = "Gives each value the nearest multiple of a step.",
        Example = "round: { step: 0.5 }",
        Fields = [FieldSpec.Number("step", "The step.") with { Required = true, Example = "0.5" }],
        Build = v => new RoundSettings { Name = v.Name, Step = v.Get<double>("step") },
        Check = static (v, findings) =>
        {
            if (v.TryGet("step", out double step) && step <= 0)
                findings.Add(FindingCodes.OutOfRange, v.Find("step")!.At, v.Find("step")!.Path,
                    $"{Words.Of(step)} is no step. Use a number above 0.");
        },
    };

    /// <summary>The stage.</summary>
    public static readonly StageKind Kind = StageKind.Of<RoundSettings>(Spec, (settings, _) => new RoundStage(settings));
}
