using EdgeAgent.Network;
using Xunit;

namespace EdgeAgent.Tests.Network;

public sealed class BackoffTests
{
    [Fact]
    public void Doubles_to_the_cap_in_the_upper_half()
    {
        var backoff = new Backoff();
        foreach (var whole in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            var before = backoff.Failures;
            Assert.Equal(whole * 0.75, backoff.NextOf(0.5).TotalSeconds, 9);
            Assert.Equal(before + 1, backoff.Failures);
        }
        Assert.Equal(30, backoff.NextOf(0).TotalSeconds);
        for (var i = 0; i < 2000; i++) Assert.InRange(backoff.NextOf(0.999999).TotalSeconds, 30, 60);
    }

    [Fact]
    public void Starts_over_only_after_a_stable_connection_and_goes_to_the_cap_when_told()
    {
        var backoff = new Backoff();
        Assert.Equal(30, backoff.NextOf(0, RetryAdvice.Slowly).TotalSeconds);
        Assert.Equal(1, backoff.NextOf(0).TotalSeconds);
        backoff.Ended(TimeSpan.FromSeconds(29));
        Assert.Equal(2, backoff.NextOf(0).TotalSeconds);
        backoff.Ended(TimeSpan.FromSeconds(30));
        Assert.Equal(0.5, backoff.NextOf(0).TotalSeconds);
    }

    [Fact]
    public void Waits_double_to_a_cap_with_jitter_and_start_again()
    {
        var backoff = new Backoff(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), new Random(7));
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                var whole = Math.Min(10_000, 100 * Math.Pow(2, Math.Min(i, 30)));
                Assert.InRange(backoff.Next().TotalMilliseconds, whole / 2, whole);
            }

            backoff.Reset();
        }
    }
}
