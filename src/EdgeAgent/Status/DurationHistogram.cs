namespace EdgeAgent.Status;

/// <summary>How often something took how long. One thread adds, any reads without a lock; adding costs a few comparisons.</summary>
sealed class DurationHistogram
{
    /// <summary>Upper bounds of the buckets [s]; what took longer is in one more.</summary>
    public static readonly IReadOnlyList<double> Bounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

    static readonly long[] BoundsNs = [.. Bounds.Select(b => (long)(b * 1e9))];
    readonly long[] _counts = new long[BoundsNs.Length + 1];
    long _sumNs;

    /// <summary>Adds one.</summary>
    public void Add(long ns)
    {
        var bucket = 0;
        while (bucket < BoundsNs.Length && ns > BoundsNs[bucket]) bucket++;
        Volatile.Write(ref _counts[bucket], _counts[bucket] + 1);
        Volatile.Write(ref _sumNs, _sumNs + ns);
    }

    /// <summary>Counts of all buckets now, each without those below it.</summary>
    public long[] Counts => [.. _counts];

    /// <summary>All of it together [s].</summary>
    public double SumSeconds => Volatile.Read(ref _sumNs) / 1e9;
}
