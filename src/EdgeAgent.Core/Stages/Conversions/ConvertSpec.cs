using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages.Conversions;

/// <summary><c>convert</c>.</summary>
public static class ConvertSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "convert",
        Kind = ComponentKind.Stage,
        Role = StageRole.Filter,
        Doc = "Gives each value times `scale` plus `offset`, to change units.",
        Example = "convert: { scale: 1.8, offset: 32 }",
        Fields =
        [
            FieldSpec.Factor("scale", "Factor.") with { Default = 1.0 },
            FieldSpec.Number("offset", "Added after scaling.") with { Default = 0.0 },
        ],
        Build = v => new ConvertSettings { Name = v.Name, Scale = v.Get<double>("scale"), Offset = v.Get<double>("offset") },
        Check = static (v, findings) =>
        {
            if (!v.Has("scale") && !v.Has("offset"))
                findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "neither `scale` nor `offset`. Give one of them, or remove the stage.");
        },
    };

    /// <summary>The stage.</summary>
    public static readonly StageKind Kind =
        StageKind.Of<ConvertSettings>(Spec, (settings, context) => new ConvertStage(settings, context.Counters));
}
