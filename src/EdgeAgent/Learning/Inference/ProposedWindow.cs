using EdgeAgent.Core.Text;

namespace EdgeAgent.Learning.Inference;

/// <summary>A window that holds some ten readings of most topics.</summary>
/// <param name="Length">Its length.</param>
/// <param name="OutOfOrder">How far the watermark stays behind, where payloads carry times that may overtake each other.</param>
/// <param name="Idle">After so long without readings it is emitted.</param>
/// <param name="Why">For the comment.</param>
sealed record ProposedWindow(TimeSpan Length, TimeSpan OutOfOrder, TimeSpan Idle, string Why)
{
    static readonly TimeSpan[] Lengths =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1),
    ];

    /// <summary>The window for these subscriptions.</summary>
    public static ProposedWindow Of(IReadOnlyList<ProposedSubscription> subscriptions)
    {
        var intervals = subscriptions.SelectMany(s => s.Topics).Select(t => t.Interval).OfType<TimeSpan>().Order().ToList();
        var late = subscriptions.Any(s => s.Decode.Time is not null) ? TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        if (intervals.Count == 0)
            return new(TimeSpan.FromMinutes(1), late, TimeSpan.FromMinutes(2), "no topic was heard twice: a minute is a guess");
        var usual = intervals[intervals.Count / 2];
        var length = Lengths.First(l => l >= usual * 10 || l == Lengths[^1]);
        var count = Math.Round(length / usual);
        return new(length, late, length * 2 + late, usual < TimeSpan.FromMilliseconds(1)
            ? "messages came faster than one a millisecond"
            : $"most topics send every {SpanText.About(usual)}: "
                + $"{(count < 2 ? "one reading" : $"some {Math.Min(count, 99_999):0} readings")} a window");
    }
}
