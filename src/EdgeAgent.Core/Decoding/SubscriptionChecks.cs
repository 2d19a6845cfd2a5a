using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Decoding;

/// <summary>Labels of a subscription that nobody ever sees, and names for labels that it does not have.</summary>
static class SubscriptionChecks
{
    /// <summary>Adds the findings of one subscription.</summary>
    public static void Run(SpecValues v, FindingList findings)
    {
        if (v.Find("topic") is not { Value: string topic } at) return;
        var ofTopic = Templates.TopicLabels(topic).ToHashSet();
        Unseen(v, ofTopic, at, findings);
        var scope = SubscriptionSpec.LabelsOf(v);
        foreach (var (label, entry) in v.Entries("relabel"))
            if (!scope.Has(label) && !findings.IsFull)
                findings.Add(FindingCodes.RelabelUnknown, entry.KeyAt, entry.Path,
                    $"no reading of this subscription has a label `{Nearest.Cut(label)}`.{Nearest.Hint(label, scope.Names)}");
    }

    /// <summary>Of two labels with one name the later wins (subscription, topic, payload, field), so the other is never seen.</summary>
    static void Unseen(SpecValues v, HashSet<string> ofTopic, SpecValue topic, FindingList findings)
    {
        var layout = v.Nested<FormatSettings>("decode")?.OpenReader().Layout;
        var ofPayload = (layout?.Labels ?? []).Where(label => !label.Optional).Select(label => label.Name).ToHashSet();
        var ownMetrics = layout is not null && layout.Fields.All(field => field.Settings.Metric is not null);
        foreach (var (label, entry) in v.Entries("labels"))
        {
            var by = ofTopic.Contains(label) ? $"the topic has `{{{label}}}`" : ofPayload.Contains(label) ? "the payload gives it"
                : label == LabelSet.Metric && ownMetrics ? "every value has a `metric` of its own" : null;
            if (by is not null)
                findings.Add(FindingCodes.LabelUnseen, entry.KeyAt, entry.Path, $"{by}, so this label is never seen. Remove it, or give it "
                    + "another name.");
        }

        if (ofTopic.Contains(LabelSet.Metric) && (ownMetrics || ofPayload.Contains(LabelSet.Metric)))
            findings.Add(FindingCodes.LabelUnseen, topic.At, topic.Path, $"{(ownMetrics ? "every value has a `metric` of its own"
                : "the payload gives the metric of each value")}, so `{{metric}}` of the topic is never seen. Give that level "
                + "another name, such as `{kind}`.");
    }
}
