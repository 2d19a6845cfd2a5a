using EdgeAgent.Core.Readings;

namespace EdgeAgent.Clocks;

/// <summary>When a connection that waits is tried again, for the status. One thread sets it, any reads it.</summary>
sealed class NextTry(IClock clock)
{
    long _atNs; // 0 while nothing is waited for

    /// <summary>The clock it goes by.</summary>
    public IClock Clock => clock;

    /// <summary>How long until then; null when nothing is waited for.</summary>
    public TimeSpan? Left
    {
        get
        {
            if (Volatile.Read(ref _atNs) is not (> 0 and var atNs)) return null;
            var left = new MonotonicTime(atNs) - clock.Monotonic;
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The next try comes after <paramref name="wait"/>; zero when it begins.</summary>
    public void In(TimeSpan wait) => Volatile.Write(ref _atNs, wait > TimeSpan.Zero ? (clock.Monotonic + wait).Ns : 0);

    /// <summary>It begins.</summary>
    public void Begins() => In(TimeSpan.Zero);
}
