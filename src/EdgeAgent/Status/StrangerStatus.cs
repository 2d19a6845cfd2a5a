namespace EdgeAgent.Status;

/// <summary>What the buffer holds for an output that is not configured.</summary>
/// <param name="Name">Its name.</param>
/// <param name="BacklogRecords">Records that wait.</param>
/// <param name="BacklogBytes">Their bytes.</param>
/// <param name="Dropped">Records dropped by overflow since the store began.</param>
sealed record StrangerStatus(string Name, long BacklogRecords, long BacklogBytes, long Dropped);
