using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using Xunit;
using static EdgeAgent.Tests.Mqtt.Client.ClientSetup;

namespace EdgeAgent.Tests.Mqtt.Client;

/// <summary>How a connection lives: pings, keep-alive, brokers that are silent or slow.</summary>
public sealed class ConnectionLifeTests
{
    [Fact]
    public void Pings_are_counted_when_sent_and_when_answered()
    {
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Send("D0 00");
            peer.Expect("40 02 00 01");
            peer.Expect("C0 00");
            peer.Send("D0 00");
            peer.Expect("C0 00");
            peer.Send("D0 00");
        });
        using var connection = Connect(Options(broker));
        Assert.Equal(["PingResp id0 code00 "], Read(connection, 1));
        Assert.Equal((0, 0), (connection.PingsSent, connection.PingsAnswered));
        connection.PubAck([1]);
        Assert.Equal(1, connection.Ping());
        Read(connection, 1);
        Assert.Equal((1, 1), (connection.PingsSent, connection.PingsAnswered));
        Assert.Equal(2, connection.Ping());
        Read(connection, 1);
        Assert.Equal((2, 2), (connection.PingsSent, connection.PingsAnswered));
    }

    [Fact]
    public void A_silent_broker_is_pinged_and_given_up()
    {
        var clock = new SteppingClock(stepMs: 1000);
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            peer.Expect("C0 00");
            peer.ReadToEnd();
        });
        using var connection = Connect(Options(broker) with { KeepAlive = TimeSpan.FromSeconds(60), Clock = clock });
        clock.Advance(46_000);
        for (var i = 0; i < 10_000 && connection.CloseReason == null; i++) connection.Fill(0);
        Assert.Equal(MqttCloseKind.KeepAliveTimeout, connection.CloseReason!.Kind);
        Assert.Equal(0, connection.PingsAnswered);
    }

    [Fact]
    public void The_brokers_keep_alive_replaces_ours()
    {
        var clock = new SteppingClock(stepMs: 0);
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept("20 06 00 00 03 13 00 05");
            peer.Expect("C0 00");
            peer.Send("D0 00");
        });
        using var connection = Connect(Options(broker) with { KeepAlive = TimeSpan.FromSeconds(600), Clock = clock });
        connection.Fill(0);
        Assert.Equal(0, connection.PingsSent);
        clock.Advance(3_750);
        Assert.Equal(["PingResp id0 code00 "], Read(connection, 1));
        Assert.Equal((1, 1), (connection.PingsSent, connection.PingsAnswered));
    }

    [Fact]
    public void A_broker_that_does_not_read_is_given_up_and_no_sender_waits_for_it()
    {
        using var done = new ManualResetEventSlim();
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            done.Wait();
        });
        using var connection = Connect(Options(broker) with { MaxUnsentBytes = 100_000 });
        var sent = 0;
        // The kernel takes a few megabytes; far beyond that the sender must have been told.
        while (sent < 10_000 && connection.Publish(new PublishPacket { Topic = "a"u8, Payload = new byte[10_000] }) == SendResult.Accepted)
            sent++;
        done.Set();
        Assert.InRange(sent, 9, 9_999);
        Assert.Equal(FillResult.Closed, connection.Fill(0));
        Assert.Equal(MqttCloseKind.SendStalled, connection.CloseReason!.Kind);
    }

    [Fact]
    public void A_broker_without_progress_is_given_up_after_the_send_time_out()
    {
        using var done = new ManualResetEventSlim();
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            done.Wait();
        });
        using var connection = Connect(Options(broker) with { MaxUnsentBytes = int.MaxValue, SendTimeout = TimeSpan.FromMilliseconds(1) });
        for (var i = 0; i < 1000 && connection.CloseReason == null; i++)
            connection.Publish(new PublishPacket { Topic = "a"u8, Payload = new byte[20_000] });
        Assert.Equal(FillResult.Closed, connection.Fill(20_000));
        done.Set();
        Assert.Equal(MqttCloseKind.SendStalled, connection.CloseReason!.Kind);
    }

    [Fact]
    public void A_slow_broker_gets_everything_in_order()
    {
        const int Count = 800;
        using var start = new ManualResetEventSlim();
        using var broker = new FakeBroker(peer =>
        {
            peer.Accept();
            start.Wait();
            for (var i = 0; i < Count; i++)
            {
                var packet = peer.ReadPacket();
                Assert.Equal(i, BitConverter.ToInt32(packet, packet.Length - 20_000));
            }
            peer.ExpectEnd("E0 00");
        });
        using var connection = Connect(Options(broker) with { MaxUnsentBytes = int.MaxValue });
        var payload = new byte[20_000];
        for (var i = 0; i < Count; i++)
        {
            BitConverter.TryWriteBytes(payload, i);
            Assert.Equal(SendResult.Accepted, connection.Publish(new PublishPacket { Topic = "a"u8, Payload = payload }));
        }
        start.Set();
        connection.Disconnect();
    }
}
