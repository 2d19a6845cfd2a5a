using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Decoding;

/// <summary>One subscription's settings, compiled for decoding.</summary>
sealed class SubscriptionPlan
{
    readonly KeyValuePair<string, string>[] _labels;

    /// <summary>Compiles <paramref name="settings"/>.</summary>
    /// <exception cref="ArgumentException">The settings were not checked: a template, path or pattern does not parse.</exception>
    public SubscriptionPlan(SubscriptionSettings settings)
    {
        Template = TopicTemplate.TryParse(settings.Topic, out var template, out var fault)
            ? template!
            : throw new ArgumentException($"{settings.Topic}:{fault.Offset + 1}: {fault.Message}");
        _labels = [.. settings.Labels];
        Reader = settings.Decode.CreateReader();
        Values = Reader.Places;
        var layout = Reader.Layout;
        Fields = [.. layout.Fields.Select(f => new FieldPlan(f))];
        FirstPlace = Fields[0].Place;
        Labels = [.. layout.Labels];
        TimePlace = layout.Time?.Place ?? -1;
        Time = layout.Time?.Settings;
        TimeIsText = Time?.Unit == TimeUnit.Iso8601;
        TimeExponent = EpochTime.NsExponent(Time?.Unit ?? TimeUnit.Milliseconds);

        // The one format known here: comparing with remembered shapes is no work for a virtual call.
        Shapes = (Reader as JsonFormatReader)?.Shapes;
        IsPlain = Fields.Length == 1 && Labels.Length == 0 && !TimeIsText;
    }

    public TopicTemplate Template { get; }

    public FormatReader Reader { get; }

    /// <summary>The shapes of JSON payloads of one sample each; null for all others.</summary>
    public ShapeMemory? Shapes { get; }

    /// <summary>One number a sample, no labels in it, its time a number or that of arrival.</summary>
    public bool IsPlain { get; }

    /// <summary>The values of the sample at hand, by place; the reader's.</summary>
    public PayloadValue[] Values { get; }

    public FieldPlan[] Fields { get; }

    /// <summary>The place of the first field.</summary>
    public int FirstPlace { get; }

    public LabelPlace[] Labels { get; }

    /// <summary>The place of the time, or -1 for arrival time.</summary>
    public int TimePlace { get; }

    /// <summary>What the time means; null for arrival time.</summary>
    public TimeSettings? Time { get; }

    public bool TimeIsText { get; }

    public int TimeExponent { get; }

    /// <summary>The labels of one field's series. Of two labels with one name the later wins: subscription, topic, payload,
    /// field.</summary>
    public LabelSet LabelsOf(int field, ReadOnlySpan<byte> topic, ReadOnlySpan<string> payloadLabels)
    {
        var pairs = new List<KeyValuePair<string, string>>(_labels);
        Template.TryMatch(topic, pairs);
        for (var i = 0; i < payloadLabels.Length; i++) pairs.Add(new(Labels[i].Name, payloadLabels[i]));
        if (Fields[field].Metric is { } metric) pairs.Add(new(LabelSet.Metric, metric));
        else if (!pairs.Exists(p => p.Key == LabelSet.Metric)) pairs.Add(new(LabelSet.Metric, Fields[field].LastName));
        return LabelSet.Of(pairs);
    }
}
