using EdgeAgent.Core.Formats.Documents;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Cbor;

/// <summary><c>format: cbor</c>.</summary>
public static class CborFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "cbor",
        Kind = ComponentKind.Format,
        Doc = "CBOR (RFC 8949): as `json`, with the same paths. `[3]` is also the key 3 of a map, and a time of tag 0 or 1 needs no "
            + "`unit`.",
        Example = "decode: { format: cbor, value: $.value, time: { path: $.ts, unit: ms } }",
        Fields = [.. DocumentFields.All, .. FormatFields.Encoded],
        Build = v => FormatFields.Encode(v, DocumentFields.Fill(v, new CborFormatSettings())),
        Check = DocumentFields.Check,
        Labels = DocumentFields.Scope,
    };
}
