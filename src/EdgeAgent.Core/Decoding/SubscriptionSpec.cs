using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Decoding;

/// <summary>One entry of <c>subscriptions</c>.</summary>
public static class SubscriptionSpec
{
    /// <summary>The spec.</summary>
    public static readonly ComponentSpec Spec = new()
    {
        Name = "subscription",
        Kind = ComponentKind.Section,
        Doc = "A topic filter and what becomes of its messages.",
        Fields =
        [
            FieldSpec.Of(FieldType.TopicTemplate, "topic",
                "Topic: literal levels, `{label}` levels that become labels, also as a part of a level (`temp_{device}`), `+` for any "
                    + "one level, "
                + "`#` last for all below, or `{label#}` for all below as one label.")
                with { Required = true, Example = "sensors/{site}/{device}/{metric}" },
            FieldSpec.Integer("qos", "Requested quality of service: 0 at most once, 1 and 2 nothing acknowledged is lost.", 0, 2)
                with { Default = 1L },
            FieldSpec.Text("share", "Group of a shared subscription: the broker spreads the messages over its members.")
                with { DefaultDoc = "not shared", Example = "gateways", Syntax = Words.Name },
            FieldSpec.Boolean("retained", "Whether retained messages are read; they are old by nature.", otherwise: false),
            FieldSpec.OneOf("decode", "How payloads become readings.", "formats") with { Required = true },
            FieldSpec.Map("labels", "Labels added to every series.", FieldType.NewLabel, FieldSpec.Text("", "Value of the label."))
                with { DefaultDoc = "none", MaxCount = 64, Example = "{ plant: p7 }" },
            FieldSpec.Map("relabel", "Other values for values of labels, by label; one that is not named stays.", FieldType.NewLabel,
                FieldSpec.Map("", "Other values by value.", FieldType.Text, FieldSpec.Text("", "The other value."))
                    with { MaxCount = 10_000 })
                with { DefaultDoc = "none", MaxCount = 64, Example = "{ line: { L1: packing, L2: filling } }" },
        ],
        Build = v => Relabelled(v, new SubscriptionSettings
        {
            Topic = v.Get<string>("topic"),
            Qos = v.Int("qos"),
            Share = v.GetOrNull<string>("share"),
            Retained = v.Get<bool>("retained"),
            Decode = v.Nested<FormatSettings>("decode")!,
            Labels = v.Entries("labels").ToDictionary(e => e.Key, e => (string)e.Value.Value!),
        }),
        Check = static (v, findings) =>
        {
            if (v.Find("share") is { } share)
                findings.Add(FindingCodes.Shared, share.KeyAt, share.Path,
                    "a shared subscription gives messages at least once. Remove `share` where each message must count once.");
            if (v.TryGet("qos", out long qos) && qos > 0 && v.Find("decode") is { Nested: { } decode } at
                && !(decode.Settings is FormatSettings format ? format.CarriesTime : decode.Has("time")))
                findings.Add(FindingCodes.ArrivalTime, at.KeyAt, at.Path, "no `time` in the payload: with a broker that numbers messages "
                    + "anew after a reconnect (Artemis, rumqttd), or never sets DUP and reuses ids, equal messages in flight cannot be "
                    + "told from repeats and may count twice. Give `time`, or make payloads differ.");
            CheckSeries(v, findings);
            SubscriptionChecks.Run(v, findings);
        },
    };

    static SubscriptionSettings Relabelled(SpecValues v, SubscriptionSettings settings) => !v.Has("relabel") ? settings : settings with
    {
        Relabel = v.Entries("relabel").ToDictionary(e => e.Key,
            e => (IReadOnlyDictionary<string, string>)e.Value.Entries.ToDictionary(n => n.Key, n => (string)n.Value.Value!)),
    };

    /// <summary>Finds fields that would get one metric: the same explicit one, or both the one of the topic or the labels.</summary>
    static void CheckSeries(SpecValues v, FindingList findings)
    {
        if (v.Find("decode")?.Nested?.Find("fields") is not { } fields || v.Find("topic") is not { Value: string topic }) return;
        var shared = IsShared(v, topic);
        var seen = new HashSet<string>();
        foreach (var field in fields.Items)
        {
            // Formats that find values otherwise may give two of them one metric: a sentence has the latitude, and another has it too.
            if (field.Nested is not { } values || FormatFields.PathOf(values.Spec) is not { } key) continue;
            if (values.Has("metric") != values.TryGet("metric", out string metric)) continue;
            if (!values.Has("metric"))
            {
                var path = values.Find(key);
                if (!shared && path?.Value is not string) continue;
                metric = shared ? "" : Templates.MetricOf(path!.Spec.Type, (string)path.Value!);
            }

            if (seen.Add(metric + FormatFields.LabelsOf(values))) continue;
            findings.Add(FindingCodes.SameSeries, field.At, field.Path, metric.Length > 0
                ? $"another field has the metric `{Nearest.Cut(metric)}` too. Give each its own `metric`."
                : "several fields without `metric` would all get the metric of the topic or the labels. Give each its own `metric`.");
        }
    }

    /// <summary>Metrics that readings of a subscription have when each of its fields says one; null when others can come.</summary>
    public static IReadOnlySet<string>? MetricsOf(SpecValues v)
    {
        if (v.Find("topic") is not { Value: string topic }
            || v.Find("decode")?.Nested?.Find("fields") is not { IsGood: true } fields) return null;
        var shared = IsShared(v, topic);
        var metrics = new HashSet<string>();
        foreach (var field in fields.Items)
        {
            if (field.Nested is not { } values) return null;
            if (values.TryGet("metric", out string metric)) metrics.Add(metric);
            else if (!shared && FormatFields.PathOf(values.Spec) is { } key && values.Find(key) is { Value: string path } at)
                metrics.Add(Templates.MetricOf(at.Spec.Type, path));
            else return null;
        }

        return metrics;
    }

    static bool IsShared(SpecValues v, string topic) =>
        Templates.TopicLabels(topic).Any(l => l == LabelSet.Metric) || v.Entries("labels").Any(l => l.Key == LabelSet.Metric)
            || v.Find("decode")!.Nested!.Entries("labels").Any(l => l.Key == LabelSet.Metric);

    /// <summary>Labels that readings of a subscription can have.</summary>
    public static LabelScope LabelsOf(SpecValues v)
    {
        var names = new HashSet<string>();
        var open = false;
        if (v.Find("topic") is { Value: string topic }) names.UnionWith(Templates.TopicLabels(topic));
        else open = true;
        names.UnionWith(v.Entries("labels").Select(e => e.Key));
        if (v.Find("decode")?.Nested is { } decode)
            return new LabelScope(names, open).Or(decode.Spec.Labels?.Invoke(decode, LabelScope.None) ?? LabelScope.None);
        return new(names, IsOpen: true);
    }
}
