using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Finds subscriptions of one source whose filters match a common topic.</summary>
public static class MqttOverlaps
{
    /// <summary>The filter a topic template subscribes: each <c>{label}</c> becomes <c>+</c>;
    /// one that does not parse stays as it is.</summary>
    public static string[] Levels(string template) =>
        TopicTemplate.TryParse(template, out var parsed, out _) ? parsed!.Filter.Split('/') : template.Split('/');

    /// <summary>Whether some topic matches both filters (MQTT 5.0 §4.7.1;
    /// a wildcard first matches no topic that starts with <c>$</c>).</summary>
    public static bool Overlap(ReadOnlySpan<string> a, ReadOnlySpan<string> b)
    {
        if (a[0] is "+" or "#" && b[0].StartsWith('$') || b[0] is "+" or "#" && a[0].StartsWith('$')) return false;
        for (var i = 0; ; i++)
        {
            // `a/#` also matches `a` itself.
            if (i < a.Length && a[i] == "#" || i < b.Length && b[i] == "#") return true;
            if (i == a.Length || i == b.Length) return a.Length == b.Length;
            if (a[i] != b[i] && a[i] != "+" && b[i] != "+") return false;
        }
    }

    /// <summary>Adds one warning for each subscription that overlaps an earlier one.</summary>
    public static void Check(SpecValues source, FindingList findings)
    {
        var earlier = new List<(string[] Levels, string Share, SpecValue Topic)>();
        foreach (var item in source.Items("subscriptions"))
        {
            if (item.Nested?.Find("topic") is not { Value: string topic } at) continue;
            var levels = Levels(topic);
            var share = item.Nested.GetOrNull<string>("share") ?? "";
            foreach (var other in earlier)
                if (Overlap(levels, other.Levels))
                {
                    findings.Add(FindingCodes.Overlap, at.At, at.Path,
                        $"matches topics that the subscription in line {other.Topic.At.Line} matches too. Make the filters "
                            + "disjoint, or use two sources.");
                    break;
                }

            earlier.Add((levels, share, at));
        }
    }
}
