namespace EdgeAgent.Learning.Inference;

/// <summary>Topics of Sparkplug B, whose levels have meanings of their own: <c>spBv1.0/group/DDATA/node/device</c>.</summary>
static class SparkplugTopics
{
    const string Root = "spBv1.0";

    /// <summary>Whether a topic is one that carries metrics.</summary>
    public static bool Are(SurveyedTopic topic) =>
        topic.Levels is [Root, _, "NDATA" or "NBIRTH", _] or [Root, _, "DDATA" or "DBIRTH", _, _];

    /// <summary>A subscription for each sort of message that came.</summary>
    public static IEnumerable<ProposedSubscription> Of(IReadOnlyCollection<SurveyedTopic> topics) =>
        topics.Where(Are).GroupBy(topic => topic.Levels[2]).OrderBy(sort => sort.Key, StringComparer.Ordinal).Select(sort =>
        {
            string[] labels = sort.First().Levels.Length == 5 ? ["group", "node", "device"] : ["group", "node"];
            var rest = string.Join('/', labels.Skip(1).Select(label => $"{{{label}}}"));
            return new ProposedSubscription($"{Root}/{{group}}/{sort.Key}/{rest}",
                [.. sort.OrderBy(topic => topic.Name, StringComparer.Ordinal)], new("sparkplug")
                {
                    Notes = ["metrics that come by their alias alone are not read"],
                }) { TopicLabels = labels };
        });
}
