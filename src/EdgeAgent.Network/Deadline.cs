using System.Diagnostics;

namespace EdgeAgent.Network;

/// <summary>A moment on the machine's monotonic clock by which blocking work has to end.</summary>
public readonly struct Deadline(TimeSpan after)
{
    readonly long _at = Stopwatch.GetTimestamp() + (long)(Math.Min(after.TotalSeconds, int.MaxValue / 1000) * Stopwatch.Frequency);

    /// <summary>Whether it has passed.</summary>
    public bool HasPassed => LeftMs == 0;

    /// <summary>What is left [ms], rounded up; 0 when it has passed.</summary>
    public int LeftMs => (int)Math.Max(0, Math.Ceiling(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _at).TotalMilliseconds));
}
