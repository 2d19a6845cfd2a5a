using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Number;

/// <summary><c>format: number</c>.</summary>
public static class NumberFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "number",
        Kind = ComponentKind.Format,
        Doc = "The payload is the value as text; its time is the arrival time.",
        Example = "decode: { format: number }",
        Fields = [FormatFields.Metric, .. FormatFields.Treatment, .. FormatFields.Text, .. FormatFields.Encoded],
        Build = v => FormatFields.Encode(v,
            new NumberFormatSettings { Field = FormatFields.FieldOf(v, ""), Text = FormatFields.TextOf(v) }),
        Labels = FormatFields.MetricScope,
    };
}
