using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats;

/// <summary>Keys that payload formats share.</summary>
public static class FormatFields
{
    /// <summary>The word that stands for every number of a sample in <c>fields</c>.</summary>
    public const string All = "all";

    const string FieldName = "field";

    /// <summary><c>states</c>: named states that stand for numbers.</summary>
    public static readonly FieldSpec States =
        FieldSpec.Map("states", "Named states that stand for numbers; a number as it is written can be one, too. Upper and lower case "
            + "are the same where no state is written exactly so.",
            FieldType.Text, FieldSpec.Number("", "The number."))
            with { DefaultDoc = "none", MaxCount = 1000, Example = "{ open: 1, closed: 0 }", MayBeEmpty = true };

    /// <summary><c>metric</c>: what is measured.</summary>
    public static readonly FieldSpec Metric = FieldSpec.Text("metric", "Value of the label `metric`.")
        with { DefaultDoc = "`metric` of the topic or the labels, or the last name of the path, or `value`", Example = "temperature" };

    /// <summary>From what stands in a payload to the value: states, units, scale and bounds.</summary>
    public static IReadOnlyList<FieldSpec> Treatment { get; } =
    [
        States,
        FieldSpec.Map("units", "Units that may stand after a number in a text, and the factor each brings; another one is refused.",
            FieldType.Text, FieldSpec.Factor("", "The factor."))
            with { DefaultDoc = "any unit, passed over; but `k`, `M` or `G` alone, right behind the digits, is refused, since it can be a "
                + "factor", MaxCount = 100, Example = "{ kg: 1, g: 0.001 }" },
        FieldSpec.Factor("scale", "Factor, as exact as decimals on paper.") with { DefaultDoc = "1", Example = "0.1" },
        FieldSpec.Number("offset", "Added after scaling.") with { DefaultDoc = "0", Example = "-40" },
        FieldSpec.Number("min", "Lowest good value; one below it is counted as bad.") with { DefaultDoc = "none", Example = "-40" },
        FieldSpec.Number("max", "Highest good value.") with { DefaultDoc = "none", Example = "125" },
    ];

    /// <summary>What texts mean.</summary>
    public static IReadOnlyList<FieldSpec> Text { get; } =
    [
        FieldSpec.Enum("decimal", "What stands before the decimals of a number in a text.",
            new("any", DecimalMark.Any, "The one that gives the only reading there is; a comma before exactly three digits has two and "
                + "is refused."),
            new("point", DecimalMark.Point, "A point; commas stand between thousands."),
            new("comma", DecimalMark.Comma, "A comma; points stand between thousands.")) with { Default = DecimalMark.Any },
        FieldSpec.List("missing", "Texts that say there is no value, in any case of letters: neither a reading nor an error. A number "
            + "counts as it is written (`-999` is not `-999.0`), with a unit or without; `null` is the null of JSON, too, "
            + "where it is named here and not only by default.",
            FieldSpec.Text("", "A text.") with { MayBeEmpty = true })
            with
            {
                DefaultDoc = "`unavailable`, `unknown`, `none`, `null`, `nil`, `undefined`, `nan`, `n/a`, `na`, `-`, `--`, `---` and "
                    + "the empty text",
                Single = true, MaxCount = 100, Example = "[offline, \"N/A\"]",
            },
    ];

    /// <summary>What the payload is wrapped in.</summary>
    public static IReadOnlyList<FieldSpec> Encoded { get; } =
    [
        FieldSpec.Enum("encoding", "What the payload is wrapped in before this format begins.",
            new("none", PayloadEncoding.None, "Nothing."),
            new("base64", PayloadEncoding.Base64, "Base64, also with the alphabet of URLs, padded or not."),
            new("hex", PayloadEncoding.Hex, "Hexadecimal digits, two a byte."),
            new("gzip", PayloadEncoding.Gzip, "Compressed, as of gzip."),
            new("zlib", PayloadEncoding.Zlib, "Compressed, as of zlib.")) with { Default = PayloadEncoding.None },
        FieldSpec.Size("max_decoded", "Most bytes of a payload once its encoding is undone.", 64, 64 << 20) with { Default = 1L << 20 },
    ];

    /// <summary><c>value</c> with what belongs to it, and <c>fields</c>.</summary>
    public static IReadOnlyList<FieldSpec> Values(FieldType type, string key, string word, bool hasAll = true) =>
    [
        FieldSpec.Of(type, "value", $"{word} of the value, when there is one.")
            with { DefaultDoc = "see `fields`", Example = type == FieldType.JsonPath ? "$.value" : "temperature" },
        Metric,
        .. Treatment,
        FieldSpec.List("fields", "Several values of a sample, each its own metric; instead of `value`."
            + (hasAll ? " `all`: every number, its metric the names down to it with points between." : ""),
            FieldSpec.Nested("", "A value.", Field(type, key, word)))
            with { DefaultDoc = "see `value`", MinCount = 1, MaxCount = 1000, Word = hasAll ? All : null },
    ];

