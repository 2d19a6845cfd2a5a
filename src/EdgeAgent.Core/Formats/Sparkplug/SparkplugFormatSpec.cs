using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Sparkplug;

/// <summary><c>format: sparkplug</c>.</summary>
public static class SparkplugFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "sparkplug",
        Kind = ComponentKind.Format,
        Doc = "Payloads of Sparkplug B: each metric with a name and a number or boolean is a reading, its name the label `metric`, its "
            + "time its own "
            + "or that of the payload. Metrics with an alias alone are counted, since what they are was said in an earlier message.",
        Example = "decode: { format: sparkplug }",
        Fields = [.. FormatFields.Encoded],
        Build = v => FormatFields.Encode(v, new SparkplugFormatSettings()),
        Labels = FormatFields.MetricScope,
    };
}
