using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages;

/// <summary>One step over a batch. Called once a batch, never once a reading.</summary>
/// <remarks>Single-threaded: the host holds the pipeline's lock. A terminal stage (window, emit) leaves <c>batch.Count</c> at 0.</remarks>
public interface IReadingStage
{
    /// <summary>Changes and compacts <paramref name="batch"/> in place. No allocation per reading, no exception on input.</summary>
    /// <param name="batch">The readings; owned by the callee during the call.</param>
    /// <param name="source">Index of the source in the configuration, 0 to 63.</param>
    /// <param name="now">Arrival time of the batch.</param>
    void Process(ReadingBatch batch, int source, in Instant now);

    /// <summary>Memory that must survive a restart, or null when the stage has none.</summary>
    IStageState? State { get; }

    /// <summary>Forgets what it knows of the series <paramref name="ids"/>; they may be given to other series afterwards.</summary>
    void Forget(ReadOnlySpan<int> ids);

    /// <summary>As <see cref="Forget"/>, for want of room: what was open is told of as partial.</summary>
    void Evict(ReadOnlySpan<int> ids) => Forget(ids);

    /// <summary>Gives up, for want of room, some of the units that were restored and whose series have not come since: a quarter,
    /// those silent for longest first.</summary>
    /// <returns>How many; 0 for a stage that has none.</returns>
    int EvictOrphans() => 0;
}
