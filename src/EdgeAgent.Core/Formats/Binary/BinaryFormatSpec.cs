using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats.Binary;

/// <summary><c>format: binary</c>.</summary>
public static class BinaryFormatSpec
{
    /// <summary>One field.</summary>
    internal static readonly ComponentSpec Field = new()
    {
        Name = "binary field",
        Kind = ComponentKind.Section,
        Doc = "One value at a fixed place.",
        Fields =
        [
            FieldSpec.Text("metric", "Value of the label `metric`.") with { Required = true, Syntax = Words.Name },
            FieldSpec.Integer("at", "First byte, from 0.", 0, 4095) with { Required = true },
            FieldSpec.Enum("type", "Type.",
                [.. Enum.GetValues<BinaryType>().Select(t => new Choice(t.ToString().ToLowerInvariant(), t, (t.ToString()[0] switch
                {
                    'U' => "Unsigned",
                    'I' => "Signed",
                    _ => "IEEE 754",
                }) + $", {t.ToString()[1..]} bits."))]) with { Default = BinaryType.U8 },
            FieldSpec.Enum("order", "Byte order.", new("big", true, "High byte first."), new("little", false, "Low byte first."))
                with { Default = true },
            FieldSpec.Integer("first_bit", "First bit of a bit field, 0 the lowest.", 0, 63) with { DefaultDoc = "the whole value" },
            FieldSpec.Integer("bit_count", "Bits of a bit field.", 1, 64) with { Default = 1L },
            FieldSpec.Factor("scale", "Factor.") with { Default = 1.0 },
            FieldSpec.Number("offset", "Added after scaling.") with { Default = 0.0 },
            FieldSpec.Number("min", "Lowest valid value.") with { DefaultDoc = "none" },
            FieldSpec.Number("max", "Highest valid value.") with { DefaultDoc = "none" },
        ],
        Build = v => new BinaryField
        {
            Metric = v.Get<string>("metric"),
            Offset = v.Int("at"),
            Type = v.Get<BinaryType>("type"),
            BigEndian = v.Get<bool>("order"),
            FirstBit = (int?)v.GetNullable<long>("first_bit"),
            BitCount = v.Int("bit_count"),
            Scale = new(v.Get<double>("scale"), v.Get<double>("offset")),
            Min = v.GetNullable<double>("min") ?? double.NegativeInfinity,
            Max = v.GetNullable<double>("max") ?? double.PositiveInfinity,
        },
        Check = static (v, findings) =>
        {
            if (v.Find("first_bit") is { } bits && v.TryGet("type", out BinaryType type) && type is BinaryType.F32 or BinaryType.F64)
                findings.Add(FindingCodes.Exclusive, bits.KeyAt, bits.Path, "bit fields are of whole numbers. Use a type such as u16.");
        },
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "binary",
        Kind = ComponentKind.Format,
        Doc = "Fields at fixed places of a binary frame.",
        Example = "decode: { format: binary, fields: [{ metric: flow_lpm, at: 2, type: u16, scale: 0.01 }] }",
        Fields = [FieldSpec.List("fields", "What is read.", FieldSpec.Nested("", "A value.", Field))
            with { Required = true, MinCount = 1, MaxCount = 500 }, .. FormatFields.Encoded],
        Build = v => FormatFields.Encode(v, new BinaryFormatSettings { Fields = v.All<BinaryField>("fields") }),
        Labels = FormatFields.MetricScope,
    };
}
