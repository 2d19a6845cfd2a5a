using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Csv;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Decoding;

/// <summary>One subscription's settings, compiled for decoding.</summary>
/// <remarks>
/// With <c>samples</c>, field and time paths start at an element of the array, with or without <c>$</c>; a label path with
/// <c>$</c> starts at the payload and one without at the element.
/// </remarks>
sealed class SubscriptionPlan
{
    readonly KeyValuePair<string, string>[] _labels;

    /// <summary>Compiles <paramref name="settings"/>.</summary>
    /// <exception cref="ArgumentException">The settings were not checked: a template or a path does not parse.</exception>
    public SubscriptionPlan(SubscriptionSettings settings)
    {
        var decode = settings.Decode;
        Format = decode.Format;
        Template = TopicTemplate.TryParse(settings.Topic, out var template, out var fault) ? template! : throw Unchecked(settings.Topic, fault);
        _labels = [.. settings.Labels];
        IReadOnlyList<FieldSettings> fields = decode.Fields.Count > 0 ? decode.Fields : [new() { Path = "$" }];
        TimePath = decode.Time?.Path;
        TimeIsText = decode.Time?.Unit == TimeUnit.Iso8601;
        TimeUnit = decode.Time?.Unit ?? TimeUnit.Milliseconds;
        TimeExponent = EpochTime.NsExponent(TimeUnit);
        ArrivalWhenMissing = decode.Time?.OnMissing == MissingTimePolicy.Arrival;
        LabelNames = [.. decode.LabelPaths.Select(l => l.Key)];
        LabelPaths = [.. decode.LabelPaths.Select(l => l.Value)];
        var places = 0;
        switch (Format)
        {
            case PayloadFormat.Json:
                var samples = decode.Samples is null ? null : Path(decode.Samples);
                if (samples is not null)
                {
                    SamplesPlace = Document.AddPlace(samples, ref places);
                    SamplesPath = samples.Text;
                    Element = new JsonPathTree();
                }

                Fields = [.. fields.Select(f => new FieldPlan(f, (Element ?? Document).AddPlace(Path(f.Path), ref places), Path(f.Path).LastName))];
                TimePlace = TimePath is null ? JsonPathTree.None : (Element ?? Document).AddPlace(Path(TimePath), ref places);
                LabelPlaces = [.. LabelPaths.Select(Path).Select(p => (p.IsRelative ? Element ?? Document : Document).AddPlace(p, ref places))];
                break;
            case PayloadFormat.Csv:
                Fields = [.. fields.Select(f => new FieldPlan(f, places++, f.Path))];
                TimePlace = TimePath is null ? JsonPathTree.None : places++;
                LabelPlaces = [.. LabelPaths.Select(_ => places++)];
                Csv = new CsvPlan(decode, [.. fields.Select(f => f.Path), .. TimePath is null ? [] : new[] { TimePath }, .. LabelPaths]);
                break;
            default:
                Fields = [new FieldPlan(fields[0], 0, null)];
                places = 1;
                TimePlace = JsonPathTree.None;
                LabelPlaces = [];
                break;
        }

        ElementPlaces = Element is null ? [] : [.. Enumerable.Range(0, places).Where(Element.HasPlace)];
        Scanner = new JsonScanner(places);
        Values = Scanner.Places;
        Shapes = new ShapeMemory(places);
        IsPlain = Format == PayloadFormat.Json && Element is null && Fields.Length == 1 && LabelPlaces.Length == 0 && !TimeIsText;
        FirstPlace = Fields[0].Place;
    }

    public PayloadFormat Format { get; }

    /// <summary>One number a JSON payload, no labels in it, its time a number or that of arrival.</summary>
    public bool IsPlain { get; }

    /// <summary>The place of the first field.</summary>
    public int FirstPlace { get; }

    public TopicTemplate Template { get; }

    public FieldPlan[] Fields { get; }

    public string[] LabelNames { get; }

    public string[] LabelPaths { get; }

    public int[] LabelPlaces { get; }

    public JsonPathTree Document { get; } = new();

    /// <summary>The tree of one sample; null without <c>samples</c>.</summary>
    public JsonPathTree? Element { get; }

    public int SamplesPlace { get; } = JsonPathTree.None;

    public string SamplesPath { get; } = "";

    /// <summary>The places inside one sample.</summary>
    public int[] ElementPlaces { get; }

    public int TimePlace { get; }

    public string? TimePath { get; }

    public bool TimeIsText { get; }

    public TimeUnit TimeUnit { get; }

    public int TimeExponent { get; }

    public bool ArrivalWhenMissing { get; }

    public CsvPlan? Csv { get; }

    public JsonScanner Scanner { get; }

    public ShapeMemory Shapes { get; }

    /// <summary>The values of the message at hand, by place.</summary>
    public JsonValue[] Values { get; }

    /// <summary>The labels of one field's series. Of two labels with one name the later wins: subscription, topic, payload, field.</summary>
    public LabelSet LabelsOf(int field, ReadOnlySpan<byte> topic, ReadOnlySpan<string> payloadLabels)
    {
        var pairs = new List<KeyValuePair<string, string>>(_labels);
        Template.TryMatch(topic, pairs);
        for (var i = 0; i < payloadLabels.Length; i++) pairs.Add(new(LabelNames[i], payloadLabels[i]));
        if (Fields[field].Metric is { } metric) pairs.Add(new(LabelSet.Metric, metric));
        else if (!pairs.Exists(p => p.Key == LabelSet.Metric)) pairs.Add(new(LabelSet.Metric, Fields[field].LastName));
        return LabelSet.Of(pairs);
    }

    static JsonPath Path(string text) => JsonPath.TryParse(text, out var path, out var fault) ? path! : throw Unchecked(text, fault);

    static ArgumentException Unchecked(string text, SyntaxFault fault) => new($"{text}:{fault.Column}: {fault.Message}");
}

/// <summary>One number of a payload, compiled.</summary>
sealed class FieldPlan(FieldSettings settings, int place, string? lastName)
{
    readonly (byte[] Text, double Value)[] _states = [.. settings.States.Select(s => (Encoding.UTF8.GetBytes(s.Key), s.Value))];

    public readonly int Place = place;

    public readonly bool Optional = settings.Optional;

    public readonly string Path = settings.Path;

    public readonly string? Metric = settings.Metric;

    /// <summary>The metric when neither the field nor the topic names one.</summary>
    public readonly string LastName = lastName ?? "value";

    /// <summary>The number that stands for the state <paramref name="text"/>.</summary>
    public bool TryState(ReadOnlySpan<byte> text, out double value)
    {
        foreach (var (name, number) in _states)
        {
            if (!text.SequenceEqual(name)) continue;
            value = number;
            return true;
        }

        value = 0;
        return false;
    }
}
