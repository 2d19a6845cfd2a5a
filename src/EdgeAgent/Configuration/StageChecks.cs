using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Configuration;

/// <summary>What several stages say together: whether what <c>align</c> joins and models take can be there at all.</summary>
static class StageChecks
{
    /// <summary>Adds the findings of one pipeline.</summary>
    public static void Run(SpecValues pipeline, Dictionary<string, SpecValue> sources, FindingList findings)
    {
        HashSet<string>? fields = null;
        SeriesChecks.Run(pipeline, sources, findings);
        foreach (var stage in pipeline.Items("stages"))
        {
            if (stage.Nested is not { } values) return;
            if (values.Spec.Name == "align" && values.Find("metrics") is { } metrics)
            {
                if (MetricsOf(pipeline, sources) is { } known)
                    Unknown(metrics, known, FindingCodes.UnknownMetric, "no source of this pipeline gives the metric", findings);
                fields = metrics.IsGood ? [.. values.Texts("metrics")] : null;
            }
            else if (values.Spec.Name == "window" && values.Find("aggregate") is { Items: var aggregates })
                fields = aggregates.All(a => a.Written is not null) ? [.. aggregates.Select(a => a.Written!)] : null;
            else if (values.Spec.Name == "score_summaries")
            {
                if (fields is not null && values.Find("fields") is { } taken)
                    Unknown(taken, fields, FindingCodes.UnknownField, "the summaries have no field", findings);
                fields?.UnionWith(["score", "stale"]);
            }
        }
    }

    static void Unknown(SpecValue list, HashSet<string> known, FindingCode code, string what, FindingList findings)
    {
        foreach (var item in list.Items)
            if (item.Value is string name && !known.Contains(name) && !findings.IsFull)
                findings.Add(code, item.At, item.Path, $"{what} `{Nearest.Cut(name)}`.{Nearest.Hint(name, known)}");
    }

    // Null when a metric of any name can come.
    static HashSet<string>? MetricsOf(SpecValues pipeline, Dictionary<string, SpecValue> sources)
    {
        var all = new HashSet<string>();
        foreach (var item in pipeline.Items("from"))
        {
            if (item.Value is not string name || !sources.TryGetValue(name, out var source) || source.Nested is not { } values
                || values.Spec.Field("subscriptions") is null
                || values.Items("subscriptions") is not { Count: > 0 } subscriptions) return null;
            foreach (var subscription in subscriptions)
            {
                if (subscription.Nested is not { } topic || SubscriptionSpec.MetricsOf(topic) is not { } metrics) return null;
                all.UnionWith(metrics);
            }
        }

        return all.Count > 0 ? all : null;
    }
}
