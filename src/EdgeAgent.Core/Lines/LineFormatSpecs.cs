using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings.Specs;

namespace EdgeAgent.Core.Lines;

/// <summary><c>format: nmea0183</c>.</summary>
public static class NmeaFormatSpec
{
    static readonly ComponentSpec Field = new()
    {
        Name = "nmea field",
        Kind = ComponentKind.Section,
        Doc = "One value of a sentence.",
        Fields =
        [
            FieldSpec.Text("sentence", "Sentence type, three letters.") with { Required = true, Example = "XDR", Syntax = Type },
            FieldSpec.Integer("index", "Field number; 1 is the first after the address.", 1, 79) with { DefaultDoc = "none; give `transducer` instead" },
            FieldSpec.Text("transducer", "XDR: name of the transducer.") with { DefaultDoc = "none; give `index` instead", Example = "TempAir" },
            FieldSpec.Text("metric", "Value of the label `metric`.") with { Required = true, Syntax = Words.Name },
            FieldSpec.Number("scale", "Factor.") with { Default = 1.0 },
        ],
        Build = v => new NmeaField
        {
            Sentence = v.Get<string>("sentence"),
            Index = (int)(v.GetNullable<long>("index") ?? 0),
            Transducer = v.GetOrNull<string>("transducer"),
            Metric = v.Get<string>("metric"),
            Scale = v.Get<double>("scale"),
        },
        Check = static (v, findings) =>
        {
            if (v.Has("index") == v.Has("transducer")) findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "give either `index` or `transducer`.");
            if (v.Find("transducer") is { } name && v.TryGet("sentence", out string sentence) && sentence != "XDR")
                findings.Add(FindingCodes.Exclusive, name.KeyAt, name.Path, $"{sentence} has no transducers; XDR has. Use `index`.");
        },
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "nmea0183",
        Kind = ComponentKind.Format,
        Doc = "NMEA 0183 sentences of a GNSS receiver, weather or depth instrument. A sentence with a wrong check, or one that calls its own values invalid, gives nothing.",
        Example = "decode: { format: nmea0183, sentences: [GGA, RMC], time: gnss }",
        Fields =
        [
            FieldSpec.List("sentences", "Sentences whose standard fields are read: " + string.Join(", ", NmeaStandard.Fields.Select(f => f.Sentence).Distinct()) + ".",
                FieldSpec.Text("", "A sentence type.") with { Syntax = Standard }) with { DefaultDoc = "none", Distinct = true, Single = true, MaxCount = 16 },
            FieldSpec.List("fields", "Values by field number, or by transducer name.", FieldSpec.Nested("", "A value.", Field)) with { DefaultDoc = "none", MaxCount = 200 },
            FieldSpec.Enum("time", "The event time.", new("arrival", false, "When the sentence arrived."), new("gnss", true, "The receiver's own (RMC, ZDA, GGA).")) with { Default = false },
            FieldSpec.Boolean("need_check", "Whether sentences without a check are refused.", otherwise: true),
        ],
        Build = v => new NmeaFormatSettings
        {
            Fields = [.. NmeaStandard.For(v.Texts("sentences"))!, .. v.All<NmeaField>("fields")],
            NeedCheck = v.Get<bool>("need_check"),
            GnssTime = v.Get<bool>("time"),
        },
        Check = static (v, findings) =>
        {
            if (!v.Has("sentences") && !v.Has("fields")) findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "neither `sentences` nor `fields`. Give at least one, or nothing is read.");
        },
        Labels = static (_, scope) => scope.Or(new(new HashSet<string> { LabelSet.Metric })),
    };

    static TextFault? Type(string text) => text.Length == 3 && text.All(char.IsAsciiLetterOrDigit) ? null : new(0, "three letters are expected, without the talker");

    static TextFault? Standard(string text) => NmeaStandard.For([text]) is null
        ? new(0, "no standard fields are known for this sentence; name its `fields`") : null;
}

/// <summary><c>format: binary</c>.</summary>
public static class BinaryFormatSpec
{
    static readonly ComponentSpec Field = new()
    {
        Name = "binary field",
        Kind = ComponentKind.Section,
        Doc = "One value at a fixed place.",
        Fields =
        [
            FieldSpec.Text("metric", "Value of the label `metric`.") with { Required = true, Syntax = Words.Name },
            FieldSpec.Integer("at", "First byte, from 0.", 0, 4095) with { Required = true },
            FieldSpec.Enum("type", "Type.", [.. Enum.GetValues<BinaryType>().Select(t => new Choice(t.ToString().ToLowerInvariant(), t, (t.ToString()[0] switch
            {
                'U' => "Unsigned",
                'I' => "Signed",
                _ => "IEEE 754",
            }) + $", {t.ToString()[1..]} bits."))]) with { Default = BinaryType.U8 },
            FieldSpec.Enum("order", "Byte order.", new("big", true, "High byte first."), new("little", false, "Low byte first.")) with { Default = true },
            FieldSpec.Integer("first_bit", "First bit of a bit field, 0 the lowest.", 0, 63) with { DefaultDoc = "the whole value" },
            FieldSpec.Integer("bit_count", "Bits of a bit field.", 1, 64) with { Default = 1L },
            FieldSpec.Number("scale", "Factor.") with { Default = 1.0 },
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
            Scale = v.Get<double>("scale"),
            Add = v.Get<double>("offset"),
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
        Fields = [FieldSpec.List("fields", "What is read.", FieldSpec.Nested("", "A value.", Field)) with { Required = true, MinCount = 1, MaxCount = 500 }],
        Build = v => new BinaryFormatSettings { Fields = v.All<BinaryField>("fields") },
        Labels = static (_, scope) => scope.Or(new(new HashSet<string> { LabelSet.Metric })),
    };
}

/// <summary><c>format: regex</c>.</summary>
public static class PatternFormatSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "regex",
        Kind = ComponentKind.Format,
        Doc = "Numbers from the named groups of a regular expression; each group's name is the metric. Without look-around and back-references, so it takes time in proportion to the line, whatever the pattern.",
        Example = "decode: { format: regex, pattern: 'S\\s+(?<weight_kg>-?\\d+\\.\\d+) kg' }",
        Fields =
        [
            FieldSpec.Text("pattern", "The expression.") with { Required = true, Syntax = Pattern },
            FieldSpec.Number("scale", "Factor.") with { Default = 1.0 },
            FieldSpec.Number("offset", "Added after scaling.") with { Default = 0.0 },
        ],
        Build = v =>
        {
            var pattern = v.Get<string>("pattern");
            var named = BytePattern.TryParse(pattern, out _)!.Groups.Where(g => g.Length > 0);
            return new PatternFormatSettings { Pattern = pattern, Fields = [.. named.Select(g => new PatternField(g, g, v.Get<double>("scale"), v.Get<double>("offset")))] };
        },
        Labels = static (_, scope) => scope.Or(new(new HashSet<string> { LabelSet.Metric })),
    };

    static TextFault? Pattern(string text) => BytePattern.TryParse(text, out var error) switch
    {
        null => new(0, error),
        { } pattern when pattern.Groups.All(g => g.Length == 0) => new(0, "no named group (?<metric>…), so nothing is read"),
        _ => null,
    };
}
