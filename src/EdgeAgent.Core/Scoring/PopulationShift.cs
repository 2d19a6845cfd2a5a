using EdgeAgent.Core.Pipelines;

namespace EdgeAgent.Core.Scoring;

/// <summary>How far a quantity's distribution has moved from a reference: the population stability index.</summary>
/// <remarks>
/// PSI = Σ (aᵢ − rᵢ)·ln(aᵢ / rᵢ) over bins, with aᵢ the share now and rᵢ the share in the reference; an empty share counts as 10⁻⁴.
/// By custom below 0.1 is stable, above 0.25 has moved. Source: Siddiqi: Credit Risk Scorecards, 2006, ch. 8. Counts span a
/// fixed number of values and start anew after each. Single-threaded.
/// </remarks>
public sealed class PopulationShift
{
    /// <summary>Share used for an empty bin.</summary>
    public const double Floor = 1e-4;

    readonly double[] _edges;
    readonly double[] _reference;
    readonly long[] _counts;
    readonly int _span;
    int _seen;

    /// <summary>Prepares the comparison.</summary>
    /// <param name="edges">Upper limits of all bins but the last, rising.</param>
    /// <param name="reference">Shares of the bins, one more than <paramref name="edges"/>; scaled to sum 1.</param>
    /// <param name="span">Values after which the index is taken.</param>
    public PopulationShift(ReadOnlySpan<double> edges, ReadOnlySpan<double> reference, int span)
    {
        if (reference.Length != edges.Length + 1) throw new ArgumentException("one share more than edges is needed");
        (_edges, _reference, _span) = (edges.ToArray(), reference.ToArray(), span);
        _counts = new long[reference.Length];
        double sum = 0;
        foreach (var share in _reference) sum += share;
        foreach (ref var share in _reference.AsSpan()) share = Math.Max(share / sum, Floor);
    }

    /// <summary>The index over the last whole span; NaN before the first.</summary>
    public double Index { get; private set; } = double.NaN;

    /// <summary>Takes a value; true when a span ended and <see cref="Index"/> is new.</summary>
    public bool Add(double value)
    {
        if (double.IsNaN(value)) return false;
        var low = 0;
        var high = _edges.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (value <= _edges[middle]) high = middle;
            else low = middle + 1;
        }

        _counts[low]++;
        if (++_seen < _span) return false;
        Index = Compute();
        Array.Clear(_counts);
        _seen = 0;
        return true;
    }

    /// <summary>Writes the memory.</summary>
    public void Write(StateWriter writer)
    {
        writer.Double(Index);
        foreach (var count in _counts) writer.Varint((ulong)count);
    }

    /// <summary>Takes what <see cref="Write"/> wrote for the same reference; false when malformed.</summary>
    public bool TryRead(ref StateReader reader)
    {
        if (!reader.TryDouble(out var index)) return false;
        long sum = 0;
        foreach (ref var count in _counts.AsSpan())
        {
            if (!reader.TryVarint(out var n) || n > (ulong)_span) return false;
            count = (long)n;
            sum += count;
        }

        if (sum >= _span) return false;
        (Index, _seen) = (index, (int)sum);
        return true;
    }

    double Compute()
    {
        double index = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            var share = Math.Max((double)_counts[i] / _seen, Floor);
            index += (share - _reference[i]) * Math.Log(share / _reference[i]);
        }

        return index;
    }
}
