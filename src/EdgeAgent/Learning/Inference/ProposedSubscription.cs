namespace EdgeAgent.Learning.Inference;

/// <summary>A subscription and what it was made of.</summary>
/// <param name="Template">The topic, with labels in braces.</param>
/// <param name="Topics">The topics it stands for.</param>
/// <param name="Decode">How payloads become readings.</param>
sealed record ProposedSubscription(string Template, IReadOnlyList<SurveyedTopic> Topics, ProposedDecode Decode)
{
    /// <summary>Labels of the topic.</summary>
    public IReadOnlyList<string> TopicLabels { get; init; } = [];

    /// <summary>Labels that are the same for all its topics: of levels that are written out here and differ elsewhere.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> FixedLabels { get; init; } = [];

    /// <summary>Whether nothing came but what had lain at the broker.</summary>
    public bool IsRetained => Topics.All(topic => topic.Live == 0);

    /// <summary>Usual time between messages of a topic; null when none came twice.</summary>
    public TimeSpan? Interval { get; } = Median([.. Topics.Select(t => t.Interval).OfType<TimeSpan>()]);

    static TimeSpan? Median(List<TimeSpan> of)
    {
        of.Sort();
        return of.Count == 0 ? null : of[of.Count / 2];
    }
}
