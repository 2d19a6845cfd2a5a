using System.Text.Json;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Tests.Pipelines;
using Xunit;
using static EdgeAgent.Tests.Pipelines.PipelineRig;

namespace EdgeAgent.Tests.Stages.Windows;

/// <summary>Cases in the manner of NIST's Statistical Reference Datasets for univariate summary statistics (NumAcc1 to 4).</summary>
public sealed class NumericTests
{
    static JsonElement Fold(IEnumerable<double> values)
    {
        var rig = new PipelineRig(Settings(Window(seconds: 1000, aggregate: (Aggregates)255)));
        var t = 0;
        foreach (var value in values) rig.AddNs(rig.Id("a"), t++, value);
        rig.Add("a", 1000, 0).Run();
        return JsonDocument.Parse(rig.Take()).RootElement;
    }

    static void Near(double expected, double actual, double relative) =>
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Abs(expected), $"expected {expected:R}, got {actual:R}");

    [Theory]
    [InlineData(1e7, 0.1, 1001)]
    [InlineData(1e6, 0.1, 1001)]
    [InlineData(1e9, 0.001, 100_001)]
    [InlineData(-1e12, 0.5, 10_001)]
    public void A_small_spread_on_a_large_value_keeps_its_deviation(double middle, double step, int count)
    {
        var values = Enumerable.Range(0, count).Select(i => i == 0 ? middle : i % 2 == 1 ? middle - step : middle + step).ToList();
        // The difference of two near doubles is exact (Sterbenz); a double itself would be rounded to 15 digits.
        var exact = values.Select(v => (decimal)(v - middle)).ToList();
        var mean = exact.Sum() / count;
        var deviation = Math.Sqrt((double)(exact.Sum(v => (v - mean) * (v - mean)) / (count - 1)));
        var summary = Fold(values);
        Near(middle + (double)mean, summary.GetProperty("mean").GetDouble(), 2.3e-16);
        Near(deviation, summary.GetProperty("stddev").GetDouble(), 1e-12);
        Near(step, summary.GetProperty("stddev").GetDouble(), 1e-2);
    }

    [Fact]
    public void Three_large_neighbours_have_a_deviation_of_one()
    {
        var summary = Fold([10_000_001, 10_000_003, 10_000_002]);
        Assert.Equal((10_000_002, 1), (summary.GetProperty("mean").GetDouble(), summary.GetProperty("stddev").GetDouble()));
    }

    [Fact]
    public void The_sum_keeps_what_a_plain_one_loses()
    {
        Assert.Equal(2, Fold([1, 1e100, 1, -1e100]).GetProperty("sum").GetDouble());
        Assert.Equal(1, Fold(Enumerable.Repeat(0.1, 10)).GetProperty("sum").GetDouble());
        Assert.Equal(0.1, Fold(Enumerable.Repeat(0.1, 3)).GetProperty("mean").GetDouble());
    }

    [Fact]
    public void One_reading_has_no_deviation_and_equal_ones_have_0()
    {
        Assert.Equal(JsonValueKind.Null, Fold([5]).GetProperty("stddev").ValueKind);
        Assert.Equal(0, Fold(Enumerable.Repeat(1.1, 1000)).GetProperty("stddev").GetDouble());
    }

    [Fact]
    public void What_overflows_is_null_and_the_mean_does_not()
    {
        var summary = Fold(Enumerable.Repeat(1.5e308, 10));
        Assert.Equal(JsonValueKind.Null, summary.GetProperty("sum").ValueKind);
        Assert.Equal(1.5e308, summary.GetProperty("mean").GetDouble());
        Assert.Equal(JsonValueKind.Null, Fold([1.7e308, -1.7e308]).GetProperty("stddev").ValueKind);
    }

    [Fact]
    public void First_and_last_go_by_event_time_and_ties_by_arrival()
    {
        var rig = new PipelineRig(Settings(Window(aggregate: Aggregates.First | Aggregates.Last, outOfOrder: 5)));
        rig.Add("a", 3, 1).Add("a", 1, 2).Add("a", 1, 3).Add("a", 8, 4).Add("a", 8, 5).Add("a", 2, 6).Add("a", 15, 0).Run();
        Assert.EndsWith("\"first\":2,\"last\":5}", rig.Take());
    }
}
