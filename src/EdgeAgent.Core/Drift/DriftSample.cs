
namespace EdgeAgent.Core.Drift;

/// <summary>A bounded, even sample of one quantity, from which the bins of a reference are made.</summary>
/// <remarks>
/// Up to <see cref="Most"/> values are all kept; after that each value seen has the same chance (Vitter: Random Sampling with a Reservoir,
/// ACM TOMS 11(1), 1985, algorithm R), with a fixed seed, so the same recording gives the same reference. Single-threaded.
/// </remarks>
public sealed class DriftSample
{
    /// <summary>Values kept.</summary>
    public const int Most = 200_000;

    readonly List<double> _kept = [];
    ulong _random = 0x9E3779B97F4A7C15;

    /// <summary>Values seen.</summary>
    public long Count { get; private set; }

    /// <summary>Takes a value; one that is not finite is passed over.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value)) return;
        Count++;
        if (_kept.Count < Most)
        {
            _kept.Add(value);
            return;
        }

        // xorshift64*, Marsaglia 2003.
        _random ^= _random >> 12;
        _random ^= _random << 25;
        _random ^= _random >> 27;
        var at = (long)((_random * 0x2545F4914F6CDD1D) % (ulong)Count);
        if (at < Most) _kept[(int)at] = value;
    }

    /// <summary>Bins of about equal shares, at most <paramref name="most"/>;
    /// few different values have a bin each and one outside them on either side.</summary>
    /// <remarks>The bins outside have no share: a quantity that never moved, such as a state,
    /// is seen to drift when it takes another value.</remarks>
    public DriftBins Bins(int most)
    {
        var sorted = _kept.ToArray();
        Array.Sort(sorted);
        var distinct = new List<double>();
        foreach (var value in sorted)
        {
            if (distinct.Count > 0 && distinct[^1] == value) continue;
            distinct.Add(value);
            if (distinct.Count > most) break;
        }

        double[] edges = sorted.Length == 0 ? [] : distinct.Count > most ? Quantiles(sorted, most) : Between(distinct);
        var shares = new double[edges.Length + 1];
        foreach (var value in sorted) shares[PopulationShift.BinOf(edges, value)]++;
        for (var i = 0; i < shares.Length; i++) shares[i] = sorted.Length == 0 ? 1 : Math.Round(shares[i] / sorted.Length, 6);
        return new DriftBins(edges, shares);
    }

    /// <summary>The value with a share <paramref name="q"/> (0 to 1) of all below it, on the line between the two nearest, as
    /// <c>numpy.quantile</c> has it; NaN without values.</summary>
    public double Quantile(double q)
    {
        if (_kept.Count == 0) return double.NaN;
        var sorted = _kept.ToArray();
        Array.Sort(sorted);
        var rank = q * (sorted.Length - 1);
        var below = (int)rank;
        return below + 1 == sorted.Length ? sorted[^1] : sorted[below] + ((rank - below) * (sorted[below + 1] - sorted[below]));
    }

    static double[] Quantiles(double[] sorted, int bins)
    {
        var edges = new List<double>();
        for (var i = 1; i < bins; i++)
        {
            var edge = sorted[(int)((long)i * sorted.Length / bins)];
            // A value that fills several bins gives one edge; above the highest value lies no bin.
            if ((edges.Count == 0 || edge > edges[^1]) && edge < sorted[^1]) edges.Add(edge);
        }

        return [.. edges];
    }

    static double[] Between(List<double> distinct)
    {
        var gap = distinct.Count == 1 ? Math.Max(Math.Abs(distinct[0]) * 1e-3, 1e-9) : double.PositiveInfinity;
        for (var i = 1; i < distinct.Count; i++) gap = Math.Min(gap, distinct[i] - distinct[i - 1]);
        var edges = new double[distinct.Count + 1];
        edges[0] = distinct[0] - (gap / 2);
        for (var i = 1; i < distinct.Count; i++) edges[i] = distinct[i - 1] + ((distinct[i] - distinct[i - 1]) / 2);
        edges[^1] = distinct[^1] + (gap / 2);
        return edges;
    }
}
