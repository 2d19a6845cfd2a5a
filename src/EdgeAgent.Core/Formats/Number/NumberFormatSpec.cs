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
        Fields = [FormatFields.Metric, FormatFields.States],
        Build = v => new NumberFormatSettings { Metric = v.GetOrNull<string>("metric"), States = FormatFields.StatesOf(v) },
        Labels = FormatFields.MetricScope,
    };
}
