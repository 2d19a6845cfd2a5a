using EdgeAgent.Core.State;
using EdgeAgent.Core.Statistics;

namespace EdgeAgent.Core.Alerts;

/// <summary>An adaptive threshold that a normal score passes with a chosen probability.</summary>
/// <remarks>
/// After <c>warmup</c> scores the tail over their <c>level</c> quantile is fitted; from then on a score over the threshold is an
/// extreme, one between the two is a new peak, every other only counts. Peaks kept are bounded, oldest first out; the fit is renewed at
/// every twentieth part of new peaks. Source: Siffer, Fouque, Termier, Largouet: Anomaly Detection in Streams with Extreme Value
/// Theory, KDD 2017, algorithm 1 (SPOT). One change: there an extreme leaves no trace, which cuts the tail off the sample and, with bounded
/// peaks, lets the threshold sink without end. Here the first extreme of a run counts as a peak known only to lie above the threshold
/// (its size is not learned); the others of the run leave no trace. With a <c>depth</c> all this is done on what a score differs by from
/// the mean of the newest <c>depth</c> scores that were no extremes, the same paper's algorithm 3 (DSPOT): the threshold then follows
/// a level that moves, and the first <c>depth</c> scores only fill that mean. Holds about 8·(warmup or peaks, and depth) bytes.
/// Single-threaded.
/// </remarks>
public sealed class Spot(double risk = 1e-4, double level = 0.98, int warmup = 1000, int depth = 0)
{
    /// <summary>Peaks kept.</summary>
    public const int MaxPeaks = 128;

    readonly MovingMean? _recent = depth > 0 ? new MovingMean(depth) : null;
    double[] _values = new double[warmup];
    double _line = double.NaN;
    double _start = double.NaN;
    double _total;
    double _over;
    int _count;
    int _next;
    int _sinceFit;
    bool _wasExtreme;

    /// <summary>The threshold for the next score; NaN while warming up.</summary>
    public double Threshold => _recent is null ? _line : _recent.Mean + _line;

    /// <summary>Takes a finite score; says whether it is an extreme.</summary>
    public bool Observe(double score)
    {
        if (!double.IsFinite(score)) return false;
        if (_recent is null) return Learn(score);
        var isExtreme = _recent.IsFull && Learn(score - _recent.Mean);
        if (!isExtreme) _recent.Add(score);
        return isExtreme;
    }

    /// <summary>Writes the memory.</summary>
    public void Write(StateWriter writer)
    {
        writer.Double(_start);
        writer.Double(_total);
        writer.Double(_over);
        writer.Double(_line);
        writer.Byte(_wasExtreme ? (byte)1 : (byte)0);
        writer.Varint((ulong)_next);
        writer.Varint((ulong)_sinceFit);
        writer.Varint((ulong)_count);
        for (var i = 0; i < _count; i++) writer.Double(_values[i]);
        _recent?.Write(writer);
    }

    /// <summary>Takes what <see cref="Write"/> wrote; false when malformed.</summary>
    public bool TryRead(ref StateReader reader)
    {
        if (!reader.TryDouble(out _start) || !reader.TryDouble(out _total) || !reader.TryDouble(out _over)
            || !reader.TryDouble(out var line)) return false;
        if (!reader.TryByte(out var extreme) || !reader.TryVarint(out var next) || !reader.TryVarint(out var since)
            || !reader.TryVarint(out var count)) return false;
        var most = double.IsNaN(line) ? warmup - 1 : MaxPeaks;
        if (count > (ulong)most || next >= MaxPeaks || since > MaxPeaks) return false;
        (_line, _next, _sinceFit, _count) = (line, (int)next, (int)since, (int)count);
        _wasExtreme = extreme != 0;
        _values = new double[double.IsNaN(line) ? warmup : MaxPeaks];
        for (var i = 0; i < _count; i++)
            if (!reader.TryDouble(out _values[i])) return false;
        return _recent?.TryRead(ref reader) ?? true;
    }

    bool Learn(double score)
    {
        if (double.IsNaN(_line))
        {
            _values[_count++] = score;
            if (_count == warmup) Calibrate();
            return false;
        }

        var isExtreme = score > _line;
        var repeats = isExtreme && _wasExtreme;
        _wasExtreme = isExtreme;
        if (repeats) return true;
        _total++;
        if (score <= _start) return false;
        Keep(isExtreme ? _start - _line : score - _start);
        if (++_sinceFit * 20 >= _count) Refit();
        return isExtreme;
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
        _line = _count == 0 ? _start : Math.Max(_start, ParetoTail.Fit(_values.AsSpan(0, _count)).Quantile(_start, risk, _total, _over));
    }
}
