using EdgeAgent.Core.Readings;
using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Sources.Mqtt;

/// <summary>When a backlog counts as gone.</summary>
public sealed class DrainWatchTests
{
    [Fact]
    public void A_ping_that_could_not_be_sent_proves_nothing()
    {
        var probe = new DrainWatch();
        probe.OnPing(0, 0);
        probe.OnAnswer(0, 0, 0, new(5));
        Assert.Equal(MonotonicTime.Never, probe.DrainedAt);
        Assert.True(probe.WantsPing(0));
    }

    [Fact]
    public void Few_messages_before_the_answer_prove_it_and_many_do_not()
    {
        var probe = new DrainWatch();
        probe.OnPing(3, 100);
        Assert.False(probe.WantsPing(0));
        probe.OnAnswer(2, 100, 0, new(5));
        Assert.Equal(MonotonicTime.Never, probe.DrainedAt);
        probe.OnAnswer(3, 108, 0, new(6));
        Assert.Equal(MonotonicTime.Never, probe.DrainedAt);
        probe.OnPing(4, 108);
        probe.OnAnswer(4, 115, 0, new(7));
        Assert.Equal(new MonotonicTime(7), probe.DrainedAt);
        probe.Reset();
        Assert.Equal(MonotonicTime.Never, probe.DrainedAt);
    }

    [Fact]
    public void A_sender_with_a_small_limit_needs_fewer_messages_to_look_busy()
    {
        var probe = new DrainWatch();
        probe.OnPing(1, 0);
        probe.OnAnswer(1, 2, limit: 2, new(5));
        Assert.Equal(MonotonicTime.Never, probe.DrainedAt);
    }
}
