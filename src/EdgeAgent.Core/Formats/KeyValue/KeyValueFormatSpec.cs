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
        Doc = "Keys with values, such as `T=21.5;H=40`, `temp: 21.5 °C, hum: 40 %` or `level=3 flow=1.5`: a value ends where the next "
            + "key begins. "
            + "Between two pairs stand `;`, `,`, `&`, `|`, blanks or line ends. A key does not start with a digit.",
        Example = "decode: { format: key_value, fields: [{ key: T, metric: temperature }, { key: H, metric: humidity }] }",
        Fields =
        [
            .. FormatFields.Values(FieldType.Text, "key", "Key"),
            FieldSpec.Of(FieldType.Character, "assign", "What stands between a key and its value.")
                with { DefaultDoc = "`=`, or `:` in a payload without `=`", Example = "\":\"" },
            FormatFields.Time(FieldType.Text, "key", "Key"),
            FormatFields.Labels(FieldType.Text, "key", "Key"),
            .. FormatFields.Text,
            .. FormatFields.Encoded,
        ],
        Build = v => FormatFields.Encode(v, new KeyValueFormatSettings
        {
            Fields = FormatFields.FieldsOf(v),
            AllFields = FormatFields.TakesAll(v),
            Assign = v.GetNullable<char>("assign"),
            Time = v.Nested<TimeSettings>("time"),
            LabelPaths = FormatFields.LabelPathsOf(v),
            Text = FormatFields.TextOf(v),
        }),
        Check = FormatFields.CheckValues,
        Labels = FormatFields.Scope,
    };
}
