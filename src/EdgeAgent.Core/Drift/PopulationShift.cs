using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Drift;

/// <summary>How far a quantity's distribution has moved from a reference: the population stability index.</summary>
/// <remarks>
/// PSI = Σ (aᵢ − rᵢ)·ln(aᵢ / rᵢ) over bins, with aᵢ the share now and rᵢ the share in the reference; an empty share counts as 10⁻⁴.
/// By custom below 0.1 is stable, above 0.25 has moved. Source: Siddiqi: Credit Risk Scorecards, 2006, ch. 8. Of n values of an
/// unmoved population in B bins the index is about (B − 1)·(1/n + 1/m), m values having made the reference (Yurdakul, Naranjo:
/// Statistical properties of the population stability index, Journal of Risk Model Validation 14(4), 2020). Single-threaded.
/// </remarks>
public sealed class PopulationShift
{
    /// <summary>Share used for an empty bin.</summary>
    public const double Floor = 1e-4;

    readonly double[] _edges;
    readonly double[] _reference;
    readonly double[] _shares;
    readonly long[] _counts;

    /// <summary>Prepares the comparison.</summary>
    /// <param name="edges">Upper limits of all bins but the last, rising.</param>
    /// <param name="reference">Shares of the bins, one more than <paramref name="edges"/>; scaled to sum 1.</param>
    public PopulationShift(ReadOnlySpan<double> edges, ReadOnlySpan<double> reference)
    {
        if (reference.Length != edges.Length + 1) throw new ArgumentException("one share more than edges is needed");
        (_edges, _reference, _shares) = (edges.ToArray(), reference.ToArray(), new double[reference.Length]);
        _counts = new long[reference.Length];
        double sum = 0;
        foreach (var share in _reference) sum += share;
        foreach (ref var share in _reference.AsSpan()) share = Math.Max(share / sum, Floor);
    }

    /// <summary>Values since the index was last taken.</summary>
    public long Count { get; private set; }

    /// <summary>The index when it was last taken; NaN before.</summary>
    public double Index { get; private set; } = double.NaN;

    /// <summary>Upper limits of all bins but the last.</summary>
    public ReadOnlySpan<double> Edges => _edges;

    /// <summary>Shares of the reference, none below <see cref="Floor"/>.</summary>
    public ReadOnlySpan<double> Reference => _reference;

    /// <summary>Shares when the index was last taken.</summary>
    public ReadOnlySpan<double> Shares => _shares;

    /// <summary>Counts a value; one that is not a number is passed over.</summary>
    public void Add(double value)
    {
        if (double.IsNaN(value)) return;
        _counts[BinOf(_edges, value)]++;
        Count++;
    }

    /// <summary>The index over the values since the last time, from which on counts start anew. At least one value.</summary>
    public double Take()
    {
        double index = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            _shares[i] = (double)_counts[i] / Count;
            var share = Math.Max(_shares[i], Floor);
            index += (share - _reference[i]) * Math.Log(share / _reference[i]);
        }

        Forget();
        return Index = index;
    }

    /// <summary>Starts counting anew.</summary>
    public void Forget()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>Place of the bin of <paramref name="value"/>: the first whose upper limit is not below it.</summary>
    public static int BinOf(ReadOnlySpan<double> edges, double value)
    {
        var (low, high) = (0, edges.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (value <= edges[middle]) high = middle;
            else low = middle + 1;
        }

        return low;
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
        (Index, Count) = (index, 0);
        foreach (ref var count in _counts.AsSpan())
        {
            if (!reader.TryVarint(out var n) || n > 1UL << 48) return false;
            count = (long)n;
            Count += count;
        }

        return true;
    }
}
