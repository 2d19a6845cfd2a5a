namespace EdgeAgent.Status;

/// <summary>How often something took how long. One thread adds, any reads without a lock; adding costs a few comparisons.</summary>
sealed class DurationHistogram(IReadOnlyList<double> bounds)
{
    /// <summary>Upper bounds of the buckets of what waits for a disk [s]; what took longer is in one more.</summary>
    public static readonly IReadOnlyList<double> Bounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

    /// <summary>The same of what computes.</summary>
    public static readonly IReadOnlyList<double> FineBounds = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];

    readonly long[] _boundsNs = [.. bounds.Select(b => (long)(b * 1e9))];
    readonly long[] _counts = new long[bounds.Count + 1];
    long _sumNs;

    /// <summary>Over <see cref="Bounds"/>.</summary>
    public DurationHistogram() : this(Bounds)
    {
    }

    /// <summary>Adds one.</summary>
    public void Add(long ns)
    {
        var bucket = 0;
        while (bucket < _boundsNs.Length && ns > _boundsNs[bucket]) bucket++;
        Volatile.Write(ref _counts[bucket], _counts[bucket] + 1);
        Volatile.Write(ref _sumNs, _sumNs + ns);
    }

    /// <summary>Counts of all buckets now, each without those below it.</summary>
    public long[] Counts => [.. _counts];

    /// <summary>All of it together [s].</summary>
    public double SumSeconds => Volatile.Read(ref _sumNs) / 1e9;
}
