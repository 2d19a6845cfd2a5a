using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Stages;

/// <summary>A stage that acts on time alone: idle closes, corrections, minimum durations.</summary>
public interface ITimedStage
{
    /// <summary>Called at every cut, before state and records are taken.</summary>
    /// <param name="now">The time of the cut.</param>
    /// <param name="idleFloorNs">For each source the monotonic time [ns] idle time is counted from at the earliest: the
    /// last moment it was not both connected and drained.</param>
    void OnCut(in Instant now, ReadOnlySpan<long> idleFloorNs);
}
