using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.KeyValue;

/// <summary><c>format: key_value</c>.</summary>
public static class KeyValueFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "key_value",
        Kind = ComponentKind.Format,
        Doc = "Pairs of a key and a value: `t=21.5;h=40`.",
        Example = "decode: { format: key_value, value: t, time: { key: ts, unit: s } }",
        Fields =
        [
            .. FormatFields.Values(FieldType.Text, "key", "Key"),
            FieldSpec.Of(FieldType.Character, "separator", "What stands between pairs.") with { Default = ';', Example = "\"&\"" },
            FormatFields.Time(FieldType.Text, "key", "Key"),
            FormatFields.Labels(FieldType.Text, "Key"),
        ],
        Build = v => new KeyValueFormatSettings
        {
            Fields = FormatFields.FieldsOf(v),
            Separator = v.Get<char>("separator"),
            Time = v.Nested<TimeSettings>("time"),
            LabelPaths = FormatFields.LabelPathsOf(v),
        },
        Check = FormatFields.CheckValues,
        Labels = FormatFields.Scope,
    };
}
