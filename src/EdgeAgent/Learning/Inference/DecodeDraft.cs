namespace EdgeAgent.Learning.Inference;

/// <summary>A decode section before it is known which labels the topic gives.</summary>
/// <param name="Decode">As far as it is known.</param>
/// <param name="WantsTopicMetric">Whether the payload does not say what is measured, so that the topic has to.</param>
sealed record DecodeDraft(ProposedDecode Decode, bool WantsTopicMetric)
{
    /// <summary>Labels that are taken when the topic names no device.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> DeviceLabels { get; init; } = [];
}
