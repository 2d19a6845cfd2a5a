using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.State;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Pipelines;

/// <summary>Finds event times too far ahead of the gateway's clock, and times no window can hold, before any stage uses time.</summary>
/// <remarks>
/// Ahead means later than arrival + <c>max_future</c>; the check is off while the gateway's clock is not trusted. What
/// stays is marked <see cref="Quality.Future"/> and never moves a watermark. The common path is one look at each time.
/// </remarks>
sealed class FutureGuard(PipelineSettings settings, StageContext context) : IReadingStage
{
    // The furthest that the wall clock was before the monotonic one: how far it was set back since.
    long _furthestNs = long.MinValue;
    readonly long _maxFutureNs = settings.MaxFuture.Ticks * TimeSpan.NanosecondsPerTick;

    /// <inheritdoc/>
    public IStageState? State => null;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        var limitNs = now.WallTrusted && now.WallNs < EventTimes.MaxNs - _maxFutureNs ? now.WallNs + _maxFutureNs : EventTimes.MaxNs;
        _furthestNs = Math.Max(_furthestNs, now.WallNs - now.MonotonicNs);
        var times = batch.TimeNs.AsSpan(0, batch.Count);
        long highest = long.MinValue, lowest = long.MaxValue;
        foreach (var t in times)
        {
            highest = Math.Max(highest, t);
            lowest = Math.Min(lowest, t);
        }

        if (highest > limitNs || lowest < -EventTimes.MaxNs) Treat(batch, limitNs, now);
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
    }

    void Treat(ReadingBatch batch, long limitNs, in Instant now)
    {
        var kept = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            var t = batch.TimeNs[i];
            if (t <= limitNs && t >= -EventTimes.MaxNs)
            {
                batch.Move(i, kept++);
                continue;
            }

            var isFuture = t > limitNs && now.WallTrusted;
            if (isFuture) Count(batch.Series[i], t, now);
            if (!isFuture || settings.Future == FuturePolicy.Drop || (settings.Future == FuturePolicy.Keep && t > EventTimes.MaxNs))
            {
                if (!isFuture) context.Counters.BadTime++;
                continue;
            }

            batch.Quality[i] |= Quality.Future;
            if (settings.Future == FuturePolicy.Clamp)
            {
                batch.Quality[i] |= Quality.TimeReplaced;
                batch.TimeNs[i] = now.WallNs;
            }

            batch.Move(i, kept++);
        }

        batch.Count = kept;
    }

    void Count(int series, long timeNs, in Instant now)
    {
        context.Counters.Future++;
        if (!context.Notices.Wants(NoticeKind.Future)) return;
        var aheadNs = (double)timeNs - now.WallNs;
        var became = settings.Future switch
        {
            FuturePolicy.Clamp => "The arrival time was taken instead",
            FuturePolicy.Drop => "The reading was dropped",
            _ => "The reading was kept but moves no watermark",
        };
        // The sender is right about the time before the step; it is not the one to be mended.
        var backNs = _furthestNs - (now.WallNs - now.MonotonicNs);
        var remedy = backNs > _maxFutureNs && timeNs - (double)backNs <= now.WallNs + (double)_maxFutureNs
            ? $"This gateway's clock was set back by {SpanText.Spoken(backNs / 1e9)} since the start. If it is wrong now, mend it, "
                + "and set up NTP, such as chrony; if it was wrong before, set the sender's."
            : "Set the sender's clock, or raise `max_future`.";
        var text = $"An event time is {SpanText.Spoken(aheadNs / 1e9)} ahead of this gateway's clock (max_future "
            + $"{SpanText.Spoken(_maxFutureNs / 1e9)}). {became}. {remedy}";
        context.Notices.Post(new PipelineNotice(NoticeKind.Future, context.Series.LabelsOf(series), text));
    }
}
