using EdgeAgent.Core.Formats.Documents;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.MessagePack;

/// <summary><c>format: msgpack</c>.</summary>
public static class MessagePackFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "msgpack",
        Kind = ComponentKind.Format,
        Doc = "MessagePack: as `json`, with the same paths. `[3]` is also the key 3 of a map, and a time of the timestamp extension "
            + "needs no `unit`.",
        Example = "decode: { format: msgpack, value: $.value, time: { path: $.ts, unit: ms } }",
        Fields = [.. DocumentFields.All, .. FormatFields.Encoded],
        Build = v => FormatFields.Encode(v, DocumentFields.Fill(v, new MessagePackFormatSettings())),
        Check = DocumentFields.Check,
        Labels = DocumentFields.Scope,
    };
}
