using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages;

/// <summary>Where a folding stage (window, later align) puts its summaries: the next summary stage, or the outputs.</summary>
public interface ISummaryReceiver
{
    /// <summary>Takes one summary; it is only good during the call.</summary>
    void Take(Summary summary);

    /// <summary>The number <paramref name="group"/> of the group with <paramref name="labels"/> is no longer in use and
    /// may be given to another group.</summary>
    void Release(int group, LabelSet labels);
}
