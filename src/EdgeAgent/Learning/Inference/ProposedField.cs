namespace EdgeAgent.Learning.Inference;

/// <summary>A value of a payload.</summary>
/// <param name="Place">JSON path or column.</param>
/// <param name="Metric">Its metric, or null where the place or the topic gives it.</param>
sealed record ProposedField(string Place, string? Metric)
{
    /// <summary>Whether some payloads go without.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Words that stand for numbers.</summary>
    public IReadOnlyList<(string Word, int Number)> States { get; init; } = [];

    /// <summary>The unit as far as a name says it; null when none does.</summary>
    public string? Unit { get; init; }

    /// <summary>What was seen, for the comment.</summary>
    public string Seen { get; init; } = "";
}
