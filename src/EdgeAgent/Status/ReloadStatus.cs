using EdgeAgent.Core.Readings;

namespace EdgeAgent.Status;

/// <summary>What reloads of the configuration have done.</summary>
/// <param name="Applied">Reloads that ended with the file in force.</param>
/// <param name="Refused">Those that changed nothing because the file could not be used.</param>
/// <param name="At">When the last one ended.</param>
/// <param name="Message">What came of it, in words.</param>
/// <param name="TookMs">How long it took [ms].</param>
/// <param name="ClosedMs">How long the gates were closed by the last one that changed something [ms].</param>
/// <param name="LongestClosedMs">The longest of these [ms].</param>
sealed record ReloadStatus(
    long Applied, long Refused, WallTime At, string Message, double TookMs, double ClosedMs, double LongestClosedMs);
