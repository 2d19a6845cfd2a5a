namespace EdgeAgent.Learning.Inference;

/// <summary>Gives the levels of a cluster the names of labels, and completes its decode section by them.</summary>
static class TopicNames
{
    static readonly string[] FromTheRight = ["device", "site", "area", "plant"];
    static readonly string[] BehindADevice = ["kind", "part"];

    /// <summary>The subscription.</summary>
    /// <param name="cluster">The topics.</param>
    /// <param name="draft">How their payloads are read.</param>
    /// <param name="all">All clusters: none may get a filter that matches another's topics.</param>
    public static ProposedSubscription Complete(TopicCluster cluster, DecodeDraft draft, IReadOnlyList<TopicCluster> all)
    {
        var names = new string?[cluster.Depth];
        var decode = draft.Decode;
        if (draft.WantsTopicMetric) decode = WithMetric(cluster, decode, names, all);
        for (var i = 1; i < cluster.Depth; i++)
            if (Needs(cluster, names, i) && FieldWords.LabelAfter(cluster.Filter(i - 1) ?? "") is { } word
                && !names.Contains(word) && !decode.PathLabels.Contains(word))
                names[i] = word;
        var device = Array.IndexOf(names, "device");
        foreach (var name in BehindADevice)
            if (device >= 0 && NextVariable(cluster, names, device + 1) is { } behind) names[behind] = name;
        var next = 0;
        for (var i = cluster.Depth - 1; i >= 0; i--)
        {
            if (!Needs(cluster, names, i)) continue;
            while (next < FromTheRight.Length && (names.Contains(FromTheRight[next]) || decode.PathLabels.Contains(FromTheRight[next])))
                next++;
            names[i] = next < FromTheRight.Length ? FromTheRight[next++] : $"level{i + 1}";
        }

        var taken = names.OfType<string>().Where(name => name.Length > 0).Concat(decode.PathLabels).ToHashSet();
        var labels = decode.Labels.Where(label => !taken.Contains(label.Key)).ToList();
        if (!taken.Contains("device")) labels.AddRange(draft.DeviceLabels.Where(d => !taken.Contains(d.Key)));
        var levels = Enumerable.Range(0, cluster.Depth)
            .Select(i => cluster.Filter(i) is { } literal ? literal : $"{{{names[i]}}}");
        return new(string.Join('/', levels), cluster.Topics, decode with { Labels = labels })
        {
            TopicLabels = [.. names.Where((name, i) => name?.Length > 0 && cluster.IsVariable[i])!],
            FixedLabels = Fixed(cluster, names),
        };
    }

    static List<KeyValuePair<string, string>> Fixed(TopicCluster cluster, string?[] names)
    {
        var labels = new List<KeyValuePair<string, string>>();
        for (var i = 0; i < names.Length; i++)
            if (names[i] is { Length: > 0 } name && cluster.Filter(i) is { Length: > 0 } value) labels.Add(new(name, value));
        return labels;
    }

    // A level that is held to tell clusters apart differs among them, and is a label as well.
    static bool Needs(TopicCluster cluster, string?[] names, int level) =>
        names[level] is null && (cluster.IsVariable[level] || cluster.IsHeld[level]);

    static int? NextVariable(TopicCluster cluster, string?[] names, int from)
    {
        for (var i = from; i < cluster.Depth; i++)
            if (Needs(cluster, names, i)) return i;
        return null;
    }

    /// <summary>The level that says what is measured: the last one, or the one before a word such as <c>state</c>.</summary>
    static ProposedDecode WithMetric(TopicCluster cluster, ProposedDecode decode, string?[] names, IReadOnlyList<TopicCluster> all)
    {
        var level = cluster.Depth - 1;
        while (level > 0 && !cluster.IsVariable[level] && FieldWords.IsLastWord(cluster.Filter(level)!)) level--;
        if (level == 0 && cluster.Depth > 1) level = cluster.Depth - 1;
        var isHeld = cluster.IsHeld[level] || level == 0 && !cluster.IsVariable[0] || IsDevice(cluster, level);
        if (!isHeld)
        {
            var was = cluster.IsVariable[level];
            cluster.IsVariable[level] = true;
            if (was || !all.Any(other => other != cluster && other.Overlaps(cluster)))
            {
                names[level] = "metric";
                return decode;
            }

            cluster.IsVariable[level] = was;
        }

        if (cluster.IsVariable[level] || cluster.Kind == PayloadKind.Json)
            return Said(decode, JsonDrafts.LastName(decode.Fields[0].Place) is { Length: > 0 } last ? last : "value");
        names[level] = ""; // said by the metric
        var word = string.Concat((cluster.Filter(level) ?? "").Select(c => char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : '_'));
        return Said(decode, word.Length == 0 ? "value" : word);
    }

    // A level after `devices` names a thing and not what is measured, and so does most often the second of two above JSON.
    static bool IsDevice(TopicCluster cluster, int level) =>
        cluster.IsVariable[level] && level > 0 && FieldWords.LabelAfter(cluster.Filter(level - 1) ?? "") is not null
            || cluster.Depth <= 2 && cluster.Kind == PayloadKind.Json;

    static ProposedDecode Said(ProposedDecode decode, string metric) =>
        decode with { Fields = [decode.Fields[0] with { Metric = metric }] };
}
