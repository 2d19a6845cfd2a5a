using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages;

/// <summary>One step over summaries: adds fields, holds some back, scores. Called once a closed window, never once a reading.</summary>
/// <remarks>
/// Single-threaded, under the pipeline's lock. A stage passes a summary on by <c>next.Take</c>, now or (of a copy) in
/// <see cref="Flush"/>, so that many rows can go through a model at once. Records of its own, such as alerts, go to
/// <see cref="StageContext.Records"/>. A stage may also be <see cref="ITimedStage"/>.
/// </remarks>
public interface ISummaryStage
{
    /// <summary>Takes one summary; it is only good during the call.</summary>
    void Process(Summary summary, ISummaryReceiver next);

    /// <summary>Ends a batch or a cut: whatever was held back to be worked on together goes on now.</summary>
    void Flush(in Instant now, ISummaryReceiver next);

    /// <summary>Memory that must survive a restart, or null when the stage has none.</summary>
    IStageState? State { get; }

    /// <summary>Forgets what it knows of the group with <paramref name="labels"/>; its number may be given to another group.</summary>
    void Release(int group, LabelSet labels);
}
