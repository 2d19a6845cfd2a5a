namespace EdgeAgent.Core.Readings;

/// <summary>Takes full batches from a decoder whose message holds more readings than one batch.</summary>
/// <remarks>Called once a batch, never once a reading. The callee leaves <c>batch.Count</c> at 0.</remarks>
public interface IBatchReceiver
{
    /// <summary>Runs the pipelines over <paramref name="batch"/> and empties it.</summary>
    void Flush(ReadingBatch batch);
}
