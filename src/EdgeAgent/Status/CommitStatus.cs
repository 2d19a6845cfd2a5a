namespace EdgeAgent.Status;

/// <summary>What commits have done.</summary>
sealed record CommitStatus
{
    /// <summary>Commits that became durable.</summary>
    public required long Done { get; init; }

    /// <summary>Commits that failed.</summary>
    public required long Failed { get; init; }

    /// <summary>How long the last one took, from closing the gates to durable [ns].</summary>
    public required long LastNs { get; init; }

    /// <summary>How long the longest took [ns].</summary>
    public required long LongestNs { get; init; }

    /// <summary>How long the gates were closed for the last cut [ns].</summary>
    public required long LastCutNs { get; init; }

    /// <summary>Bytes handed to the store.</summary>
    public required long Bytes { get; init; }

    /// <summary>Restored state entries that could not be read.</summary>
    public required long UnreadableState { get; init; }

    /// <summary>Stored state entries that fitted no stage of the configuration.</summary>
    public required long DroppedState { get; init; }

    /// <summary>Why the last commit failed; null when it did not.</summary>
    public string? LastError { get; init; }

    /// <summary>How long all of them took; goes on counting.</summary>
    public DurationHistogram Durations { get; init; } = new();
}
