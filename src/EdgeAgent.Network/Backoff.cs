namespace EdgeAgent.Network;

/// <summary>Waits between attempts: doubling from a first to a longest, each drawn evenly from its upper half.</summary>
/// <remarks>
/// So many gateways do not return in step. Time and randomness are arguments. An attempt at sending calls <see cref="Reset"/> when it
/// worked. Of connections only one that lasted <see cref="StableAfter"/> starts over (<see cref="Ended"/>); one that is dropped at once
/// keeps the wait growing. One thread.
/// </remarks>
public sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    const int MostDoublings = 30;

    /// <summary>For connections: 1 s, 2 s, … up to 60 s.</summary>
    public Backoff() : this(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), Random.Shared)
    {
    }

    /// <summary>How long a connection lasts that counts as a good one.</summary>
    public TimeSpan StableAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts that failed in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>The wait before the next attempt; <see cref="RetryAdvice.Slowly"/> goes straight to the longest.</summary>
    public TimeSpan Next(RetryAdvice advice = RetryAdvice.Soon) => NextOf(random.NextDouble(), advice);

    /// <summary>The same for a number evenly drawn from [0, 1).</summary>
    internal TimeSpan NextOf(double drawn, RetryAdvice advice = RetryAdvice.Soon)
    {
        var whole = first * Math.Pow(2, Math.Min(Failures, MostDoublings));
        if (whole > longest || advice != RetryAdvice.Soon) whole = longest;
        if (Failures < int.MaxValue) Failures++;
        return whole / 2 + whole / 2 * drawn;
    }

    /// <summary>A connection ended after this long.</summary>
    public void Ended(TimeSpan connectedFor)
    {
        if (connectedFor >= StableAfter) Reset();
    }

    /// <summary>An attempt worked: the next wait is the first again.</summary>
    public void Reset() => Failures = 0;
}
