namespace EdgeAgent.Core.Readings;

/// <summary>A time of the wall clock, which people and sensors share: event times and times of commits. It may jump, either way.</summary>
/// <param name="Ns">Nanoseconds since the Unix epoch (UTC).</param>
public readonly record struct WallTime(long Ns)
{
    /// <summary>The time from <paramref name="earlier"/> to <paramref name="later"/>.</summary>
    /// <remarks>Negative when the clock was set back between them.</remarks>
    public static TimeSpan operator -(WallTime later, WallTime earlier) =>
        TimeSpan.FromTicks((later.Ns - earlier.Ns) / TimeSpan.NanosecondsPerTick);

    /// <summary>The same as a date and time, cut to 100 ns.</summary>
    public DateTime Utc => DateTime.UnixEpoch.AddTicks(Ns / TimeSpan.NanosecondsPerTick);

    /// <summary>The time of <paramref name="utc"/>.</summary>
    public static WallTime Of(DateTime utc) => new((utc.Ticks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick);
}
