using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Statistics;

/// <summary>A running quantile with a bounded relative error.</summary>
/// <remarks>
/// Values fall into bins whose limits grow by γ = (1 + α) / (1 − α); a quantile is off by at most α of itself. At most
/// <see cref="MaxBins"/> bins a sign: past that the bins nearest 0 are joined, which only touches the lowest magnitudes. When
/// <c>memory</c> values are held every count is halved, so old ones fade. Source: Masson, Rim, Lee: DDSketch, PVLDB 12(12), 2019,
/// §2. Single-threaded.
/// </remarks>
public sealed class DdSketch
{
    /// <summary>Bins kept for each sign.</summary>
    public const int MaxBins = 1024;

    readonly double _logGamma;
    readonly double _gamma;
    readonly double _memory;
    readonly Bins _positive = new(), _negative = new();
    double _zeros;

    /// <summary>An empty sketch.</summary>
    /// <param name="accuracy">α, relative error of a quantile; between 0.0001 and 0.2.</param>
    /// <param name="memory">Values after which counts are halved; infinity for never.</param>
    public DdSketch(double accuracy = 0.01, double memory = double.PositiveInfinity)
    {
        _gamma = (1 + accuracy) / (1 - accuracy);
        _logGamma = Math.Log(_gamma);
        _memory = memory;
    }

    /// <summary>Weight of all values held; the number of values until the first halving.</summary>
    public double Count => _positive.Total + _negative.Total + _zeros;

    /// <summary>Takes a finite value; any other is passed over.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value)) return;
        var size = Math.Abs(value);
        if (size < 1e-300) _zeros++;
        else (value > 0 ? _positive : _negative).Add((int)Math.Ceiling(Math.Log(size) / _logGamma), 1);
        if (Count < _memory) return;
        _positive.Halve();
        _negative.Halve();
        _zeros /= 2;
    }

    /// <summary>The value with a share <paramref name="q"/> (0 to 1) of all below it; NaN without values.</summary>
    public double Quantile(double q)
    {
        if (Count <= 0) return double.NaN;
        var rank = q * Math.Max(Count - 1, 0);
        if (rank < _negative.Total) return -ValueOf(_negative.IndexAtOrAbove(_negative.Total - rank));
        rank -= _negative.Total;
        if (rank < _zeros) return 0;
        return _positive.Total > 0 ? ValueOf(_positive.IndexAtRank(rank - _zeros)) : _zeros > 0 ? 0 : -ValueOf(_negative.IndexAtOrAbove(0));
    }

    /// <summary>Writes the sketch's memory.</summary>
    public void Write(StateWriter writer)
    {
        writer.Double(_zeros);
        _positive.Write(writer);
        _negative.Write(writer);
    }

    /// <summary>Takes what <see cref="Write"/> wrote; false, with nothing usable, when malformed.</summary>
    public bool TryRead(ref StateReader reader) =>
        reader.TryDouble(out _zeros) && double.IsFinite(_zeros) && _positive.TryRead(ref reader) && _negative.TryRead(ref reader);

    double ValueOf(int index) => 2 * Math.Exp(index * _logGamma) / (_gamma + 1);

    /// <summary>Counts by bin index; a run of indexes from <c>_low</c> on.</summary>
    sealed class Bins
    {
        double[] _counts = [];
        int _low;

        public double Total { get; private set; }

        public void Add(int index, double count)
        {
            if (_counts.Length == 0) (_counts, _low) = (new double[64], index - 32);
            if (index < _low || index >= _low + _counts.Length) index = MakeRoom(index);
            _counts[index - _low] += count;
            Total += count;
        }

        public void Halve()
        {
            foreach (ref var count in _counts.AsSpan()) count /= 2;
            Total /= 2;
        }

        /// <summary>The lowest index with more than <paramref name="rank"/> values at or below it.</summary>
        public int IndexAtRank(double rank)
        {
            double seen = 0;
            var last = _low;
            for (var i = 0; i < _counts.Length; i++)
            {
                if (_counts[i] <= 0) continue;
                seen += _counts[i];
                last = _low + i;
                if (seen > rank) return last;
            }

            return last;
        }

        /// <summary>The lowest index with at least <paramref name="rank"/> values at or below it.</summary>
        public int IndexAtOrAbove(double rank)
        {
            double seen = 0;
            var last = _low;
            for (var i = 0; i < _counts.Length; i++)
            {
                if (_counts[i] <= 0) continue;
                seen += _counts[i];
                last = _low + i;
                if (seen >= rank) return last;
            }

            return last;
        }

        public void Write(StateWriter writer)
        {
            var used = 0;
            foreach (var count in _counts) used += count > 0 ? 1 : 0;
            writer.Varint((ulong)used);
            for (var i = 0; i < _counts.Length; i++)
            {
                if (_counts[i] <= 0) continue;
                writer.Int64(_low + i);
                writer.Double(_counts[i]);
            }
        }

        public bool TryRead(ref StateReader reader)
        {
            (_counts, _low, Total) = ([], 0, 0);
            if (!reader.TryVarint(out var used) || used > MaxBins) return false;
            for (ulong i = 0; i < used; i++)
            {
                if (!reader.TryInt64(out var index) || !reader.TryDouble(out var count)) return false;
                if (Math.Abs(index) > 10_000_000 || !double.IsFinite(count) || count < 0) return false;
                Add((int)index, count);
            }

            return true;
        }

        // Grows towards the index; when that needs more than MaxBins, what lies lowest is joined into the lowest bin kept.
        int MakeRoom(int index)
        {
            var low = Math.Min(_low, index);
            var high = Math.Max(_low + _counts.Length, index + 1);
            if (high - low > MaxBins)
            {
                high = Math.Max(HighestUsed() + 1, index + 1);
                low = Math.Max(low, high - MaxBins);
            }

            var counts = new double[high - low];
            for (var i = 0; i < _counts.Length; i++)
                if (_counts[i] > 0) counts[Math.Clamp(_low + i - low, 0, counts.Length - 1)] += _counts[i];
            (_counts, _low) = (counts, low);
            return Math.Max(index, low);
        }

        int HighestUsed()
        {
            for (var i = _counts.Length - 1; i >= 0; i--)
                if (_counts[i] > 0) return _low + i;
            return _low;
        }
    }
}
