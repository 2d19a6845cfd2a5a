using EdgeAgent.Core.Formats.Documents;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Json;

/// <summary><c>format: json</c>.</summary>
public static class JsonFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "json",
        Kind = ComponentKind.Format,
        Doc = "A JSON text: one value, several fields, every number, or an array of samples. Booleans are 0 and 1. Several documents "
            + "may follow "
            + "each other (NDJSON), and a text may hold a document.",
        Example = "decode: { format: json, value: $.value, time: { path: $.ts, unit: ms } }",
        Fields = [.. DocumentFields.All, .. FormatFields.Encoded],
        Build = v => FormatFields.Encode(v, DocumentFields.Fill(v, new JsonFormatSettings())),
        Check = DocumentFields.Check,
        Labels = DocumentFields.Scope,
    };
}
