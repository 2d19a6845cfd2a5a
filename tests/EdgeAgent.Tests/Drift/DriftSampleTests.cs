using EdgeAgent.Core.Drift;
using Xunit;

namespace EdgeAgent.Tests.Drift;

public sealed class DriftSampleTests
{
    static DriftBins Bins(IEnumerable<double> values, int most = 10)
    {
        var sample = new DriftSample();
        foreach (var value in values) sample.Add(value);
        return sample.Bins(most);
    }

    [Fact]
    public void Many_values_have_bins_of_equal_shares()
    {
        var bins = Bins(Enumerable.Range(0, 1000).Select(i => (double)i).Append(double.NaN).Append(double.PositiveInfinity));
        Assert.Equal([100, 200, 300, 400, 500, 600, 700, 800, 900], bins.Edges);
        Assert.All(bins.Shares, s => Assert.InRange(s, 0.099, 0.101));
    }

    [Fact]
    public void Few_values_have_a_bin_each_and_one_on_either_side()
    {
        var bins = Bins([2, 1, 2, 5]);
        Assert.Equal([0.5, 1.5, 3.5, 5.5], bins.Edges);
        Assert.Equal([0, 0.25, 0.5, 0.25, 0], bins.Shares);
        Assert.Equal([0, 1, 0], Bins([7, 7, 7]).Shares);
        Assert.Equal([0, 1, 0], Bins([0]).Shares);
    }

    [Fact]
    public void A_value_that_fills_several_bins_gives_one_edge_and_edges_always_rise()
    {
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var values = Enumerable.Range(0, random.Next(1, 200)).Select(_ => (double)(random.Next(3) == 0 ? 0 : random.Next(-20, 20)))
                .ToList();
            var bins = Bins(values, random.Next(2, 15));
            for (var i = 1; i < bins.Edges.Length; i++) Assert.True(bins.Edges[i] > bins.Edges[i - 1]);
            Assert.Equal(bins.Edges.Length + 1, bins.Shares.Length);
            Assert.InRange(bins.Shares.Sum(), 0.9999, 1.0001);
            for (var i = 0; i < bins.Shares.Length; i++)
            {
                var (low, high) = (i == 0 ? double.NegativeInfinity : bins.Edges[i - 1],
                    i == bins.Edges.Length ? double.PositiveInfinity : bins.Edges[i]);
                Assert.Equal((double)values.Count(v => v > low && v <= high) / values.Count, bins.Shares[i], 1e-6);
            }
        }
    }

    [Fact]
    public void A_long_recording_is_sampled_evenly_and_always_alike()
    {
        var values = Enumerable.Range(0, 1_000_000).Select(i => (double)i).ToList();
        var bins = Bins(values);
        for (var i = 0; i < 9; i++) Assert.InRange(bins.Edges[i], ((i + 1) * 100_000) - 3000, ((i + 1) * 100_000) + 3000);
        Assert.Equal(bins.Edges, Bins(values).Edges);
    }
}
