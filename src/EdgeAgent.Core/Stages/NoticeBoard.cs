using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Stages;

/// <summary>The latest notices of a pipeline, at most one of each kind between two calls of <see cref="TryTake"/>.</summary>
/// <remarks>Single-threaded, under the pipeline's lock. A post while its kind is taken costs one comparison.</remarks>
public sealed class NoticeBoard
{
    readonly PipelineNotice?[] _notices = new PipelineNotice?[Enum.GetValues<NoticeKind>().Length];

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

    /// <summary>A sentence when <paramref name="timeNs"/> would be near now in a coarser unit, else nothing.</summary>
    /// <remarks>A clock that is not synchronised may be years off: then whatever would be from 2014 to 2034,
    /// or within ten years of the clock, is near.</remarks>
    public static string UnitHint(long timeNs, in Instant now)
    {
        const long EarliestNowNs = 1_704_067_200_000_000_000; // 2024-01-01
        const double TenYearsNs = 3652.5 * 86400e9;
        var yearNs = now.WallTrusted ? TenYearsNs / 10 : TenYearsNs;
        var nowNs = now.WallTrusted ? now.WallNs : Math.Max(now.WallNs, EarliestNowNs);
        if (Math.Abs((double)timeNs - nowNs) < yearNs) return "";
        if (Math.Abs((timeNs * 1e3) - nowNs) < yearNs)
            return " The unit is probably one step too fine (`ms` for seconds, `us` for milliseconds): check `time.unit`.";
        if (Math.Abs((timeNs * 1e6) - nowNs) < yearNs)
            return " The unit is probably two steps too fine (`us` for seconds, `ns` for milliseconds): check `time.unit`.";
        return Math.Abs((timeNs * 1e9) - nowNs) < yearNs ? " The unit is probably `s`, not `ns`: check `time.unit`." : "";
    }
}