    /// <summary><c>time</c>: where the event time is.</summary>
    public static FieldSpec Time(FieldType type, string key, string word, bool isSpaced = false) =>
        FieldSpec.Nested("time", "Where the event time is.", new ComponentSpec
        {
            Name = "time",
            Kind = ComponentKind.Section,
            Doc = "Where the event time is and what it means.",
            Fields =
            [
                FieldSpec.Of(type, key, $"{word} of the time.")
                    with { Required = true, Example = type == FieldType.JsonPath ? "$.ts" : "ts" },
                FieldSpec.Enum("unit", "Unit of the time since 1970-01-01T00:00:00Z, or its text form.",
                    new("s", TimeUnit.Seconds, "Seconds, fractions allowed."),
                    new("ms", TimeUnit.Milliseconds, "Milliseconds."),
                    new("us", TimeUnit.Microseconds, "Microseconds."),
                    new("ns", TimeUnit.Nanoseconds, "Nanoseconds."),
                    new("iso8601", TimeUnit.Iso8601, "ISO 8601 / RFC 3339 text, also compact."),
                    new("rfc1123", TimeUnit.Rfc1123, "Text such as `Wed, 01 Jul 2026 12:00:00 GMT`."))
                    with { DefaultDoc = "`ms`, or text when `format`, `date` or `time_zone` is given" },
                FieldSpec.List("format", "Forms of the time as text, of which the first that fits counts: yyyy yy MM M MMM dd d ddd HH "
                    + "H hh h tt mm "
                    + "ss f z; text in 'quotes'. Instead of `unit`. A form without a date means the day nearest to arrival.",
                    FieldSpec.Text("", "A form.")
                        with { Syntax = text => TimeFormat.TryParse(text, out var error) is null ? new(0, error) : null })
                    with { DefaultDoc = "see `unit`", Single = true, MaxCount = 20, Example = "dd.MM.yyyy HH:mm:ss" },
                FieldSpec.Of(type, "date", $"{word} of the date, when `{key}` is the time of day. Both are read as one text with a "
                    + "blank between them.")
                    with { DefaultDoc = "none", Example = type == FieldType.JsonPath ? "$.date" : "date" },
                FieldSpec.Of(FieldType.TimeZone, "time_zone", "Zone of times that do not say their offset. A time that the clock "
                    + "passes over in "
                    + "spring is read with the offset before; of one that comes twice in autumn the first is meant.")
                    with { DefaultDoc = "UTC", Example = "Europe/Berlin" },
                FieldSpec.Duration("max_past", "How old a time may be at arrival. An older one, as of a clock that was never set, is "
                    + "as if it were "
                    + "missing.", TimeSpan.FromSeconds(1), TimeSpan.FromDays(36_500)) with { DefaultDoc = "any age", Example = "365d" },
                FieldSpec.Enum("on_missing", "What becomes of a message whose time is missing or unreadable.",
                    new("drop", MissingTimePolicy.Drop, "It is counted as bad."),
                    new("arrival", MissingTimePolicy.Arrival, "The arrival time is used and the quality says so."))
                        with { Default = MissingTimePolicy.Drop },
                .. type == FieldType.JsonPath || isSpaced ? Spacing(type, word) : [],
            ],
            Build = v => new TimeSettings
            {
                Path = v.Get<string>(key),
                Unit = v.Has("format") ? TimeUnit.Formatted
                    : v.GetNullable<TimeUnit>("unit") ?? (v.Has("date") || v.Has("time_zone") ? TimeUnit.Iso8601 : TimeUnit.Milliseconds),
                Formats = v.Has("format") ? v.Texts("format") : [],
                Date = v.GetOrNull<string>("date"),
                Zone = v.GetOrNull<ZoneRules>("time_zone"),
                MaxPast = v.GetNullable<TimeSpan>("max_past"),
                OnMissing = v.Get<MissingTimePolicy>("on_missing"),
                Spacing = v.Spec.Field("spacing") is null ? null : v.GetNullable<TimeSpan>("spacing"),
                Rate = v.Spec.Field("rate") is null ? null : v.GetOrNull<string>("rate"),
            },
            Check = static (v, findings) =>
            {
                if (v.Find("format") is { } format && v.Has("unit"))
                    findings.Add(FindingCodes.Exclusive, format.KeyAt, format.Path, "`format` beside `unit`. Keep one of them.");
                foreach (var key in (ReadOnlySpan<string>)["date", "time_zone"])
                    if (v.Find(key) is { } text && v.TryGet("unit", out TimeUnit unit) && v.Has("unit") && unit < TimeUnit.Iso8601)
                        findings.Add(FindingCodes.Exclusive, text.KeyAt, text.Path, $"`{key}` is for times as text, not for numbers. "
                            + "Use `unit: iso8601` or `format`, or remove the key.");
                foreach (var form in v.Items("format"))
                    if (form.Value is string text && TimeFormat.Unswapped(text) is { } meant)
                        findings.Add(FindingCodes.MinuteForMonth, form.At, form.Path, $"`{Nearest.Cut(text)}`: `MM` is the month and "
                            + $"`mm` the minute. Write `{Nearest.Cut(meant)}`.");
                if (v.Find("spacing") is { } spacing && v.Has("rate"))
                    findings.Add(FindingCodes.Exclusive, spacing.KeyAt, spacing.Path, "`spacing` beside `rate`. Keep one of them.");
            },
        }) with { DefaultDoc = "arrival time", Short = key };

