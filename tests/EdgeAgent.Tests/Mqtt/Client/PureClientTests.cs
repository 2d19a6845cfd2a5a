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

public sealed class OutgoingMessagesTests
{
    [Fact]
    public void Follows_both_handshakes()
    {
        var messages = new OutgoingMessages(10);
        Assert.True(messages.TryAdd(1, 100, out var first));
        Assert.True(messages.TryAdd(2, 200, out var second));
        Assert.NotEqual(first, second);
        Assert.Equal(OutgoingStep.Unknown, messages.Acknowledged(second, 0, out _));
        Assert.Equal(OutgoingStep.Unknown, messages.Completed(second, out _));
        Assert.Equal(OutgoingStep.Done, messages.Acknowledged(first, 0x10, out var token));
        Assert.Equal(100, token);
        Assert.Equal(OutgoingStep.Unknown, messages.Acknowledged(first, 0, out _));
        Assert.Equal(OutgoingStep.Release, messages.Received(second, 0, out _));
        Assert.Equal(OutgoingStep.Release, messages.Received(second, 0, out _));
        Assert.Equal(OutgoingStep.Done, messages.Completed(second, out token));
        Assert.Equal((200, 0), (token, messages.Count));
        messages.TryAdd(2, 300, out var third);
        Assert.Equal(OutgoingStep.Refused, messages.Received(third, 0x87, out token));
        Assert.Equal((300, 0, 0), (token, messages.Count, messages.InFlight));
    }

    [Fact]
    public void Never_exceeds_the_window_and_resends_in_order()
    {
        var messages = new OutgoingMessages(3);
        for (var i = 1; i <= 3; i++) Assert.True(messages.TryAdd(i == 2 ? 2 : 1, i, out _));
        Assert.False(messages.TryAdd(1, 4, out _));
        messages.Received(2, 0, out _);

        messages.Reconnected(sessionPresent: true, receiveMaximum: 2);
        Assert.True(messages.TryResend(out var again) && again == new OutgoingMessage(1, 1, 1, false));
        Assert.True(messages.TryResend(out again) && again == new OutgoingMessage(2, 2, 2, true));
        Assert.False(messages.TryResend(out _));
        Assert.False(messages.TryAdd(1, 4, out _));
        Assert.Equal(OutgoingStep.Unknown, messages.Acknowledged(3, 0, out _));
        Assert.Equal(OutgoingStep.Done, messages.Completed(2, out _));
        Assert.True(messages.TryResend(out again) && again.Token == 3);

        messages.Received(2, 0, out _);
        messages.Reconnected(sessionPresent: false, receiveMaximum: 10);
        Assert.True(messages.TryResend(out again) && again.Token == 1);
        Assert.True(messages.TryResend(out again) && again.Token == 3);
        Assert.False(messages.TryResend(out _));
        Assert.True(messages.TryAdd(1, 5, out _));
    }

    [Fact]
    public void A_lost_session_ends_what_was_released()
    {
        var messages = new OutgoingMessages(3);
        messages.TryAdd(2, 1, out var id);
        messages.Received(id, 0, out _);
        messages.Reconnected(false, 3);
        Assert.Equal(0, messages.Count);
        Assert.False(messages.TryResend(out _));
    }

    [Fact]
    public void Identifiers_are_never_0_and_never_used_twice()
    {
        var messages = new OutgoingMessages(65_535);
        var seen = new HashSet<ushort>();
        for (var i = 0; i < 65_535; i++)
        {
            Assert.True(messages.TryTakeId(out var id));
            Assert.True(id != 0 && seen.Add(id));
        }
        Assert.False(messages.TryTakeId(out _));
        Assert.False(messages.TryAdd(1, 1, out _));
        messages.ReturnId(77);
        Assert.True(messages.TryAdd(1, 1, out var last));
        Assert.Equal(77, last);
    }
}
