using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Decoding;

/// <summary>One subscription's settings, compiled for decoding.</summary>
sealed class SubscriptionPlan
{
    readonly KeyValuePair<string, string>[] _labels;
    readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> _relabel;

    /// <summary>Compiles <paramref name="settings"/>.</summary>
    /// <exception cref="ArgumentException">The settings were not checked: a template, path or pattern does not parse.</exception>
    public SubscriptionPlan(SubscriptionSettings settings)
    {
        Template = TopicTemplate.TryParse(settings.Topic, out var template, out var failure)
            ? template!
            : throw new ArgumentException($"{settings.Topic}:{failure.Offset + 1}: {failure.Message}");
        _labels = [.. settings.Labels];
        _relabel = settings.Relabel;
        Reader = settings.Decode.OpenReader();
        Values = Reader.Places;
        var layout = Reader.Layout;
        var text = new TextPlan(layout.Text);
        Fields = [.. layout.Fields.Select(f => new FieldPlan(f, text))];
        FirstPlace = Fields[0].Place;
        NamePlace = layout.NamePlace;
        Labels = [.. layout.Labels];
        TimePlace = layout.Time?.Place ?? -1;
        Time = layout.Time?.Settings;
        RatePlace = layout.Time?.RatePlace ?? -1;
        SpacingNs = (Time?.Spacing?.Ticks ?? 0) * 100;
        DatePlace = layout.Time?.DatePlace ?? -1;
        MaxPastNs = (Time?.MaxPast?.Ticks ?? 0) * 100;
        TimeUnitKey = layout.Time is { } at ? at.UnitKey : null;
        TimeIsText = Time?.Unit >= TimeUnit.Iso8601;
        TimeText = TimeIsText ? new TimeText(Time!) : null;
        var isIso = Time is { Unit: TimeUnit.Iso8601, Zone: null, Date: null };
        TimeExponent = EpochTime.NsExponent(Time?.Unit ?? TimeUnit.Milliseconds);

        // The one format known here: comparing with remembered shapes is no work for a virtual call.
        Shapes = (Reader as JsonFormatReader)?.Shapes;
        IsUncommon = Labels.Length > 0 || Fields.Any(f => f.IsTreated) || RatePlace >= 0 || SpacingNs != 0 || MaxPastNs != 0
            || (TimeIsText && !isIso);
        IsPlain = Fields.Length == 1 && !IsUncommon && !TimeIsText;
    }

    /// <summary>Whether the reader's note was told.</summary>
    public bool IsNoted { get; set; }

    public TopicTemplate Template { get; }

    public FormatReader Reader { get; }

    /// <summary>The shapes of JSON payloads of one sample each; null for all others.</summary>
    public ShapeMemory? Shapes { get; }

    /// <summary>Whether a sample is more than numbers as they are and a time: labels, scaling, spacing, a time of another form.</summary>
    public bool IsUncommon { get; }

    /// <summary>One number a sample, no labels in it, its time a number or that of arrival.</summary>
    public bool IsPlain { get; }

    /// <summary>The values of the sample at hand, by place; the reader's.</summary>
    public PayloadValue[] Values { get; }

    public FieldPlan[] Fields { get; }

    /// <summary>The place of the first field.</summary>
    public int FirstPlace { get; }

    /// <summary>The place of the name of the one number of a sample, or -1 when its field says where it is.</summary>
    public int NamePlace { get; }

    public LabelPlace[] Labels { get; }

    /// <summary>The place of the time, or -1 for arrival time.</summary>
    public int TimePlace { get; }

    /// <summary>What the time means; null for arrival time.</summary>
    public TimeSettings? Time { get; }

    public bool TimeIsText { get; }

    /// <summary>The key that says the unit of the time; null when the format has its own.</summary>
    public string? TimeUnitKey { get; }

    /// <summary>Reads times as text; null when they are numbers.</summary>
    public TimeText? TimeText { get; }

    /// <summary>The place of the date, or -1.</summary>
    public int DatePlace { get; }

    /// <summary>How old a time may be [ns]; 0 for any age.</summary>
    public long MaxPastNs { get; }

    /// <summary>The place of how many samples a second there are, or -1.</summary>
    public int RatePlace { get; }

    /// <summary>From one sample of a message to the next [ns]; 0 when they have no spacing.</summary>
    public long SpacingNs { get; }

    public int TimeExponent { get; }

    /// <summary>The labels of one field's series. Of two labels with one name the later wins: subscription, topic, payload,
    /// field.</summary>
    public LabelSet LabelsOf(int field, ReadOnlySpan<byte> topic, List<KeyValuePair<string, string>> payloadLabels)
    {
        var pairs = new List<KeyValuePair<string, string>>(_labels);
        Template.TryMatch(topic, pairs);
        pairs.AddRange(payloadLabels);
        pairs.AddRange(Fields[field].Labels);
        if (Fields[field].Metric is { } metric) pairs.Add(new(LabelSet.Metric, metric));
        else if (!pairs.Exists(p => p.Key == LabelSet.Metric)) pairs.Add(new(LabelSet.Metric, Fields[field].LastName));
        for (var i = 0; i < pairs.Count; i++)
            if (_relabel.TryGetValue(pairs[i].Key, out var names)
                && names.TryGetValue(pairs[i].Value, out var other)) pairs[i] = new(pairs[i].Key, other);
        return LabelSet.Of(pairs);
    }
}
