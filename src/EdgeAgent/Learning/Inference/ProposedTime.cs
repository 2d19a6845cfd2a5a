namespace EdgeAgent.Learning.Inference;

/// <summary>Where the event time is.</summary>
/// <param name="Place">JSON path or column.</param>
/// <param name="Unit">As the configuration has it: <c>s</c>, <c>ms</c>, <c>us</c>, <c>ns</c>, <c>iso8601</c>.</param>
/// <param name="Why">What spoke for it, for the comment.</param>
sealed record ProposedTime(string Place, string Unit, string Why)
{
    /// <summary>Whether some payloads go without.</summary>
    public bool IsOptional { get; init; }
}
