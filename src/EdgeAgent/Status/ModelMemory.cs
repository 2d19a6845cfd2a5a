namespace EdgeAgent.Status;

/// <summary>Memory of the arena all models share.</summary>
/// <param name="HeldBytes">Held now.</param>
/// <param name="PeakBytes">Most in use at once.</param>
/// <param name="MaxBytes">Its bound.</param>
sealed record ModelMemory(long HeldBytes, long PeakBytes, long MaxBytes);
