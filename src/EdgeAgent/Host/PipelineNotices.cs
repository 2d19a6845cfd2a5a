using EdgeAgent.Core.Pipelines;

namespace EdgeAgent.Host;

/// <summary>Carries what pipelines noticed (late, from the future, wrong unit) into the log, limited by pipeline and kind.</summary>
/// <remarks>At a cut, with all gates closed: pipelines are then at rest.</remarks>
sealed class PipelineNotices(PipelineSlot[] pipelines, LogLimiter log)
{
    /// <summary>Logs what was noticed since the last cut.</summary>
    public void AtCut()
    {
        foreach (var slot in pipelines)
            while (slot.Pipeline.Notices.TryTake(out var notice))
                log.Warn($"notice {slot.Pipeline.Settings.Name} {notice.Kind}", $"pipeline {slot.Pipeline.Settings.Name}, {notice.Labels}: {notice.Text}");
    }
}
