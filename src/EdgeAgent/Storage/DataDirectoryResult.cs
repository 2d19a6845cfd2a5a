namespace EdgeAgent.Storage;

/// <summary>What checking a data directory gave.</summary>
/// <param name="Directory">The directory, held for this process; null when <paramref name="Error"/>
/// is set or it was only looked at.</param>
/// <param name="Error">Why the agent cannot run on it, for people; or null.</param>
/// <param name="Warnings">What a person should know although the agent runs.</param>
public sealed record DataDirectoryResult(DataDirectory? Directory, string? Error, IReadOnlyList<string> Warnings);
