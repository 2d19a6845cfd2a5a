using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Pairs;

/// <summary><c>format: pairs</c>.</summary>
public static class PairsFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "pairs",
        Kind = ComponentKind.Format,
        Doc = "Numbers as `name=value` with `;` between them; each name is the metric.",
        Example = "decode: { format: pairs, names: [temperature, humidity] }",
        Fields =
        [
            FieldSpec.List("names", "Names that are read; others are passed over.", FieldSpec.Of(FieldType.Name, "", "A name."))
                with { Required = true, MinCount = 1, Distinct = true, Single = true, Example = "[temperature]" },
        ],
        Build = v => new PairsFormatSettings { Names = v.Texts("names") },
        Labels = FormatFields.MetricScope,
    };
}
