using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Configuration;

/// <summary>Which series a pipeline has: filters for metrics that never come, and windows that mix what belongs apart.</summary>
static class SeriesChecks
{
    /// <summary>Adds the findings of one pipeline.</summary>
    public static void Run(SpecValues pipeline, Dictionary<string, SpecValue> sources, FindingList findings)
    {
        // What a source gives that is not good, or one whose metrics a profile names, is not known.
        var metrics = new MetricScope(new HashSet<string>(), false);
        var isKnown = pipeline.Items("from").Count > 0;
        List<SpecValues> inputs = [];
        foreach (var item in pipeline.Items("from"))
            if (item.Value is string name && sources.TryGetValue(name, out var source) && source.Nested is { Settings: not null } values
                && MetricsOf(values) is { } given) (metrics, inputs) = (metrics.Or(given), [.. inputs, values]);
            else isKnown = false;
        var kept = new HashSet<string>();
        foreach (var stage in pipeline.Items("stages"))
        {
            if (stage.Nested is not { Settings: not null } values) return;
            if (values.Spec.Name is "keep" or "drop")
            {
                foreach (var (label, patterns) in values.Entries(""))
                {
                    kept.Add(label);
                    if (label == LabelSet.Metric && isKnown && !metrics.IsOpen) Filter(patterns, values, ref metrics, findings);
                }
            }
            else if (values.Spec.Name == "window")
            {
                if (values.Items("aggregate").All(a => a.Written == "count")) return;
                Window(values, metrics, kept, inputs, findings);
                return;
            }
            else if (values.Spec.Role is not (StageRole.Filter or StageRole.TimedFilter)) return;
        }
    }

    static void Filter(SpecValue patterns, SpecValues stage, ref MetricScope metrics, FindingList findings)
    {
        var matched = new HashSet<string>();
        foreach (var pattern in patterns.Items)
        {
            if (pattern.Value is not string glob) continue;
            var matches = metrics.Names.Where(metric => GlobPattern.IsMatch(glob, metric)).ToList();
            matched.UnionWith(matches);
            if (matches.Count == 0 && !findings.IsFull)
                findings.Add(FindingCodes.NoSuchMetric, pattern.At, pattern.Path, "no source of this pipeline gives a metric "
                    + $"`{Nearest.Cut(glob)}`.{Nearest.Hint(glob, metrics.Names)}");
        }

        if (stage.Entries("").Count == 1 && matched.Count > 0)
            metrics = new(stage.Spec.Name == "keep" ? matched : metrics.Names.Except(matched).ToHashSet(), false);
    }

    static void Window(SpecValues window, MetricScope metrics, HashSet<string> kept, List<SpecValues> inputs, FindingList findings)
    {
        if (window.Find("by") is not { IsGood: true } by) return;
        var labels = window.Texts("by");
        if (!labels.Contains(LabelSet.Metric) && metrics.IsSeveral && !(metrics.IsOpen && kept.Count > 0))
        {
            var names = string.Join(", ", metrics.Names.Order(StringComparer.Ordinal).Take(4).Select(name => $"`{Nearest.Cut(name)}`"));
            findings.Add(FindingCodes.MixedMetrics, by.At, by.Path, "without `metric` a window mixes the values of all metrics"
                + $"{(names.Length > 0 ? $" ({names}{(metrics.IsOpen || metrics.Names.Count > 4 ? " and others" : "")})" : "")}. "
                + "Add it, or `keep` one metric.");
        }

        foreach (var subscription in inputs.SelectMany(input => input.Items("subscriptions")))
            if (subscription.Nested is { Settings: SubscriptionSettings settings } values && values.Find("topic") is { } topic
                && settings.Topic.Split('/').Any(level => level is "+" or "#") && !MetricScope.TellsSenders(settings))
                findings.Add(FindingCodes.MixedSenders, topic.At, topic.Path, $"`{Nearest.Cut(settings.Topic)}` matches topics whose "
                    + "readings have the same labels, and a window mixes them. Write `{device}` for `+`, `{rest#}` for `#`, "
                    + "and add it to `by`.");
    }

    static MetricScope? MetricsOf(SpecValues source)
    {
        if (source.Spec.Field("subscriptions") is not null)
        {
            var all = source.Items("subscriptions").Select(s => s.Nested?.Settings).OfType<SubscriptionSettings>().Select(MetricScope.Of);
            return all.Aggregate((MetricScope?)null, (sum, metrics) => sum?.Or(metrics) ?? metrics);
        }

        if (source.Nested<FormatSettings>("decode") is { } decode)
            return MetricScope.Of(decode, source.Entries("labels").ToDictionary(e => e.Key, e => (string)e.Value.Value!), isOfTopic: false);
        var names = new HashSet<string>();
        foreach (var unit in source.Items("units").Select(u => u.Nested?.Settings).OfType<ModbusUnitSettings>())
        {
            if (unit.Registers.Count == 0) return null;
            names.UnionWith(unit.Registers.Select(register => register.Metric));
        }

        return names.Count > 0 ? new(names, false) : null;
    }
}