    static IReadOnlyList<FieldSpec> Spacing(FieldType type, string word) =>
    [
        FieldSpec.Duration("spacing", "From one element to the next, when the time is that of the first.",
            TimeSpan.FromMicroseconds(1), TimeSpan.FromDays(1)) with { DefaultDoc = "each element at the time itself", Example = "1ms" },
        FieldSpec.Of(type, "rate", $"{word} of the elements a second, instead of `spacing`.")
            with { DefaultDoc = "see `spacing`", Example = type == FieldType.JsonPath ? "$.fs" : "\"3\"" },
    ];

    /// <summary><c>labels</c>: labels read from the payload.</summary>
    public static FieldSpec Labels(FieldType type, string key, string word) =>
        FieldSpec.Map("labels", $"Labels read from the payload: {word} by label.", FieldType.NewLabel,
            FieldSpec.Nested("", "A label.", new ComponentSpec
            {
                Name = "label",
                Kind = ComponentKind.Section,
                Doc = "A label of the payload.",
                Fields =
                [
                    FieldSpec.Of(type, key, $"{word} of the label's value.") with { Required = true },
                    FieldSpec.Boolean("optional", "Whether a sample without it is good and has no such label.", otherwise: false),
                    FieldSpec.Text("default", "Its value where the payload has none.") with { DefaultDoc = "none" },
                ],
                Build = v => new LabelSettings("", v.Get<string>(key), v.Get<bool>("optional")
                    || v.Has("default"), v.GetOrNull<string>("default")),
            }) with { Short = key })
            with { DefaultDoc = "none", MaxCount = 64, Example = type == FieldType.JsonPath ? "{ device: $.dev }" : "{ device: dev }" };

    /// <summary>The bound <c>fields</c>, or <c>value</c> as the one field.</summary>
    public static IReadOnlyList<FieldSettings> FieldsOf(SpecValues v) =>
        TakesAll(v) ? [new() { Path = "$" }]
        : v.Has("fields") ? v.All<FieldSettings>("fields")
        : [FieldOf(v, v.Get<string>("value"))];

    /// <summary>Whether <c>fields</c> is <c>all</c>.</summary>
    public static bool TakesAll(SpecValues v) => v.Find("fields")?.Value is string;

    /// <summary>One value with what was bound of <see cref="Metric"/> and <see cref="Treatment"/>.</summary>
    public static FieldSettings FieldOf(SpecValues v, string path) => new()
    {
        Path = path,
        Metric = v.GetOrNull<string>("metric"),
        States = NumbersOf(v, "states"),
        Units = NumbersOf(v, "units"),
        Scale = new LinearScale(v.GetNullable<double>("scale") ?? 1, v.GetNullable<double>("offset") ?? 0) is { IsOne: false } scale
            ? scale : LinearScale.One,
        Min = v.GetNullable<double>("min") ?? double.NegativeInfinity,
        Max = v.GetNullable<double>("max") ?? double.PositiveInfinity,
    };

    /// <summary>The bound <c>labels</c>.</summary>
    public static IReadOnlyList<LabelSettings> LabelPathsOf(SpecValues v) =>
        [.. v.Entries("labels").Select(e => (LabelSettings)e.Value.Nested!.Settings! with { Name = e.Key })];

