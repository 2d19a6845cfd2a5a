using EdgeAgent.Mqtt.Client;
using EdgeAgent.Network;
using Xunit;

namespace EdgeAgent.Tests.Mqtt.Client;

public sealed class KeepAliveTests
{
    [Fact]
    public void Pings_after_three_quarters_of_silence_either_way()
    {
        var keepAlive = new KeepAlive(TimeSpan.FromSeconds(60), null, nowMs: 0);
        Assert.Equal(45_000, keepAlive.MsUntilPing(0));
        keepAlive.Sent(10_000);
        Assert.Equal(35_000, keepAlive.MsUntilPing(10_000));
        keepAlive.Received(12_000);
        Assert.Equal(45_000, keepAlive.MsUntilPing(10_000));
        keepAlive.PingSent(55_000);
        Assert.Equal(45_000, keepAlive.MsUntilPing(55_000));
        // While the answer is out, only our own silence asks for another.
        Assert.Equal(5_000, keepAlive.MsUntilPing(95_000));
    }

    [Fact]
    public void Counts_only_waiting_on_an_empty_socket_against_an_unanswered_ping()
    {
        var keepAlive = new KeepAlive(TimeSpan.FromSeconds(60), null, 0);
        Assert.False(keepAlive.Waited(100_000, keepAlive.IsPingOutstanding));
        keepAlive.PingSent(100_000);
        Assert.False(keepAlive.Waited(90_000, pingWasOutstanding: false));
        Assert.False(keepAlive.Waited(29_999, true));
        Assert.Equal(1, keepAlive.WaitLimitMs);
        Assert.True(keepAlive.Waited(1, true));
        keepAlive.Answered();
        Assert.False(keepAlive.Waited(60_000, keepAlive.IsPingOutstanding));
        Assert.Equal((1, 1), (keepAlive.PingsSent, keepAlive.PingsAnswered));
    }

    [Fact]
    public void A_whole_packet_starts_the_wait_anew_and_acknowledgements_lengthen_it_up_to_four_times()
    {
        var keepAlive = new KeepAlive(TimeSpan.FromSeconds(60), null, 0);
        keepAlive.PingSent(0);
        Assert.False(keepAlive.Waited(29_999, true));
        keepAlive.Heard();
        Assert.False(keepAlive.Waited(29_999, true));
        keepAlive.Owes(10_000);
        Assert.False(keepAlive.Waited(10_000, true));
        Assert.True(keepAlive.Waited(1, true));
        keepAlive.Answered();
        keepAlive.PingSent(0);
        keepAlive.Owes(1_000_000);
        Assert.False(keepAlive.Waited(119_999, true));
        Assert.True(keepAlive.Waited(1, true));
    }

    [Fact]
    public void Can_be_off()
    {
        var keepAlive = new KeepAlive(TimeSpan.Zero, null, 0);
        Assert.True(keepAlive.MsUntilPing(1_000_000) > 1_000_000);
        keepAlive.PingSent(0);
        Assert.False(keepAlive.Waited(1_000_000, true));
    }
}

public sealed class ReceiveBufferTests
{
    [Fact]
    public void Tells_whether_a_packet_was_taken_and_not_only_bytes_came()
    {
        var buffer = new ReceiveBuffer(16);
        for (var i = 0; i < 3; i++)
        {
            buffer.Prepare()[0] = 1;
            buffer.Commit(1);
            Assert.False(buffer.WasTaken);
        }

        buffer.Consume(2);
        Assert.True(buffer.WasTaken);
        buffer.Prepare();
        Assert.False(buffer.WasTaken);
    }

    [Fact]
    public void Moves_nothing_while_empty_and_the_rest_otherwise()
    {
        var buffer = new ReceiveBuffer(8);
        "abcdef"u8.CopyTo(buffer.Prepare());
        buffer.Commit(6);
        buffer.Consume(4);
        Assert.Equal(6, buffer.Prepare().Length);
        Assert.True(buffer.Unread.SequenceEqual("ef"u8));
        buffer.Consume(2);
        Assert.Equal(8, buffer.Prepare().Length);
        buffer.Commit(8);
        Assert.Equal(0, buffer.Prepare().Length);
        buffer.Need(20);
        Assert.Equal(12, buffer.Prepare().Length);
        Assert.Equal(20, buffer.CapacityBytes);
    }

    [Fact]
    public void Keeps_a_large_array_while_large_packets_keep_coming()
    {
        var buffer = new ReceiveBuffer(8);
        for (var i = 0; i < 1000; i++)
        {
            if (i % 60 == 0) buffer.Need(100);
            buffer.Prepare();
            Assert.Equal(100, buffer.CapacityBytes);
        }
        for (var i = 0; i < 70; i++) buffer.Prepare();
        Assert.Equal(8, buffer.CapacityBytes);
    }
}
