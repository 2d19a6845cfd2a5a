using EdgeAgent.Core.Formats.Binary;
using EdgeAgent.Core.Formats.Cayenne;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Lorawan;

/// <summary><c>format: lorawan</c>.</summary>
public static class LorawanFormatSpec
{
    static readonly ComponentSpec Uplink = new()
    {
        Name = "uplink",
        Kind = ComponentKind.Section,
        Doc = "What the bytes of uplinks on one port are.",
        Fields =
        [
            FieldSpec.Integer("port", "The port.", 1, 255) with { DefaultDoc = "every other", Example = "2" },
            FieldSpec.Enum("codec", "What the bytes are.",
                new("fields", false, "Values at fixed places."), new("cayenne", true, "Cayenne LPP.")) with { Default = false },
            FieldSpec.List("fields", "Values at fixed places.", FieldSpec.Nested("", "A value.", BinaryFormatSpec.Field))
                with { DefaultDoc = "none", MinCount = 1, MaxCount = 500 },
        ],
        Build = v => new LorawanUplink
        {
            Port = (int?)v.GetNullable<long>("port"), IsCayenne = v.Get<bool>("codec"), Fields = v.All<BinaryField>("fields"),
        },
        Check = static (v, findings) =>
        {
            if (!v.TryGet("codec", out bool cayenne)) return;
            if (cayenne && v.Find("fields") is { } fields)
                findings.Add(FindingCodes.Exclusive, fields.KeyAt, fields.Path, "`fields` beside `codec: cayenne`. Keep one of them.");
            if (!cayenne && !v.Has("fields"))
                findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "neither `fields` nor `codec: cayenne`. Give one of them.");
        },
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "lorawan",
        Kind = ComponentKind.Format,
        Doc = "Uplinks as ChirpStack 4 and The Things Stack v3 publish them: device, time, and either what the server decoded or the "
            + "bytes by "
            + "port. The same uplink of one device within ten minutes counts once.",
        Example = "decode: { format: lorawan, uplinks: [{ port: 2, fields: [{ metric: temperature, at: 0, type: i16, scale: 0.1 }] }] }",
        Fields =
        [
            FieldSpec.List("uplinks", "What the bytes are, by port; the first entry that fits counts. Bytes on a port that none "
                + "names are counted as bad.",
                FieldSpec.Nested("", "A port.", Uplink))
                with { DefaultDoc = "bytes are not read", MaxCount = 100 },
            FieldSpec.Boolean("decoded", "Whether what the server decoded (`object`, `decoded_payload`) is taken where it is there, "
                + "each number "
                + "with the names down to it as metric.", otherwise: true),
            FieldSpec.Boolean("signal", "Whether the strength of the signal at the first gateway is read too, as `rssi` and `snr`.",
                otherwise: false),
        ],
        Build = v => new LorawanFormatSettings
        {
            Uplinks = v.All<LorawanUplink>("uplinks"), TakesDecoded = v.Get<bool>("decoded"), TakesSignal = v.Get<bool>("signal"),
        },
        Labels = (_, scope) =>
            scope.Or(new(new HashSet<string> { LabelSet.Metric, LorawanReader.DeviceLabel, CayenneReader.ChannelLabel })),
    };
}
