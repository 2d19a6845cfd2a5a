using EdgeAgent.Outputs.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Mqtt;

public sealed class SentEarlyTests
{
    [Fact]
    public void Ids_that_were_lost_push_out_none_that_are_there()
    {
        var early = new SentEarly(4);
        early.Sent("a", isConfirmed: true);
        for (var i = 0; i < 100; i++)
        {
            early.Sent("x" + i, isConfirmed: false);
            early.Lost("x" + i);
        }

        Assert.True(early.Has("a", out var isConfirmed) && isConfirmed);
    }

    [Fact]
    public void An_id_sent_again_after_it_was_lost_stands_in_its_new_place()
    {
        var early = new SentEarly(4);
        early.Sent("a", isConfirmed: false);
        early.Lost("a");
        for (var i = 0; i < 3; i++) early.Sent("b" + i, isConfirmed: true);
        early.Sent("a", isConfirmed: true);
        early.Sent("c", isConfirmed: true);
        Assert.All(["a", "b1", "b2", "c"], id => Assert.True(early.Has(id, out _)));
        Assert.False(early.Has("b0", out _));
    }

    [Fact]
    public void No_more_are_kept_than_said()
    {
        var early = new SentEarly(4);
        for (var i = 0; i < 1000; i++)
        {
            early.Sent("a" + i, isConfirmed: true);
            if (i % 3 == 0) early.Lost("a" + i);
        }

        Assert.InRange(Enumerable.Range(0, 1000).Count(i => early.Has("a" + i, out _)), 3, 4);
        Assert.InRange(early.Queued, 3, 16);
    }
}
