using EdgeAgent.Core.Pipelines;

namespace EdgeAgent.Core.Scoring;

/// <summary>An adaptive threshold that a normal score passes with a chosen probability.</summary>
/// <remarks>
/// After <c>warmup</c> scores the tail over their <c>level</c> quantile is fitted; from then on a score over the threshold is an
/// extreme, one between the two is a new peak, every other only counts. Peaks kept are bounded, oldest first out; the fit is renewed at
/// every twentieth part of new peaks. Source: Siffer, Fouque, Termier, Largouet: Anomaly Detection in Streams with Extreme Value
/// Theory, KDD 2017, algorithm 1 (SPOT). One change: there an extreme leaves no trace, which cuts the tail off the sample and, with bounded
/// peaks, lets the threshold sink without end. Here the first extreme of a run counts as a peak known only to lie above the threshold
/// (its size is not learned); the others of the run leave no trace. Holds about 8·(warmup or peaks) bytes. Single-threaded.
/// </remarks>
public sealed class Spot(double risk = 1e-4, double level = 0.98, int warmup = 1000)
{
    /// <summary>Peaks kept.</summary>
    public const int MaxPeaks = 128;

    double[] _values = new double[warmup];
    double _start = double.NaN;
    double _total;
    double _over;
    int _count;
    int _next;
    int _sinceFit;
    bool _wasExtreme;

    /// <summary>The threshold; NaN while warming up.</summary>
    public double Threshold { get; private set; } = double.NaN;

    /// <summary>Takes a finite score; says whether it is an extreme.</summary>
    public bool Observe(double score)
    {
        if (!double.IsFinite(score)) return false;
        if (double.IsNaN(Threshold))
        {
            _values[_count++] = score;
            if (_count == warmup) Calibrate();
            return false;
        }

        var isExtreme = score > Threshold;
        var repeats = isExtreme && _wasExtreme;
        _wasExtreme = isExtreme;
        if (repeats) return true;
        _total++;
        if (score <= _start) return false;
        Keep(isExtreme ? _start - Threshold : score - _start);
        if (++_sinceFit * 20 >= _count) Refit();
        return isExtreme;
    }

    /// <summary>Writes the memory.</summary>
    public void Write(StateWriter writer)
    {
        writer.Double(_start);
        writer.Double(_total);
        writer.Double(_over);
        writer.Double(Threshold);
        writer.Byte(_wasExtreme ? (byte)1 : (byte)0);
        writer.Varint((ulong)_next);
        writer.Varint((ulong)_sinceFit);
        writer.Varint((ulong)_count);
        for (var i = 0; i < _count; i++) writer.Double(_values[i]);
    }

    /// <summary>Takes what <see cref="Write"/> wrote; false when malformed.</summary>
    public bool TryRead(ref StateReader reader)
    {
        if (!reader.TryDouble(out _start) || !reader.TryDouble(out _total) || !reader.TryDouble(out _over) || !reader.TryDouble(out var threshold)) return false;
        if (!reader.TryByte(out var extreme) || !reader.TryVarint(out var next) || !reader.TryVarint(out var since) || !reader.TryVarint(out var count)) return false;
        var most = double.IsNaN(threshold) ? warmup - 1 : MaxPeaks;
        if (count > (ulong)most || next >= MaxPeaks || since > MaxPeaks) return false;
        (Threshold, _next, _sinceFit, _count) = (threshold, (int)next, (int)since, (int)count);
        _wasExtreme = extreme != 0;
        _values = new double[double.IsNaN(threshold) ? warmup : MaxPeaks];
        for (var i = 0; i < _count; i++)
            if (!reader.TryDouble(out _values[i])) return false;
        return true;
    }

    void Calibrate()
    {
        var sorted = _values;
        Array.Sort(sorted);
        _start = sorted[Math.Min((int)(level * warmup), warmup - 1)];
        _total = warmup;
        _values = new double[MaxPeaks];
        (_count, _next) = (0, 0);
        foreach (var value in sorted)
        {
            if (value <= _start) continue;
            Keep(value - _start);
        }

        Refit();
    }

    // A negative entry is an excess known only to be larger; see ParetoTail.Fit.
    void Keep(double excess)
    {
        _over++;
        _values[_next] = excess;
        _next = (_next + 1) % MaxPeaks;
        _count = Math.Min(_count + 1, MaxPeaks);
    }

    void Refit()
    {
        _sinceFit = 0;
        // Without a single excess (all warm-up scores equal at the top) anything above the start is an extreme.
        Threshold = _count == 0 ? _start : Math.Max(_start, ParetoTail.Fit(_values.AsSpan(0, _count)).Quantile(_start, risk, _total, _over));
    }
}
