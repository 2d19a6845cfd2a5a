namespace EdgeAgent.Storage;

/// <summary>What a restore found.</summary>
/// <param name="Entries">Entries read for configured stages.</param>
/// <param name="Malformed">Of these, entries dropped because they were malformed or of an unknown version.</param>
/// <param name="UnmatchedStages">Stages in the store that match no configured stage; deleted by the first commit.</param>
public sealed record StateRestored(long Entries, long Malformed, IReadOnlyCollection<string> UnmatchedStages);
