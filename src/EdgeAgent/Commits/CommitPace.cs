using EdgeAgent.Core.Settings;

namespace EdgeAgent.Commits;

/// <summary>When the next commit begins: soon when asked, at the interval otherwise, later when commits cost much or fail.</summary>
/// <remarks>
/// The start of one commit and the next lie apart by at least <c>commit.min_gap</c>; by four times the last cut's closed time; and,
/// after a commit of more than <see cref="LargeBytes"/>, by four times all it took. So gates are closed for at most a fifth of the
/// time and a million dirty groups slow commits, not readings, while small commits are as frequent as senders with few messages
/// in flight need. When sources stand still until the next cut, only the first two count: there is nobody to leave the time to. See
/// docs/decisions/commit-pace.md. After a failure the next try comes in 0.5 s, 1 s, … 8 s, asked or not. Pure;
/// times are monotonic nanoseconds. Commit thread.
/// </remarks>
sealed class CommitPace(CommitSettings settings)
{
    /// <summary>Commits above this size are slowed by all the time they take [bytes].</summary>
    public const long LargeBytes = 1 << 20;

    const long Cost = 4;
    const long RetryFirstNs = 500_000_000;
    const int MostDoublings = 4;
    readonly long _minGapNs = settings.MinGap.Ticks * 100;
    readonly long _intervalNs = settings.Interval.Ticks * 100;
    long _startedNs;
    long _gapNs;
    long _cutGapNs;
    int _failures;

    /// <summary>A commit begins.</summary>
    public void Began(long nowNs) => _startedNs = nowNs;

    /// <summary>It worked, or there was nothing to commit.</summary>
    public void Worked(long cutNs, long wholeNs, long bytes)
    {
        _failures = 0;
        _cutGapNs = Cost * cutNs;
        _gapNs = bytes > LargeBytes ? Cost * wholeNs : _cutGapNs;
    }

    /// <summary>It failed.</summary>
    public void Failed() => _failures++;

    /// <summary>When the next one is due; <paramref name="requested"/> when somebody waits for it,
    /// <paramref name="pressed"/> when sources stand still until then.</summary>
    public long DueNs(bool requested, bool pressed = false)
    {
        if (_failures > 0) return _startedNs + (RetryFirstNs << Math.Min(_failures - 1, MostDoublings));
        var earliestNs = _startedNs + Math.Max(_minGapNs, pressed ? _cutGapNs : _gapNs);
        return requested || pressed ? earliestNs : Math.Max(earliestNs, _startedNs + _intervalNs);
    }
}
