namespace EdgeAgent.Outputs;

/// <summary>Waits between tries: doubling from a first to a longest, each cut by a random part of its half so that gateways do not march in step.</summary>
/// <remarks>Single-threaded.</remarks>
public sealed class Backoff(TimeSpan first, TimeSpan longest, Random random)
{
    int _tries;

    /// <summary>The wait before the next try.</summary>
    public TimeSpan Next()
    {
        var whole = first * Math.Pow(2, Math.Min(_tries++, 30));
        return (whole < longest ? whole : longest) * (1 - (random.NextDouble() / 2));
    }

    /// <summary>A try worked: the next wait is the first again.</summary>
    public void Reset() => _tries = 0;
}
