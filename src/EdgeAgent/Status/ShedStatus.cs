namespace EdgeAgent.Status;

/// <summary>What a start did not restore for want of room.</summary>
/// <param name="Units">Units of stored memory.</param>
/// <param name="LostMemory">Of these, memory that is not windows and is lost.</param>
/// <param name="LostWindows">Summaries of their windows that could not be stored.</param>
readonly record struct ShedStatus(long Units, long LostMemory, long LostWindows);
