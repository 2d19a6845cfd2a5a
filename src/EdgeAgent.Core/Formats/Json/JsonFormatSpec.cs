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
        Doc = "A JSON text: one value, several fields, or an array of samples. Booleans are 0 and 1.",
        Example = "decode: { format: json, value: $.value, time: { path: $.ts, unit: ms } }",
        Fields =
        [
            .. FormatFields.Values(FieldType.JsonPath, "path", "JSON path"),
            FieldSpec.Of(FieldType.JsonPath, "samples",
                "JSON path of an array whose elements are samples. All other paths are then relative to an element.")
                with { DefaultDoc = "the payload is one sample", Example = "$.samples" },
            FormatFields.Time(FieldType.JsonPath, "path", "JSON path"),
            FormatFields.Labels(FieldType.JsonPath, "JSON path"),
        ],
        Build = v => new JsonFormatSettings
        {
            Fields = FormatFields.FieldsOf(v),
            Samples = v.GetOrNull<string>("samples"),
            Time = v.Nested<TimeSettings>("time"),
            LabelPaths = FormatFields.LabelPathsOf(v),
        },
        Check = FormatFields.CheckValues,
        Labels = FormatFields.Scope,
    };
}
