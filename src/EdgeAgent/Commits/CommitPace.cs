using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;

namespace EdgeAgent.Commits;

/// <summary>When the next commit begins: soon when asked, at the interval otherwise, later when commits cost much or fail.</summary>
/// <remarks>
/// The start of one commit and the next lie apart by at least <c>commit.min_gap</c>; by four times the last cut's closed time; and,
/// after a commit of more than <see cref="LargeBytes"/>, by four times all it took. So gates are closed for at most a fifth of the
/// time and a million dirty groups slow commits, not readings, while small commits are as frequent as senders with few messages
/// in flight need. When sources stand still until the next cut, only the first two count: there is nobody to leave the time to. See
/// docs/decisions/commit-pace.md. After a failure the next try comes in 0.5 s, 1 s, … 8 s, asked or not. Pure.
/// Commit thread.
/// </remarks>
sealed class CommitPace(CommitSettings settings)
{
    /// <summary>Commits above this size are slowed by all the time they take [bytes].</summary>
    public const long LargeBytes = 1 << 20;

    const int Cost = 4;
    const int MostDoublings = 4;
    static readonly TimeSpan s_retryFirst = TimeSpan.FromMilliseconds(500);
    MonotonicTime _started;
    TimeSpan _gap;
    TimeSpan _cutGap;
    int _failures;

    /// <summary>A commit begins.</summary>
    public void Began(MonotonicTime now) => _started = now;

    /// <summary>It worked, or there was nothing to commit.</summary>
    /// <param name="cut">How long gates were closed.</param>
    /// <param name="whole">How long all of it took.</param>
    /// <param name="bytes">What it carried.</param>
    public void Worked(TimeSpan cut, TimeSpan whole, long bytes)
    {
        _failures = 0;
        _cutGap = Cost * cut;
        _gap = bytes > LargeBytes ? Cost * whole : _cutGap;
    }

    /// <summary>It failed.</summary>
    public void Failed() => _failures++;

    /// <summary>When the next one is due; <paramref name="requested"/> when somebody waits for it,
    /// <paramref name="pressed"/> when sources stand still until then.</summary>
    public MonotonicTime Due(bool requested, bool pressed = false)
    {
        if (_failures > 0) return _started + (s_retryFirst * (1 << Math.Min(_failures - 1, MostDoublings)));
        var gap = Longer(settings.MinGap, pressed ? _cutGap : _gap);
        return _started + (requested || pressed ? gap : Longer(gap, settings.Interval));
    }

    static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
