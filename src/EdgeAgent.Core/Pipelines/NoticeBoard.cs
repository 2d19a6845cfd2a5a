using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Pipelines;

/// <summary>The latest notices of a pipeline, at most one of each kind between two calls of <see cref="TryTake"/>.</summary>
/// <remarks>Single-threaded, under the pipeline's lock. A post while its kind is taken costs one comparison.</remarks>
public sealed class NoticeBoard
{
    readonly PipelineNotice?[] _notices = new PipelineNotice?[4];

    /// <summary>Whether a notice of this kind would be kept; ask before building its text.</summary>
    public bool Wants(NoticeKind kind) => _notices[(int)kind] is null;

    /// <summary>Keeps a notice unless one of its kind waits.</summary>
    public void Post(PipelineNotice notice) => _notices[(int)notice.Kind] ??= notice;

    /// <summary>Takes a waiting notice away.</summary>
    public bool TryTake(out PipelineNotice notice)
    {
        for (var i = 0; i < _notices.Length; i++)
        {
            if (_notices[i] is not { } found) continue;
            notice = found;
            _notices[i] = null;
            return true;
        }

        notice = null!;
        return false;
    }

    /// <summary>A sentence when <paramref name="timeNs"/> would be near <paramref name="nowNs"/> in a coarser unit, else nothing.</summary>
    public static string UnitHint(long timeNs, long nowNs)
    {
        const double YearNs = 365.25 * 86400e9;
        if (Math.Abs((double)timeNs - nowNs) < YearNs) return "";
        if (Math.Abs((timeNs * 1e3) - nowNs) < YearNs) return " The unit is probably one step too fine (`ms` for seconds, `us` for milliseconds): check `time.unit`.";
        if (Math.Abs((timeNs * 1e6) - nowNs) < YearNs) return " The unit is probably two steps too fine (`us` for seconds, `ns` for milliseconds): check `time.unit`.";
        return Math.Abs((timeNs * 1e9) - nowNs) < YearNs ? " The unit is probably `s`, not `ns`: check `time.unit`." : "";
    }
}
