namespace EdgeAgent.Learning.Inference;

/// <summary>From topics and payloads to a proposal. Pure: no broker, clock or file; the same survey gives the same proposal.</summary>
/// <remarks>
/// What is ambiguous is not guessed: a number with a comma, a date whose day and month cannot be told apart, a time without zone that is
/// not the arrival's, words that are no known pair. It is named in notes, or among what is not read.
/// </remarks>
static class Inferring
{
    const int SamplesOfACluster = 400;
    const int MostUnread = 100;
    const int MostLevels = 32;
    const int MostSubscriptions = 200; // a source takes 256

    /// <summary>Makes the proposal.</summary>
    public static Proposal Propose(IReadOnlyCollection<SurveyedTopic> topics)
    {
        var unread = new List<Unread>();
        var good = new List<SurveyedTopic>();
        var others = new Dictionary<string, List<SurveyedTopic>>(StringComparer.Ordinal);
        foreach (var topic in topics.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            if (SparkplugTopics.Are(topic)) continue;
            var isDeep = topic.Name.Count('/') >= MostLevels;
            if (!isDeep && IsLookedAt(topic.Kind))
            {
                good.Add(topic);
                continue;
            }

            var why = isDeep ? $"topics of more than {MostLevels} levels are not looked at" : UnreadWords.Why(topic, topic.Kind);
            if (!others.TryGetValue(why, out var alike)) others.Add(why, alike = []);
            alike.Add(topic);
        }

        foreach (var (why, alike) in others) unread.Add(new Unread(alike, why));
        var untold = new List<TopicCluster>();
        var subscriptions = new List<ProposedSubscription>();
        var clusters = TopicClusters.Of(good, untold);
        foreach (var cluster in clusters)
        {
            if (Draft(cluster, out var why) is { } draft) subscriptions.Add(TopicNames.Complete(cluster, draft, clusters));
            else unread.Add(new Unread(cluster.Topics, why));
        }

        foreach (var cluster in untold)
            unread.Add(new Unread(cluster.Topics, "no filter tells these topics from others with other payloads"));
        subscriptions.AddRange(SparkplugTopics.Of(topics));
        subscriptions = [.. subscriptions.OrderByDescending(s => s.Topics.Sum(t => t.Messages)).ThenBy(s => s.Template,
            StringComparer.Ordinal)];
        foreach (var over in subscriptions.Skip(MostSubscriptions))
            unread.Add(new Unread(over.Topics, "there are too many kinds of messages"));
        return new(
            [.. subscriptions.Take(MostSubscriptions)],
            [.. unread.OrderByDescending(u => u.Topics).ThenBy(u => u.Names[0], StringComparer.Ordinal).Take(MostUnread)]);
    }

    static bool IsLookedAt(PayloadKind kind) =>
        kind is PayloadKind.Json or PayloadKind.Plain or PayloadKind.Csv or PayloadKind.Pairs or PayloadKind.Influx or PayloadKind.Cbor
            or PayloadKind.MessagePack or PayloadKind.Senml;

    static DecodeDraft? Draft(TopicCluster cluster, out string why)
    {
        var samples = Spread(cluster.Topics);
        switch (cluster.Kind)
        {
            case PayloadKind.Plain:
                return TextDrafts.Plain(samples, out why);
            case PayloadKind.Pairs:
                return TextDrafts.Pairs(samples, out why);
            case PayloadKind.Csv:
                return TextDrafts.Csv(samples, out why);
            case PayloadKind.Influx:
                return TextDrafts.Influx(samples, out why);
            case PayloadKind.Senml:
                why = "";
                return new(new("senml"), false);
        }

        var root = Tree(samples, null);
        if (KeyedObjects.Of(root) is { Count: > 0 } keyed) root = Tree(samples, keyed);
        var draft = JsonDrafts.Make(root, out why);
        var format = cluster.Kind switch { PayloadKind.Cbor => "cbor", PayloadKind.MessagePack => "msgpack", _ => "json" };
        return draft is null ? null : draft with { Decode = draft.Decode with { Format = format } };
    }

    static JsonNode Tree(List<PayloadSample> samples, IReadOnlyDictionary<string, string>? keyed)
    {
        var root = new JsonNode("", null, keyed);
        foreach (var sample in samples)
        {
            if (sample.Payload.Length == 0 || !HeardJson.TryParse(sample.Payload, out var json)) continue;
            using (json) root.Add(json!.RootElement, sample.AtNs, sample.IsRetained);
        }

        return root;
    }

    /// <summary>Samples of all topics in turn, up to a bound.</summary>
    static List<PayloadSample> Spread(List<SurveyedTopic> topics)
    {
        var samples = new List<PayloadSample>();
        for (var i = 0; samples.Count < SamplesOfACluster; i++)
        {
            var before = samples.Count;
            foreach (var topic in topics)
                if (i < topic.Samples.Count && samples.Count < SamplesOfACluster) samples.Add(topic.Samples[i]);
            if (samples.Count == before) break;
        }

        return samples;
    }
}
