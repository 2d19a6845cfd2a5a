namespace EdgeAgent.Storage;

/// <summary>What became of rejected records that were to be sent again.</summary>
/// <param name="Requeued">Put at the end of their lanes.</param>
/// <param name="Kept">Left where they are, since what is needed to send them is not there.</param>
public readonly record struct RequeueResult(long Requeued, long Kept);
