using EdgeAgent.Storage;
using EdgeAgent.Tests.Mqtt.Client;
using EdgeAgent.Tests.Storage;
using Xunit;
using static EdgeAgent.Tests.Sources.Mqtt.MqttSourceRig;

namespace EdgeAgent.Tests.Sources.Mqtt;

/// <summary>The MQTT source over several connections to a scripted broker: what comes again, and what is said again.</summary>
public sealed class MqttSourceReconnectTests
{
    [Fact]
    public void A_connection_lost_while_the_gate_is_blocked_is_given_up_and_a_stop_is_clean()
    {
        using var blocked = new ManualResetEventSlim();
        using var subscribed = new ManualResetEventSlim();
        using var broker = new BrokerScripts(peer =>
        {
            peer.Accept311();
            peer.Grant();
            subscribed.Set();
            blocked.Wait(20_000);
            peer.Socket.LingerState = new System.Net.Sockets.LingerOption(true, 0); // a reset
        });
        using var rig = new MqttSourceRig(broker.Port, keepAliveSeconds: 1);
        Assert.True(subscribed.Wait(20_000));
        Until(() => rig.State == "connected", "connected");
        rig.Source.Feed.Gate.Block(true);
        rig.Commits.Stop(); // so that no commit opens it again
        rig.Source.Feed.Gate.Block(true);
        Until(() => rig.State == "blocked", "blocked");
        blocked.Set();
        Until(() => rig.State == "waiting", "the dead connection given up");
        rig.Stop();
    }

    [Fact]
    public void A_reconnect_in_the_middle_of_uncommitted_messages_takes_and_acknowledges_each_once()
    {
        var store = new FaultyStore();
        ushort[] acks = [];
        using var broker = BrokerScripts.Staying(
            peer =>
            {
                peer.Accept311();
                peer.Grant();
                UntilCommitted(store);
                store.Failure = StoreFailure.Io;
                for (ushort id = 1; id <= 5; id++) peer.Publish("s/a", $$"""{"v":{{id}}}""", id);
                var tries = store.Tries;
                Until(() => store.Tries > tries + 1, "a failed commit of them");
            },
            peer =>
            {
                peer.Accept311(sessionPresent: true);
                for (ushort id = 1; id <= 5; id++) peer.Publish("s/a", $$"""{"v":{{id}}}""", id, duplicate: true);
                peer.Publish("s/a", """{"v":6}""", 6);
                store.Failure = null;
                acks = peer.Acks(6);
            });
        using var rig = new MqttSourceRig(broker.Port, store);
        rig.StopAfter(broker);
        Assert.Equal([1, 2, 3, 4, 5, 6], acks);
        Assert.Equal(6, rig.Records);
        Assert.Equal(5, rig.Status().GetProperty("repeats_skipped").GetInt64());
    }

    [Fact]
    public void A_broker_that_speaks_garbage_is_left_with_one_line_each_time_and_what_it_said_well_is_kept()
    {
        ushort[] acks = [];
        using var broker = BrokerScripts.Staying(
            peer =>
            {
                peer.Accept();
                peer.Grant5();
                peer.Publish("s/a", """{"v":1}""", 1, v5: true);
                peer.Acks(1);
                peer.Send("30 09 00 03 61 2F 62 03 23 01 00"); // alias 256, above our maximum
                peer.ExpectReason(0x94);
            },
            peer =>
            {
                peer.Accept("20 03 01 00 00");
                peer.Send("30 FF FF FF 7F"); // 256 MiB
                peer.ExpectReason(0x95);
            },
            peer =>
            {
                peer.Accept("20 03 01 00 00");
                peer.Send("36 0A 00 03 73 2F 61 00 07 00 31 31"); // QoS 3
                peer.ExpectReason(0x81);
            },
            peer =>
            {
                peer.Accept("20 03 01 00 00");
                // An answer nobody asked for, acknowledgements of nothing, a PINGRESP too many: harmless.
                peer.Send("90 04 00 63 00 01 40 02 00 09 70 02 00 09 D0 00 62 02 00 21");
                peer.Publish("s/a", """{"v":2}""", 2, v5: true);
                acks = peer.Acks(1);
            });
        using var rig = new MqttSourceRig(broker.Port, version: 5);
        broker.WaitUntilSaid();
        Assert.Equal([2], acks);
        Until(() => rig.Records == 2, "both readings");
        var lines = rig.Log.All.Where(l => l.Contains("source plant: ", StringComparison.Ordinal)).ToList();
        Assert.Contains(lines, l => l.Contains("topic alias", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("`max_packet_size`", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("could not be read", StringComparison.Ordinal));
        Assert.Equal("connected", rig.State);
        rig.Stop();
    }

    [Fact]
    public void An_answered_ping_confirms_the_acknowledgements_before_it_and_none_behind_it()
    {
        var store = new FaultyStore();
        ushort[] acks = [];
        using var broker = BrokerScripts.Staying(
            peer =>
            {
                peer.Accept311();
                peer.Grant();
                UntilCommitted(store);
                peer.Publish("s/a", """{"v":1}""", 101);
                var pings = 0;
                ReadUntilAck(peer, 101, ref pings);
                while (pings == 0) pings += peer.ReadPacket()[0] == 0xC0 ? 1 : 0; // the one behind the acknowledgement
                peer.Publish("s/a", """{"v":1}""", 102);
                peer.Publish("s/a", """{"v":1}""", 103);
                ReadUntilAck(peer, 103, ref pings);
                // Ends before it has read those two acknowledgements.
                for (; pings > 0; pings--) peer.Send("D0 00");
                while (peer.ReadPacket()[0] != 0xC0)
                {
                }
            },
            peer =>
            {
                peer.Accept311(sessionPresent: true);
                // No DUP and equal bytes: only their places tell.
                for (ushort id = 102; id <= 104; id++) peer.Publish("s/a", """{"v":1}""", id);
                acks = peer.Acks(3);
            });
        using var rig = new MqttSourceRig(broker.Port, store);
        rig.StopAfter(broker);
        Assert.Equal([102, 103, 104], acks);
        Assert.Equal(4, rig.Records);
        Assert.Equal(2, rig.Status().GetProperty("repeats_skipped").GetInt64());

        static void ReadUntilAck(FakePeer peer, ushort id, ref int pings)
        {
            while (peer.ReadPacket() is var packet && (packet[0] != 0x40 || BrokerWords.IdOf(packet) != id))
                if (packet[0] == 0xC0) pings++;
        }
    }

    [Fact]
    public void A_resumed_session_is_subscribed_again_because_the_broker_may_have_gone_back_to_an_older_one()
    {
        using var broker = BrokerScripts.Staying(
            peer =>
            {
                peer.Accept311();
                peer.Grant();
            },
            peer =>
            {
                peer.Accept311(sessionPresent: true);
                peer.Grant();
            });
        using var rig = new MqttSourceRig(broker.Port);
        rig.StopAfter(broker);
    }
}
