using EdgeAgent.Fleet.Rollouts;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Rollouts;

/// <summary>The sequential test against its figures: outcomes known at once, 400 rows of 10,000 with fixed seeds.</summary>
public sealed class SequentialTestTests
{
    [Theory]
    [InlineData(0.3, 9, 1.0, 1.0)]
    [InlineData(0.05, 53, 1.0, 1.0)]
    [InlineData(0.02, 172, 1.0, 1.0)]
    [InlineData(0.005, 0, 0.10, 0.20)]
    [InlineData(0.001, 0, 0.0, 0.0)]
    public void It_stops_what_is_bad_soon_and_what_is_harmless_seldom(double rate, int median, double least, double most)
    {
        var stops = new List<int>();
        var random = new Random(1);
        for (var run = 0; run < 400; run++)
        {
            var test = new SequentialTest();
            for (var i = 0; i < 10_000 && !test.IsAgainst; i++)
            {
                var place = test.Tried();
                if (random.NextDouble() >= rate) continue;
                test.Failed(place);
                if (test.IsAgainst) stops.Add(i + 1);
            }
        }

        stops.Sort();
        Assert.InRange(stops.Count / 400.0, least, most);
        if (median > 0) Assert.InRange(stops[stops.Count / 2], median * 0.8, median * 1.2);
    }

    [Fact]
    public void A_failure_counts_at_its_own_place_in_the_row()
    {
        var late = new SequentialTest();
        for (var i = 0; i < 1_000; i++) late.Tried();
        // Spread over the row they are what a fleet has anyway; told in one heap they still stand where they belong.
        foreach (var place in (int[])[100, 400, 700, 900]) late.Failed(place);
        Assert.False(late.IsAgainst);
        foreach (var place in (int[])[901, 902, 903, 904]) late.Failed(place);
        Assert.True(late.IsAgainst);
    }
}
