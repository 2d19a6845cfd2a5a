namespace EdgeAgent.Learning.Inference;

/// <summary>Where the event time is.</summary>
/// <param name="Place">JSON path or column.</param>
/// <param name="Unit">As the configuration has it: <c>s</c>, <c>ms</c>, <c>us</c>, <c>ns</c>, <c>iso8601</c>, <c>rfc1123</c>, or a form
/// such as <c>dd.MM.yyyy HH:mm:ss</c>.</param>
/// <param name="Why">What spoke for it, for the comment.</param>
sealed record ProposedTime(string Place, string Unit, string Why)
{
    /// <summary>Whether some payloads go without.</summary>
    public bool IsOptional { get; init; }

    /// <summary><c>csv</c>: the column of the date, when <see cref="Place"/> is the time of day.</summary>
    public string? Date { get; init; }

    /// <summary>Path of the samples a second, of a waveform.</summary>
    public string? Rate { get; init; }

    /// <summary>Whether most clocks were set when they sent, and some were not.</summary>
    public bool HasUnset { get; init; }
}
