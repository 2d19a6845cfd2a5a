namespace EdgeAgent.Status;

/// <summary>A look at one output.</summary>
/// <param name="Name">The key under <c>outputs</c>.</param>
/// <param name="Connected">Whether the last thing heard was good; null before anything was.</param>
/// <param name="NextTry">How long until the next try; null when none is waited for.</param>
/// <param name="LastError">The last failure as a sentence, or null.</param>
/// <param name="BacklogRecords">Records committed and not yet confirmed.</param>
/// <param name="BacklogBytes">Their bytes.</param>
/// <param name="OldestCommittedAtNs">Commit time of the oldest of them, or 0 [ns since the Unix epoch].</param>
/// <param name="Sent">Records handed to the output since the start, repeats included.</param>
/// <param name="Confirmed">Records the output confirmed since the start.</param>
/// <param name="Rejected">Records the output will never take, since the start.</param>
/// <param name="Dropped">Records dropped by overflow since the store began.</param>
/// <param name="LastRejection">Why the last of them was refused; null when none was.</param>
/// <param name="HeldRecords">Of the backlog, records held because their topic is in trouble.</param>
public sealed record OutputStatus(
    string Name,
    bool? Connected,
    TimeSpan? NextTry,
    string? LastError,
    long BacklogRecords,
    long BacklogBytes,
    long OldestCommittedAtNs,
    long Sent,
    long Confirmed,
    long Rejected,
    long Dropped,
    string? LastRejection = null,
    long HeldRecords = 0);
