using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.State;
using EdgeAgent.Core.Statistics;
using Xunit;

namespace EdgeAgent.Tests.Alerts;

public sealed class SpotTests
{
    [Theory]
    [InlineData(0.3, 2.0)]
    [InlineData(0.0, 1.0)]
    [InlineData(-0.3, 5.0)]
    public void The_fit_finds_the_tail_that_made_the_values(double shape, double scale)
    {
        var random = new Random(3);
        var excesses = new double[5000];
        foreach (ref var y in excesses.AsSpan())
        {
            var u = 1 - random.NextDouble();
            y = shape == 0 ? -scale * Math.Log(u) : scale / shape * (Math.Pow(u, -shape) - 1);
        }

        var fit = ParetoTail.Fit(excesses);
        Assert.InRange(fit.Shape, shape - 0.06, shape + 0.06);
        Assert.InRange(fit.Scale, scale * 0.93, scale * 1.07);
    }

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-4)]
    public void Normal_scores_pass_about_as_often_as_the_risk_says(double risk)
    {
        var random = new Random(4);
        var spot = new Spot(risk, 0.98, 2000);
        const int Scores = 300_000;
        var passed = 0;
        for (var i = 0; i < Scores; i++) passed += spot.Observe(Gauss(random)) ? 1 : 0;
        Assert.InRange(passed, 0.25 * risk * Scores, 4 * risk * Scores);
    }

    [Fact]
    public void The_size_and_the_run_of_extremes_are_not_learned()
    {
        var random = new Random(5);
        var spot = new Spot(1e-4, 0.98, 500);
        for (var i = 0; i < 1000; i++) spot.Observe(Gauss(random));
        var before = spot.Threshold;
        Assert.True(spot.Observe(50));
        var after = spot.Threshold;
        Assert.InRange(after, before, 1.3 * before);
        for (var i = 0; i < 1000; i++) Assert.True(spot.Observe(50));
        Assert.Equal(after, spot.Threshold);
    }

    [Fact]
    public void Equal_scores_give_a_threshold_at_their_value()
    {
        var spot = new Spot(1e-4, 0.98, 50);
        for (var i = 0; i < 60; i++) Assert.False(spot.Observe(7));
        Assert.Equal(7, spot.Threshold);
        Assert.True(spot.Observe(7.1));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(700)]
    public void Memory_comes_back_as_it_was(int scores)
    {
        var random = new Random(6);
        var a = new Spot(1e-3, 0.95, 200);
        for (var i = 0; i < scores; i++) a.Observe(Gauss(random));
        var writer = new StateWriter();
        a.Write(writer);
        var b = new Spot(1e-3, 0.95, 200);
        var reader = new StateReader(writer.Bytes);
        Assert.True(b.TryRead(ref reader) && reader.AtEnd);
        for (var i = 0; i < 2000; i++)
        {
            var score = Gauss(random);
            Assert.Equal(a.Observe(score), b.Observe(score));
            Assert.Equal(a.Threshold, b.Threshold);
        }
    }

    static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
