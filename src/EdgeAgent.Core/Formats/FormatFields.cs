using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Formats;

/// <summary>Keys that payload formats share.</summary>
public static class FormatFields
{
    const string FieldName = "field";

    /// <summary><c>states</c>: named states that stand for numbers.</summary>
    public static readonly FieldSpec States =
        FieldSpec.Map("states", "Named states that stand for numbers.", FieldType.Text, FieldSpec.Number("", "The number."))
            with { DefaultDoc = "none", MaxCount = 1000, Example = "{ open: 1, closed: 0 }" };

    /// <summary><c>metric</c>: what is measured.</summary>
    public static readonly FieldSpec Metric = FieldSpec.Text("metric", "Value of the label `metric`.")
        with { DefaultDoc = "`metric` of the topic or the labels, or the last name of the path, or `value`", Example = "temperature" };

    /// <summary><c>value</c> with its <c>metric</c> and <c>states</c>, and <c>fields</c>.</summary>
    public static IReadOnlyList<FieldSpec> Values(FieldType type, string key, string word) =>
    [
        FieldSpec.Of(type, "value", $"{word} of the value, when there is one.")
            with { DefaultDoc = "see `fields`", Example = type == FieldType.JsonPath ? "$.value" : "temperature" },
        Metric,
        States,
        FieldSpec.List("fields", "Several values of a sample, each its own metric; instead of `value`.",
            FieldSpec.Nested("", "A value.", Field(type, key, word)))
            with { DefaultDoc = "see `value`", MinCount = 1, MaxCount = 1000 },
    ];

    /// <summary><c>time</c>: where the event time is.</summary>
    public static FieldSpec Time(FieldType type, string key, string word) =>
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
                    new("iso8601", TimeUnit.Iso8601, "ISO 8601 / RFC 3339 text.")) with { Default = TimeUnit.Milliseconds },
                FieldSpec.Enum("on_missing", "What becomes of a message whose time is missing or unreadable.",
                    new("drop", MissingTimePolicy.Drop, "It is counted as bad."),
                    new("arrival", MissingTimePolicy.Arrival, "The arrival time is used and the quality says so."))
                        with { Default = MissingTimePolicy.Drop },
            ],
            Build = v => new TimeSettings
            {
                Path = v.Get<string>(key),
                Unit = v.Get<TimeUnit>("unit"),
                OnMissing = v.Get<MissingTimePolicy>("on_missing"),
            },
        }) with { DefaultDoc = "arrival time" };

    /// <summary><c>labels</c>: labels read from the payload.</summary>
    public static FieldSpec Labels(FieldType type, string word) =>
        FieldSpec.Map("labels", $"Labels read from the payload: {word} by label.", FieldType.NewLabel,
            FieldSpec.Of(type, "", $"{word} of the label's value."))
            with { DefaultDoc = "none", MaxCount = 64, Example = type == FieldType.JsonPath ? "{ device: $.dev }" : "{ device: dev }" };

    /// <summary>The bound <c>fields</c>, or <c>value</c> as the one field.</summary>
    public static IReadOnlyList<FieldSettings> FieldsOf(SpecValues v) => v.Has("fields")
        ? v.All<FieldSettings>("fields")
        : [new() { Path = v.Get<string>("value"), Metric = v.GetOrNull<string>("metric"), States = StatesOf(v) }];

    /// <summary>The bound <c>labels</c>.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> LabelPathsOf(SpecValues v) =>
        [.. v.Entries("labels").Select(e => KeyValuePair.Create(e.Key, (string)e.Value.Value!))];

    /// <summary>The bound <c>states</c>.</summary>
    public static IReadOnlyDictionary<string, double> StatesOf(SpecValues v) =>
        v.Entries("states").ToDictionary(e => e.Key, e => (double)e.Value.Value!);

    /// <summary>Holds <c>value</c> and <c>fields</c> apart.</summary>
    public static void CheckValues(SpecValues v, FindingList findings)
    {
        if (!v.Has("value") && !v.Has("fields"))
            findings.Add(FindingCodes.NeedsOneOf, v.At, v.Path, "neither `value` nor `fields`. Give one of them.");
        if (v.Find("fields") is null) return;
        foreach (var key in (ReadOnlySpan<string>)["value", "metric", "states"])
            if (v.Find(key) is { } beside)
                findings.Add(FindingCodes.Exclusive, beside.KeyAt, beside.Path,
                    $"`{key}` beside `fields`. Move it into an entry of `fields`.");
    }

    /// <summary>Labels a format adds: those of the payload, and <c>metric</c>, which every path or column gives.</summary>
    public static LabelScope Scope(SpecValues v, LabelScope scope)
    {
        var names = new HashSet<string>(v.Entries("labels").Select(e => e.Key)) { LabelSet.Metric };
        return scope.Or(new(names));
    }

    /// <summary>Labels of a format whose values have a metric each and nothing else.</summary>
    public static LabelScope MetricScope(SpecValues v, LabelScope scope) => scope.Or(new(new HashSet<string> { LabelSet.Metric }));

    /// <summary>Every path or column a format names.</summary>
    public static IEnumerable<SpecValue> Paths(SpecValues v, string key)
    {
        IEnumerable<SpecValue?> all =
        [
            v.Find("value"), v.Find("time")?.Nested?.Find(key),
            .. v.Items("fields").Select(i => i.Nested?.Find(key)), .. v.Entries("labels").Select(e => e.Value),
        ];
        return all.OfType<SpecValue>();
    }

    /// <summary>The key of the path or column in an entry of <c>fields</c>;
    /// null when the entry is not one of <see cref="Values"/>.</summary>
    public static string? PathOf(ComponentSpec entry) => entry.Name == FieldName ? entry.Fields[0].Name : null;

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
            States,
            FieldSpec.Boolean("optional", "Whether a payload without it is still good.", otherwise: false),
        ],
        Build = v => new FieldSettings
        {
            Path = v.Get<string>(key),
            Metric = v.GetOrNull<string>("metric"),
            States = StatesOf(v),
            Optional = v.Get<bool>("optional"),
        },
    };
}
