using EdgeAgent.Status;

namespace EdgeAgent.Commits;

/// <summary>What commits have done. Written by the commit thread, read by any without a lock.</summary>
sealed class CommitStatistics
{
    /// <summary>Commits that became durable.</summary>
    public long Done;

    /// <summary>Commits that failed.</summary>
    public long Failed;

    /// <summary>How long the gates were closed for the last cut [ns].</summary>
    public long LastCutNs;

    /// <summary>How long the last commit took, from closing the gates to durable [ns].</summary>
    public long LastCommitNs;

    /// <summary>The longest <see cref="LastCommitNs"/> so far [ns].</summary>
    public long LongestCommitNs;

    /// <summary>How long durable commits took.</summary>
    public readonly DurationHistogram Durations = new();

    /// <summary>Bytes handed to the store.</summary>
    public long Bytes;

    /// <summary>Why the last commit failed; null when it did not.</summary>
    public volatile string? LastError;

    /// <summary>Stored state entries that fitted no stage of the configuration and were dropped.</summary>
    public long DroppedState;

    /// <summary>Restored state entries that could not be read.</summary>
    public long BadState;

    /// <summary>A look from outside. Any thread.</summary>
    public CommitStatus Status() => new()
    {
        Done = Done,
        Failed = Failed,
        LastNs = LastCommitNs,
        LongestNs = LongestCommitNs,
        LastCutNs = LastCutNs,
        Bytes = Bytes,
        UnreadableState = BadState,
        DroppedState = DroppedState,
        LastError = LastError,
        Durations = Durations,
    };
}
