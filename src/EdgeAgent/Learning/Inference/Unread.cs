namespace EdgeAgent.Learning.Inference;

/// <summary>Topics that the proposal does not read.</summary>
/// <param name="Names">The first of them, one at least.</param>
/// <param name="Topics">How many there are of the kind.</param>
/// <param name="Why">A sentence: what was seen, and what can be done.</param>
/// <param name="Sample">A payload, or null.</param>
sealed record Unread(IReadOnlyList<string> Names, int Topics, string Why, byte[]? Sample)
{
    const int MostNames = 20;

    /// <summary>Of surveyed topics, one at least.</summary>
    public Unread(IReadOnlyList<SurveyedTopic> topics, string why)
        : this([.. topics.Take(MostNames).Select(topic => topic.Name)], topics.Count, why,
            topics[0].Samples.Select(sample => sample.Payload).FirstOrDefault(payload => payload.Length > 0))
    {
    }
}
