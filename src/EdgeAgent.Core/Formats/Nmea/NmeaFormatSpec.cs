using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Formats.Nmea;

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
            FieldSpec.Integer("index", "Field number; 1 is the first after the address.", 1, 79)
                with { DefaultDoc = "none; give `transducer` instead" },
            FieldSpec.Text("transducer", "XDR: name of the transducer.")
                with { DefaultDoc = "none; give `index` instead", Example = "TempAir" },
            FieldSpec.Text("metric", "Value of the label `metric`.") with { Required = true, Syntax = Words.Name },
            FieldSpec.Factor("scale", "Factor.") with { Default = 1.0 },
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
            if (v.Has("index") == v.Has("transducer"))
                findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "give either `index` or `transducer`.");
            if (v.Find("transducer") is { } name && v.TryGet("sentence", out string sentence) && sentence != "XDR")
                findings.Add(FindingCodes.Exclusive, name.KeyAt, name.Path, $"{sentence} has no transducers; XDR has. Use `index`.");
        },
    };

    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "nmea0183",
        Kind = ComponentKind.Format,
        Doc = "NMEA 0183 sentences of a GNSS receiver, weather or depth instrument. A sentence with a wrong check, "
            + "or one that calls its own values invalid, gives nothing.",
        Example = "decode: { format: nmea0183, sentences: [GGA, RMC], time: gnss }",
        Fields =
        [
            FieldSpec.List("sentences", "Sentences whose standard fields are read: "
                + string.Join(", ", NmeaStandard.Fields.Select(f => f.Sentence).Distinct()) + ".",
                FieldSpec.Text("", "A sentence type.") with { Syntax = Standard })
                    with { DefaultDoc = "none", Distinct = true, Single = true, MaxCount = 16 },
            FieldSpec.List("fields", "Values by field number, or by transducer name.", FieldSpec.Nested("", "A value.", Field))
                with { DefaultDoc = "none", MaxCount = 200 },
            FieldSpec.Enum("time", "The event time.", new("arrival", false, "When the sentence arrived."),
                new("gnss", true, "The receiver's own (RMC, ZDA, GGA).")) with { Default = false },
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
            if (!v.Has("sentences") && !v.Has("fields"))
                findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path,
                    "neither `sentences` nor `fields`. Give at least one, or nothing is read.");
        },
        Labels = FormatFields.MetricScope,
    };

    static TextFailure? Type(string text) =>
        text.Length == 3 && text.All(char.IsAsciiLetterOrDigit) ? null : new(0, "three letters are expected, without the talker");

    static TextFailure? Standard(string text) => NmeaStandard.For([text]) is null
        ? new(0, "no standard fields are known for this sentence; name its `fields`") : null;
}
