using EdgeAgent.Core.Readings;
using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Sources.Mqtt;

public sealed class GatherTests
{
    readonly Gather _gather = new(TimeSpan.FromMilliseconds(16));

    static MonotonicTime At(long ms) => new(ms * 1_000_000);

    [Fact]
    public void Few_messages_bring_no_commit_forward()
    {
        Assert.False(_gather.OnMessages(At(0), 15, early: 16, most: 500));
        Assert.False(_gather.IsOn);
        Assert.False(_gather.OnQuiet());
    }

    [Fact]
    public void Messages_gather_until_the_first_has_waited_long_enough()
    {
        Assert.False(_gather.OnMessages(At(100), 4, 16, 500));
        for (var ms = 101; ms < 116; ms++)
        {
            Assert.False(_gather.OnMessages(At(ms), 20 * (ms - 100), 16, 500));
            Assert.True(_gather.IsOn);
        }

        Assert.True(_gather.OnMessages(At(116), 320, 16, 500));
        Assert.False(_gather.IsOn);
        // A cut took them: time begins anew.
        Assert.False(_gather.OnMessages(At(117), 20, 16, 500));
        Assert.False(_gather.OnMessages(At(132), 300, 16, 500));
        Assert.True(_gather.OnMessages(At(133), 320, 16, 500));
    }

    [Fact]
    public void Half_of_what_may_be_in_flight_waits_for_nothing_and_a_silent_sender_is_answered()
    {
        Assert.True(_gather.OnMessages(At(0), 500, 16, 500));
        Assert.False(_gather.OnMessages(At(1), 20, 16, 500));
        Assert.True(_gather.MayRest);
        Assert.True(_gather.OnQuiet());
        Assert.False(_gather.OnQuiet());
    }

    [Fact]
    public void A_sender_at_full_speed_is_not_left_waiting()
    {
        Assert.False(_gather.OnMessages(At(0), 200, 16, 500));
        Assert.True(_gather.IsOn);
        Assert.False(_gather.MayRest);
    }

    [Fact]
    public void Without_latency_or_a_known_window_it_is_as_ever()
    {
        Assert.True(new Gather(TimeSpan.Zero).OnMessages(At(0), 16, 16, 500));
        Assert.True(_gather.OnMessages(At(0), 16, 16, most: 16));
    }
}
