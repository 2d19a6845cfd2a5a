using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Decoding;

/// <summary>The metrics that readings can have.</summary>
/// <param name="Names">Metrics that can be there.</param>
/// <param name="IsOpen">Whether any other can be there too: topics or payloads name them.</param>
public sealed record MetricScope(IReadOnlySet<string> Names, bool IsOpen)
{
    /// <summary>Whether several metrics can be there.</summary>
    public bool IsSeveral => IsOpen || Names.Count > 1;

    /// <summary>What either of two has.</summary>
    public MetricScope Or(MetricScope other) => new(new HashSet<string>(Names.Concat(other.Names)), IsOpen || other.IsOpen);

    /// <summary>Metrics of a subscription.</summary>
    public static MetricScope Of(SubscriptionSettings subscription)
    {
        var scope = Of(subscription.Decode, subscription.Labels,
            Templates.TopicLabels(subscription.Topic).Contains(LabelSet.Metric));
        return subscription.Relabel.TryGetValue(LabelSet.Metric, out var names)
            ? new(scope.Names.Select(name => names.GetValueOrDefault(name, name)).ToHashSet(), scope.IsOpen) : scope;
    }

    /// <summary>Metrics of a format's readings.</summary>
    /// <param name="decode">The format.</param>
    /// <param name="labels">Labels of every series.</param>
    /// <param name="isOfTopic">Whether the topic names the metric.</param>
    public static MetricScope Of(FormatSettings decode, IReadOnlyDictionary<string, string> labels, bool isOfTopic)
    {
        var layout = decode.OpenReader().Layout;
        var names = new HashSet<string>();
        var isOpen = false;
        foreach (var field in layout.Fields)
        {
            if (field.Settings.Metric is { } metric || field.Settings.Labels.TryGetValue(LabelSet.Metric, out metric)) names.Add(metric);
            else if (isOfTopic || layout.Labels.Any(label => label.Name == LabelSet.Metric)) isOpen = true;
            else names.Add(labels.GetValueOrDefault(LabelSet.Metric) ?? field.LastName ?? "value");
        }

        return new(names, isOpen);
    }

    /// <summary>Whether readings of a subscription have a label, besides fixed ones and the metric, that tells their senders apart.
    /// </summary>
    public static bool TellsSenders(SubscriptionSettings subscription)
    {
        var layout = subscription.Decode.OpenReader().Layout;
        return Templates.TopicLabels(subscription.Topic).Concat(layout.Labels.Select(label => label.Name))
            .Any(label => label != LabelSet.Metric);
    }
}