    /// <summary>The bound keys of <see cref="Text"/>.</summary>
    public static TextRules TextOf(SpecValues v)
    {
        var mark = v.Get<DecimalMark>("decimal");
        if (mark == DecimalMark.Any && !v.Has("missing")) return TextRules.Default;
        return new() { Decimal = mark, Missing = v.Has("missing") ? v.Texts("missing") : TextRules.UsualMissing };
    }

    /// <summary><paramref name="settings"/> with the bound keys of <see cref="Encoded"/>.</summary>
    public static FormatSettings Encode(SpecValues v, FormatSettings settings) =>
        settings with { Encoding = v.Get<PayloadEncoding>("encoding"), MaxDecodedBytes = v.Int("max_decoded") };

    /// <summary>Holds <c>value</c> and <c>fields</c> apart.</summary>
    public static void CheckValues(SpecValues v, FindingList findings)
    {
        if (!v.Has("value") && !v.Has("fields"))
            findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "neither `value` nor `fields`. Give one of them.");
        if (v.Find("fields") is null) return;
        foreach (var key in (ReadOnlySpan<string>)["value", "metric", "states", "units", "scale", "offset", "min", "max"])
            if (v.Find(key) is { } beside)
                findings.Add(FindingCodes.Exclusive, beside.KeyAt, beside.Path,
                    TakesAll(v) && key != "value" ? $"`{key}` beside `fields: all`. Name the values under `fields`, or remove the key."
                    : $"`{key}` beside `fields`. Move it into an entry of `fields`.");
    }

    /// <summary>Labels a format adds: those of the payload and of single fields, and <c>metric</c>, which every path or column
    /// gives.</summary>
    public static LabelScope Scope(SpecValues v, LabelScope scope)
    {
        var names = new HashSet<string>(v.Entries("labels").Select(e => e.Key)) { LabelSet.Metric };
        foreach (var field in v.Items("fields"))
            if (field.Nested is { } values
                && values.Spec.Field("labels") is not null) names.UnionWith(values.Entries("labels").Select(e => e.Key));
        return scope.Or(new(names));
    }

    /// <summary>Labels of a format whose values have a metric each and nothing else.</summary>
    public static LabelScope MetricScope(SpecValues v, LabelScope scope) => scope.Or(new(new HashSet<string> { LabelSet.Metric }));

    /// <summary>Every path or column a format names.</summary>
    public static IEnumerable<SpecValue> Paths(SpecValues v, string key)
    {
        IEnumerable<SpecValue?> all =
        [
            v.Find("value"), v.Find("time")?.Nested?.Find(key), v.Find("time")?.Nested?.Find("date"),
            .. v.Items("fields").Select(i => i.Nested?.Find(key)), .. v.Entries("labels").Select(e => e.Value.Nested?.Find(key)),
        ];
        return all.OfType<SpecValue>();
    }

    /// <summary>The key of the path or column in an entry of <c>fields</c>;
    /// null when the entry is not one of <see cref="Values"/>.</summary>
    public static string? PathOf(ComponentSpec entry) => entry.Name == FieldName ? entry.Fields[0].Name : null;

    /// <summary>What sets one entry of <c>fields</c> apart from another with the same metric: its labels as text.</summary>
    public static string LabelsOf(SpecValues entry) =>
        string.Concat(entry.Entries("labels").Select(e => $",{e.Key}={e.Value.Value}").Order(StringComparer.Ordinal));

    /// <summary>The bound numbers by name, such as <see cref="States"/>.</summary>
    internal static IReadOnlyDictionary<string, double> NumbersOf(SpecValues v, string key) =>
        v.Has(key) ? v.Entries(key).ToDictionary(e => e.Key, e => (double)e.Value.Value!) : FieldSettings.NoNumbers;

    static ComponentSpec Field(FieldType type, string key, string word) => new()
    {
        Name = FieldName,
        Kind = ComponentKind.Section,
        Doc = "One value of a sample.",
        Fields =
        [
            FieldSpec.Of(type, key, $"{word} of the value.")
                with { Required = true, Example = type == FieldType.JsonPath ? "$.temp" : "temp" },
            Metric,
            .. Treatment,
            FieldSpec.Map("labels", "Labels of this value alone.", FieldType.NewLabel, FieldSpec.Text("", "Value of the label."))
                with { DefaultDoc = "none", MaxCount = 64, Example = "{ device: m1 }" },
            FieldSpec.Boolean("optional", "Whether a payload without it is still good.", otherwise: false),
        ],
        Build = v => FieldOf(v, v.Get<string>(key)) with
        {
            Labels = v.Has("labels") ? v.Entries("labels").ToDictionary(e => e.Key, e => (string)e.Value.Value!) : FieldSettings.NoLabels,
            Optional = v.Get<bool>("optional"),
        },
    };
}
