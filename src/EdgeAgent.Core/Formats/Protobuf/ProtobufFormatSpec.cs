using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Protobuf;

/// <summary><c>format: protobuf</c>.</summary>
public static class ProtobufFormatSpec
{
    const string Key = "number";

    static readonly FieldSpec Type = FieldSpec.Enum("type", "What the bits of the field mean.",
        new("auto", ProtobufType.Auto, "By the wire type: uint32, uint64, bool, enum; float; double; string."),
        new("signed", ProtobufType.Signed, "int32, int64, sfixed32, sfixed64."),
        new("zigzag", ProtobufType.Zigzag, "sint32, sint64."),
        new("fixed", ProtobufType.Fixed, "fixed32, fixed64."));

    static readonly FieldSpec Packed = FieldSpec.Enum("packed",
        "What the elements of a repeated field of numbers are. Each is then a sample of its own; with `time.spacing` or "
            + "`time.rate` at its own time. Only where nothing else is read.",
        new("varint", ProtobufPacking.Varint, "int32, int64, uint32, uint64, sint32, sint64, bool, enum."),
        new("float", ProtobufPacking.Float, "float."),
        new("double", ProtobufPacking.Double, "double."),
        new("fixed32", ProtobufPacking.Fixed32, "fixed32, sfixed32."),
        new("fixed64", ProtobufPacking.Fixed64, "fixed64, sfixed64."));

    static readonly ComponentSpec Field = new()
    {
        Name = "protobuf field",
        Kind = ComponentKind.Section,
        Doc = "One value of a sample.",
        Fields =
        [
            FieldSpec.Text(Key, "Number of the field, with points between the numbers down to it.")
                with { Required = true, Syntax = Number, Example = "\"2.1\"" },
            FormatFields.Metric with { Required = true, DefaultDoc = null },
            Type with { Default = ProtobufType.Auto },
            Packed with { DefaultDoc = "one number a sample" },
            .. FormatFields.Treatment,
            FieldSpec.Boolean("optional", "Whether a payload without it is still good; a number of 0 is often left out.", otherwise: false),
        ],
        Build = v => (FormatFields.FieldOf(v, v.Get<string>(Key)) with { Optional = v.Get<bool>("optional") }, v.Get<ProtobufType>("type"),
            v.GetNullable<ProtobufPacking>("packed")),
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "protobuf",
        Kind = ComponentKind.Format,
        Doc = "Protocol Buffers by field number, without a .proto file.",
        Example = "decode: { format: protobuf, fields: [{ number: \"3\", metric: temperature }], time: { number: \"1\", unit: ms } }",
        Fields =
        [
            FieldSpec.List("fields", "What is read.", FieldSpec.Nested("", "A value.", Field))
                with { Required = true, MinCount = 1, MaxCount = 500 },
            FieldSpec.Text("samples", "Number of a repeated message whose entries are samples. Numbers of `fields` are then an "
                + "entry's; those of "
                + "`time` and `labels` too, or else the payload's; with `/` before it the payload's alone.")
                    with { Syntax = Number, DefaultDoc = "the payload is one sample", Example = "\"2\"" },
            FormatFields.Time(FieldType.Text, Key, "Number", isSpaced: true),
            FormatFields.Labels(FieldType.Text, Key, "Number"),
            .. FormatFields.Text,
            .. FormatFields.Encoded,
        ],
        Build = v =>
        {
            var fields = v.Items("fields")
                .Select(f => ((FieldSettings Field, ProtobufType Type, ProtobufPacking? Packing))f.Nested!.Settings!).ToList();
            return FormatFields.Encode(v, new ProtobufFormatSettings
            {
                Fields = [.. fields.Select(f => f.Field)],
                Types = [.. fields.Select(f => f.Type)],
                Packing = fields[0].Packing,
                Samples = v.GetOrNull<string>("samples"),
                Time = v.Nested<TimeSettings>("time"),
                LabelPaths = FormatFields.LabelPathsOf(v),
                Text = FormatFields.TextOf(v),
            });
        },
        Check = static (v, findings) =>
        {
            foreach (var field in v.Items("fields"))
                if (field.Nested?.Find("packed") is { } packed && (v.Items("fields").Count > 1 || v.Has("samples")))
                    findings.Add(FindingCodes.Exclusive, packed.KeyAt, packed.Path, "`packed` beside other fields or `samples`. "
                        + "Read the packed field in a subscription of its own.");
            foreach (var path in FormatFields.Paths(v, Key))
                if (path.Value is string text && Number(text) is { } failure)
                    findings.Add(FindingCodes.BadText, path.At, path.Path, $"`{Nearest.Cut(text)}`: {failure.Message}.");
        },
        Labels = FormatFields.Scope,
    };

    static TextFailure? Number(string text)
    {
        foreach (var part in (text.StartsWith('/') ? text[1..] : text).Split('.'))
            if (part.Length is 0 or > 9 || part.AsSpan().ContainsAnyExceptInRange('0', '9') || part[0] == '0')
                return new(0, "a field is its number, or numbers with points between, such as 2.1");
        return null;
    }
}
