namespace EdgeAgent.Mqtt.Client;

/// <summary>Waits between attempts to connect: doubling up to a cap, with jitter. Pure: randomness and time are arguments.</summary>
/// <remarks>
/// The n-th wait is drawn evenly from the upper half of min(cap, first · 2ⁿ⁻¹), so that many gateways do not return in step.
/// Only a connection that lasted <c>stableAfter</c> starts over; one that is dropped at once keeps the wait growing.
/// <see cref="RetryAdvice.Slowly"/> goes straight to the cap.
/// </remarks>
public sealed class ReconnectBackoff(TimeSpan first, TimeSpan cap, TimeSpan stableAfter)
{
    int _failures;

    /// <summary>1 s, 2 s, … up to 60 s; starts over after 30 s of connection.</summary>
    public ReconnectBackoff() : this(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(30))
    {
    }

    /// <summary>Attempts that failed in a row.</summary>
    public int Failures => _failures;

    /// <summary>The wait before the next attempt. <paramref name="random"/> is evenly drawn from [0, 1).</summary>
    public TimeSpan Next(double random, RetryAdvice advice = RetryAdvice.Soon)
    {
        var whole = advice == RetryAdvice.Soon ? Math.Min(cap.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(_failures, 62))) : cap.TotalSeconds;
        if (_failures < int.MaxValue) _failures++;
        return TimeSpan.FromSeconds(whole / 2 + whole / 2 * random);
    }

    /// <summary>A connection ended after this long.</summary>
    public void Ended(TimeSpan connectedFor)
    {
        if (connectedFor >= stableAfter) _failures = 0;
    }
}
