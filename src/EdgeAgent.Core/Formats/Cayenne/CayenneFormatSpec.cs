using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Cayenne;

/// <summary><c>format: cayenne</c>.</summary>
public static class CayenneFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "cayenne",
        Kind = ComponentKind.Format,
        Doc = "Cayenne LPP: channel, type and value one after another. The type is the metric (`temperature`, `humidity`, `latitude` "
            + "…), the channel "
            + "the label `channel`. In uplinks of LoRaWAN: `format: lorawan`.",
        Example = "decode: { format: cayenne, encoding: base64 }",
        Fields = [.. FormatFields.Encoded],
        Build = v => FormatFields.Encode(v, new CayenneFormatSettings()),
        Labels = (_, scope) => scope.Or(new(new HashSet<string> { LabelSet.Metric, CayenneReader.ChannelLabel })),
    };
}
