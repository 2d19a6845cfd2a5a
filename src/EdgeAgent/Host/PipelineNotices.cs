using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Stages;
using EdgeAgent.Flow;
using EdgeAgent.Logs;

namespace EdgeAgent.Host;

/// <summary>Carries what pipelines noticed (late, from the future, wrong unit) into the log, limited by pipeline and kind.</summary>
/// <remarks>Taken at a cut, with all gates closed: pipelines are then at rest. Logged after it, with open gates. Commit thread.</remarks>
sealed class PipelineNotices(PipelineSlot[] pipelines, LogLimiter log)
{
    readonly List<(string Pipeline, PipelineNotice Notice)> _taken = [];

    /// <summary>Goes on with other pipelines. At a cut, with all gates closed.</summary>
    public void GoOn(PipelineSlot[] next) => pipelines = next;

    /// <summary>Takes what was noticed since the last cut.</summary>
    public void AtCut()
    {
        foreach (var slot in pipelines)
            while (slot.Pipeline.Notices.TryTake(out var notice)) _taken.Add((slot.Pipeline.Settings.Name, notice));
    }

    /// <summary>Logs what was taken.</summary>
    public void AtRest()
    {
        foreach (var (pipeline, notice) in _taken)
            log.Warn($"notice {pipeline} {notice.Kind}", $"pipeline {pipeline}, {notice.Labels}: {notice.Text}");
        _taken.Clear();
    }
}
