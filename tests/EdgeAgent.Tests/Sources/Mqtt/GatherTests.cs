using EdgeAgent.Sources.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Sources.Mqtt;

public sealed class GatherTests
{
    const long Ms = 1_000_000;
    readonly Gather _gather = new(TimeSpan.FromMilliseconds(16));

    [Fact]
    public void Few_messages_bring_no_commit_forward()
    {
        Assert.False(_gather.OnMessages(0, 15, early: 16, most: 500));
        Assert.False(_gather.IsOn);
        Assert.False(_gather.OnQuiet());
    }

    [Fact]
    public void Messages_gather_until_the_first_has_waited_long_enough()
    {
        Assert.False(_gather.OnMessages(100 * Ms, 4, 16, 500));
        for (var ms = 101; ms < 116; ms++)
        {
            Assert.False(_gather.OnMessages(ms * Ms, 20 * (ms - 100), 16, 500));
            Assert.True(_gather.IsOn);
        }

        Assert.True(_gather.OnMessages(116 * Ms, 320, 16, 500));
        Assert.False(_gather.IsOn);
        // A cut took them: time begins anew.
        Assert.False(_gather.OnMessages(117 * Ms, 20, 16, 500));
        Assert.False(_gather.OnMessages(132 * Ms, 300, 16, 500));
        Assert.True(_gather.OnMessages(133 * Ms, 320, 16, 500));
    }

    [Fact]
    public void Half_of_what_may_be_in_flight_waits_for_nothing_and_a_silent_sender_is_answered()
    {
        Assert.True(_gather.OnMessages(0, 500, 16, 500));
        Assert.False(_gather.OnMessages(Ms, 20, 16, 500));
        Assert.True(_gather.MayRest);
        Assert.True(_gather.OnQuiet());
        Assert.False(_gather.OnQuiet());
    }

    [Fact]
    public void A_sender_at_full_speed_is_not_left_waiting()
    {
        Assert.False(_gather.OnMessages(0, 200, 16, 500));
        Assert.True(_gather.IsOn);
        Assert.False(_gather.MayRest);
    }

    [Fact]
    public void Without_latency_or_a_known_window_it_is_as_ever()
    {
        Assert.True(new Gather(TimeSpan.Zero).OnMessages(0, 16, 16, 500));
        Assert.True(_gather.OnMessages(0, 16, 16, most: 16));
    }
}
