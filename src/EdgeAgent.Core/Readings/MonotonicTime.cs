namespace EdgeAgent.Core.Readings;

/// <summary>A time of the monotonic clock, which never jumps: for whatever lasts, waits or is due.</summary>
/// <remarks>Means nothing outside the process.</remarks>
/// <param name="Ns">Nanoseconds since an arbitrary start.</param>
public readonly record struct MonotonicTime(long Ns)
{
    /// <summary>Later than any time.</summary>
    public static MonotonicTime Never => new(long.MaxValue);

    /// <summary>The time from <paramref name="earlier"/> to <paramref name="later"/>, cut to 100 ns.</summary>
    public static TimeSpan operator -(MonotonicTime later, MonotonicTime earlier) =>
        TimeSpan.FromTicks((later.Ns - earlier.Ns) / TimeSpan.NanosecondsPerTick);

    /// <summary>So much later.</summary>
    public static MonotonicTime operator +(MonotonicTime time, TimeSpan span) => new(time.Ns + (span.Ticks * TimeSpan.NanosecondsPerTick));

    /// <summary>Whether one comes before the other.</summary>
    public static bool operator <(MonotonicTime one, MonotonicTime other) => one.Ns < other.Ns;

    /// <inheritdoc cref="op_LessThan"/>
    public static bool operator >(MonotonicTime one, MonotonicTime other) => one.Ns > other.Ns;

    /// <summary>Whether one comes before the other, or both are the same.</summary>
    public static bool operator <=(MonotonicTime one, MonotonicTime other) => one.Ns <= other.Ns;

    /// <inheritdoc cref="op_LessThanOrEqual"/>
    public static bool operator >=(MonotonicTime one, MonotonicTime other) => one.Ns >= other.Ns;

    /// <summary>The earlier of the two.</summary>
    public static MonotonicTime Earlier(MonotonicTime one, MonotonicTime other) => one < other ? one : other;
}
