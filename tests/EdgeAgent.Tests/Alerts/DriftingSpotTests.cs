using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.State;
using EdgeAgent.Core.Statistics;
using Xunit;

namespace EdgeAgent.Tests.Alerts;

/// <summary>SPOT with a depth (DSPOT) against a plain reading of the paper's algorithm 3.</summary>
public sealed class DriftingSpotTests
{
    const double Risk = 1e-3, Level = 0.95;
    const int Warmup = 300, Depth = 60;

    [Fact]
    public void It_does_what_the_algorithm_says_score_by_score()
    {
        var spot = new Spot(Risk, Level, Warmup, Depth);
        var plain = new Plain();
        var extremes = 0;
        foreach (var score in Scores(20_000, drift: 2e-3))
        {
            var (line, expected) = (plain.Threshold, plain.Observe(score));
            if (double.IsNaN(line)) Assert.True(double.IsNaN(spot.Threshold));
            else Assert.Equal(line, spot.Threshold, 1e-9 * Math.Abs(line));
            Assert.Equal(expected, spot.Observe(score));
            extremes += expected ? 1 : 0;
        }

        Assert.InRange(extremes, 3, 400);
    }

    [Fact]
    public void It_sees_a_fault_on_a_level_that_sank_where_spot_does_not()
    {
        var (fixedLevel, moving) = (new Spot(Risk, Level, Warmup), new Spot(Risk, Level, Warmup, Depth));
        var passed = 0;
        var scores = Scores(20_000, drift: -2e-3, failures: false);
        foreach (var score in scores)
        {
            fixedLevel.Observe(score);
            passed += moving.Observe(score) ? 1 : 0;
        }

        Assert.InRange(passed, 0, 4 * Risk * scores.Length);
        Assert.False(fixedLevel.Observe(scores[^1] + 8));
        Assert.True(moving.Observe(scores[^1] + 8));
    }

    [Fact]
    public void The_first_scores_fill_the_mean_and_extremes_never_enter_it()
    {
        var spot = new Spot(Risk, Level, 20, 10);
        for (var i = 0; i < 29; i++)
        {
            spot.Observe(i % 2);
            Assert.True(double.IsNaN(spot.Threshold), $"after {i + 1} scores");
        }

        spot.Observe(1);
        var before = spot.Threshold;
        Assert.False(double.IsNaN(before));
        Assert.True(spot.Observe(100));
        var after = spot.Threshold;
        for (var i = 0; i < 100; i++) Assert.True(spot.Observe(100));
        Assert.Equal(after, spot.Threshold);
        Assert.InRange(after, before, before + 5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(200)]
    [InlineData(3_000)]
    public void Memory_comes_back_as_it_was_and_a_torn_one_is_refused(int seen)
    {
        var a = new Spot(Risk, Level, Warmup, Depth);
        var scores = Scores(seen + 2_000, drift: 1e-3);
        foreach (var score in scores.AsSpan(0, seen)) a.Observe(score);
        var writer = new StateWriter();
        a.Write(writer);
        var b = new Spot(Risk, Level, Warmup, Depth);
        var reader = new StateReader(writer.Bytes);
        Assert.True(b.TryRead(ref reader) && reader.AtEnd);
        foreach (var score in scores.AsSpan(seen))
        {
            Assert.Equal(a.Observe(score), b.Observe(score));
            Assert.Equal(a.Threshold, b.Threshold);
        }

        for (var n = 0; n < writer.Bytes.Length; n++)
        {
            var torn = new StateReader(writer.Bytes[..n]);
            Assert.False(new Spot(Risk, Level, Warmup, Depth).TryRead(ref torn) && torn.AtEnd);
        }
    }

    // A cycle, noise, a level that moves, and a few faults of thirty scores.
    static double[] Scores(int count, double drift, bool failures = true)
    {
        var random = new Random(11);
        var scores = new double[count];
        for (var i = 0; i < count; i++)
        {
            var noise = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            scores[i] = 10 + (drift * i) + (0.5 * Math.Sin(i * 2 * Math.PI / Depth)) + noise + (failures && i % 4_000 > 3_970 ? 15 : 0);
        }

        return scores;
    }

    /// <summary>Everything kept in lists and looked at anew; the fit of a tail is the product's, which has tests of its own.</summary>
    sealed class Plain
    {
        readonly List<double> _normal = [], _calibration = [], _peaks = [];
        double _start, _line = double.NaN;
        int _total, _over, _sinceFit;
        bool _wasExtreme;

        public double Threshold => _normal.Count < Depth ? double.NaN : Mean + _line;

        double Mean => _normal.TakeLast(Depth).Sum() / Depth;

        public bool Observe(double x)
        {
            if (_normal.Count < Depth)
            {
                _normal.Add(x);
                return false;
            }

            var relative = x - Mean;
            var isExtreme = !double.IsNaN(_line) && relative > _line;
            if (double.IsNaN(_line)) Calibrate(relative);
            else if (!(isExtreme && _wasExtreme))
            {
                _total++;
                if (relative > _start) Peak(isExtreme ? _start - _line : relative - _start);
            }

            _wasExtreme = isExtreme;
            if (!isExtreme) _normal.Add(x);
            return isExtreme;
        }

        void Calibrate(double relative)
        {
            _calibration.Add(relative);
            if (_calibration.Count < Warmup) return;
            var sorted = _calibration.Order().ToList();
            _start = sorted[(int)(Level * Warmup)];
            _total = Warmup;
            foreach (var value in sorted.Where(v => v > _start))
            {
                _peaks.Add(value - _start);
                _over++;
            }

            Fit();
        }

        void Peak(double excess)
        {
            _peaks.Add(excess);
            _over++;
            if (++_sinceFit * 20 >= Math.Min(_peaks.Count, Spot.MaxPeaks)) Fit();
        }

        void Fit()
        {
            _sinceFit = 0;
            _line = Math.Max(_start, ParetoTail.Fit([.. _peaks.TakeLast(Spot.MaxPeaks)]).Quantile(_start, Risk, _total, _over));
        }
    }
}
