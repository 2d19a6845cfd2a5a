using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>Bounds how fast records that have waited are sent, alerts excepted; see docs/decisions/priorities.md. Output thread.</summary>
/// <remarks>A bucket that holds half a second; one segment may overdraw it.</remarks>
/// <param name="bytesPerSecond">The rate; null for none.</param>
/// <param name="clock">Fills the bucket, and says what is old.</param>
sealed class ReplayPace(long? bytesPerSecond, IClock clock)
{
    const double BurstSeconds = 0.5;
    static readonly TimeSpan s_oldAfter = TimeSpan.FromSeconds(10);
    MonotonicTime _filled = clock.Monotonic;
    double _bytes = (bytesPerSecond ?? 0) * BurstSeconds;

    MonotonicTime _due;

    /// <summary>Until a segment that has to wait may be sent; zero when none waits.</summary>
    public TimeSpan Wait => _due - clock.Monotonic is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Whether <paramref name="segment"/> may be sent now, which uses up its bytes.</summary>
    public bool Takes(Segment segment)
    {
        if (bytesPerSecond is not { } rate || segment.Lane.Priority >= RecordPriority.Alert
            || clock.Now.WallNs - segment.CommittedAtNs < s_oldAfter.Ticks * 100) return true;
        var now = clock.Monotonic;
        _bytes = Math.Min(rate * BurstSeconds, _bytes + (now - _filled).TotalSeconds * rate);
        _filled = now;
        if (_bytes > 0)
        {
            _bytes -= segment.Bytes.Length;
            return true;
        }

        _due = now + TimeSpan.FromSeconds(-_bytes / rate) + TimeSpan.FromMilliseconds(1);
        return false;
    }
}
