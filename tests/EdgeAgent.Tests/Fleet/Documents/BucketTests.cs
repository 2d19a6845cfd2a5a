using System.Globalization;
using EdgeAgent.Fleet.Documents;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Documents;

public sealed class BucketTests
{
    // Made with Python's hashlib: int.from_bytes(sha256(b"edge-fleet-bucket\0r-17\0gw-a").digest()[:8]) % 10000.
    [Theory]
    [InlineData("r-17", "gw-a", 2744)]
    [InlineData("r-17", "gw-b", 9425)]
    [InlineData("r-18", "gw-a", 9588)]
    [InlineData("2026-11-27.press-line-42", "gw-plant7-01", 9523)]
    public void A_bucket_is_the_same_everywhere(string rollout, string id, int bucket) => Assert.Equal(bucket, Bucket.Of(rollout, id));

    [Fact]
    public void A_million_buckets_are_uniform()
    {
        const int count = 1_000_000;
        var counts = new int[Bucket.Count];
        for (var i = 0; i < count; i++) counts[Bucket.Of("r-1", string.Create(CultureInfo.InvariantCulture, $"gw-{i}"))]++;
        const double expected = (double)count / Bucket.Count;
        var chi = counts.Sum(n => (n - expected) * (n - expected) / expected);
        // 9,999 degrees of freedom: mean 9,999, standard deviation 141.
        Assert.InRange(chi, 9_999 - 4 * 141, 9_999 + 4 * 141);
    }

    [Fact]
    public void A_gateway_stands_elsewhere_in_each_rollout()
    {
        var same = Enumerable.Range(0, 1000).Count(i => Bucket.Of("r-1", $"gw-{i}") < 100 && Bucket.Of("r-2", $"gw-{i}") < 100);
        Assert.InRange(same, 0, 3);
    }

    [Fact]
    public void A_delay_lies_within_the_spread()
    {
        var spread = TimeSpan.FromMinutes(10);
        var delays = Enumerable.Range(0, 2000).Select(i => Bucket.Delay("r-1", $"gw-{i}", spread)).ToList();
        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.Zero, spread));
        Assert.InRange(delays.Average(delay => delay.TotalMinutes), 4.7, 5.3);
        Assert.Equal(TimeSpan.Zero, Bucket.Delay("r-1", "gw-1", TimeSpan.Zero));
    }
}
