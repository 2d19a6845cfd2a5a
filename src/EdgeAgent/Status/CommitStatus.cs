namespace EdgeAgent.Status;

/// <summary>What commits have done.</summary>
/// <param name="Done">Commits that became durable.</param>
/// <param name="Failed">Commits that failed.</param>
/// <param name="LastNs">How long the last one took, from closing the gates to durable [ns].</param>
/// <param name="LongestNs">How long the longest took [ns].</param>
/// <param name="LastCutNs">How long the gates were closed for the last cut [ns].</param>
/// <param name="Bytes">Bytes handed to the store.</param>
/// <param name="UnreadableState">Restored state entries that could not be read.</param>
/// <param name="DroppedState">Stored state entries that fitted no stage of the configuration.</param>
/// <param name="LastError">Why the last commit failed; null when it did not.</param>
/// <param name="Durations">How long all of them took; goes on counting.</param>
sealed record CommitStatus(
    long Done, long Failed, long LastNs, long LongestNs, long LastCutNs, long Bytes,
    long UnreadableState, long DroppedState, string? LastError,
    DurationHistogram Durations);
