using System.Text;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Mqtt.Client;
using EdgeAgent.Tests.Storage;
using Xunit;
using static EdgeAgent.Tests.Sources.Mqtt.MqttSourceRig;

namespace EdgeAgent.Tests.Sources.Mqtt;

/// <summary>The MQTT source against a scripted broker: what leaves, when, and in which order.</summary>
public sealed class MqttSourceTests
{
    [Fact]
    public void Messages_are_acknowledged_in_order_after_a_commit_the_undecodable_too()
    {
        var store = new FaultyStore { Failure = StoreFailure.Io };
        ushort[] acks = [];
        var early = -1;
        using var broker = BrokerScripts.Staying(peer =>
        {
            store.Failure = null;
            peer.Accept311();
            peer.Grant();
            UntilCommitted(store);
            store.Failure = StoreFailure.Io;
            peer.Publish("s/a", """{"v":1}""", 7);
            peer.Publish("s/a", "not json", 3);
            peer.Publish("s/b", """{"v":2}""", 9);
            var tries = store.Tries;
            Until(() => store.Tries > tries + 1, "two failed commits");
            early = CountOf(peer, 0x40);
            store.Failure = null;
            acks = peer.Acks(3);
        });
        using var rig = new MqttSourceRig(broker.Port, store);
        rig.StopAfter(broker);
        Assert.Equal(0, early);
        Assert.Equal([7, 3, 9], acks);
        Assert.Equal(2, rig.Records);
    }

    [Fact]
    public void A_lost_session_subscribes_only_after_its_commit_and_waits_for_it_on_a_full_disk()
    {
        var store = new FaultyStore { Failure = StoreFailure.Full };
        var early = -1;
        var triesMeanwhile = 0;
        using var broker = BrokerScripts.Staying(peer =>
        {
            peer.Accept311();
            Until(() => store.Tries >= 2, "two failed commits");
            early = peer.Socket.Available;
            triesMeanwhile = store.Tries;
            store.Failure = null;
            peer.Grant();
        });
        using var rig = new MqttSourceRig(broker.Port, store);
        rig.StopAfter(broker);
        Assert.Equal(0, early);
        Assert.Equal(2, triesMeanwhile);
    }

    [Fact]
    public void Subscriptions_beyond_the_brokers_packet_size_go_in_several_packets()
    {
        string[] topics = [.. Enumerable.Range(0, 40).Select(i => $"plant/line{i:D2}/{{device}}")];
        var seen = new List<string>();
        using var broker = BrokerScripts.Staying(peer =>
        {
            peer.Accept("20 08 00 00 05 27 00 00 00 80"); // Maximum Packet Size 128
            while (seen.Count < topics.Length)
            {
                var packet = peer.ReadUntil(0x80);
                if (packet.Length > 128) throw new InvalidOperationException($"{packet.Length} bytes");
                var (at, filters) = (5, 0);
                for (; at < packet.Length; filters++)
                {
                    var length = packet[at] << 8 | packet[at + 1];
                    seen.Add(Encoding.UTF8.GetString(packet, at + 2, length));
                    at += 3 + length;
                }

                peer.Send([0x90, (byte)(3 + filters), packet[2], packet[3], 0, .. Enumerable.Repeat((byte)1, filters)]);
            }
        });
        using var rig = new MqttSourceRig(broker.Port, version: 5, topics: topics);
        rig.StopAfter(broker);
        Assert.Equal(topics.Select(t => t.Replace("{device}", "+", StringComparison.Ordinal)), seen);
    }

    [Fact]
    public void A_subscription_the_broker_cannot_have_is_shown_and_the_others_are_made()
    {
        using var broker = BrokerScripts.Staying(peer =>
        {
            peer.Accept("20 05 00 00 02 28 00"); // no wildcards
            var packet = peer.ReadUntil(0x80);
            peer.Send([0x90, 0x04, packet[2], packet[3], 0, 1]);
        });
        using var rig = new MqttSourceRig(broker.Port, version: 5, topics: ["s/{device}", "fixed/topic"]);
        broker.WaitUntilSaid();
        Until(() => rig.Status().GetProperty("refused_subscriptions").GetString() == "s/+", "the refused filter in the status");
        rig.Stop();
        Assert.Contains(rig.Log.All, l => l.StartsWith("Error", StringComparison.Ordinal) && l.Contains("s/+", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hint_about_the_unit_of_times_is_logged_although_nothing_else_is_wrong()
    {
        using var broker = new BrokerScripts(peer =>
        {
            peer.Accept311();
            peer.Grant();
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            peer.Publish("s/a", $$"""{"v":1,"t":{{now}}}""", 1);
            peer.Acks(1);
            peer.Publish("s/b", $$"""{"v":1,"t":{{now / 1000}}}""", 2);
            peer.Acks(1);
            peer.ReadToEnd();
        });
        using var rig = new MqttSourceRig(broker.Port);
        Until(() => rig.Log.All.Any(l => l.Contains("years from now", StringComparison.Ordinal)), "a hint in the log");
        rig.Stop();
    }

    [Fact]
    public void A_broker_that_keeps_the_session_shorter_is_named()
    {
        using var broker = new BrokerScripts(peer =>
        {
            peer.Accept("20 08 00 00 05 11 00 00 00 3C");
            peer.Grant5();
            peer.ReadToEnd();
        });
        using var rig = new MqttSourceRig(broker.Port, version: 5);
        Until(() => rig.Log.All.Any(l => l.Contains("keeps the session only for 60 s, not for 259200 s", StringComparison.Ordinal)),
            "the warning");
        rig.Stop();
    }

    [Fact]
    public void A_message_above_the_limit_of_a_3_1_1_broker_is_counted_and_acknowledged_and_holds_up_nothing()
    {
        ushort[] acks = [];
        using var broker = BrokerScripts.Staying(peer =>
        {
            peer.Accept311();
            peer.Grant();
            peer.Publish("s/a", """{"v":1}""", 1);
            var payload = new byte[2 << 20];
            peer.Send([0x32, .. Length(5 + 2 + payload.Length), 0, 3, (byte)'s', (byte)'/', (byte)'b', 0, 2, .. payload]);
            peer.Publish("s/a", """{"v":3}""", 3);
            acks = peer.Acks(3);
        });
        using var rig = new MqttSourceRig(broker.Port);
        rig.StopAfter(broker);
        Assert.Equal([1, 2, 3], acks);
        Assert.Equal(2, rig.Records);
        Assert.Equal(1, rig.Status().GetProperty("bad_by_reason").GetProperty("too_large").GetInt64());
        Assert.Contains(rig.Log.All, l => l.Contains("s/b", StringComparison.Ordinal)
            && l.Contains("2097164 bytes", StringComparison.Ordinal) && l.Contains("`max_packet_size`", StringComparison.Ordinal));

        static byte[] Length(int n) =>
            [(byte)(n & 0x7F | 0x80), (byte)(n >> 7 & 0x7F | 0x80), (byte)(n >> 14 & 0x7F | 0x80), (byte)(n >> 21)];
    }

    [Fact]
    public void At_QoS_2_PUBREC_and_PUBCOMP_leave_after_a_commit_each()
    {
        var store = new FaultyStore();
        var (early, received, completed) = (-1, -1, -1);
        using var broker = BrokerScripts.Staying(peer =>
        {
            peer.Accept311();
            peer.Grant(2);
            UntilCommitted(store);
            FailTwice(() => peer.Publish("s/a", """{"v":1}""", 7, qos: 2));
            early = CountOf(peer, 0x50);
            store.Failure = null;
            received = BrokerWords.IdOf(peer.ReadUntil(0x50));
            FailTwice(() => peer.Send("62 02 00 07"));
            early += CountOf(peer, 0x70);
            store.Failure = null;
            completed = BrokerWords.IdOf(peer.ReadUntil(0x70));
        });
        using var rig = new MqttSourceRig(broker.Port, store);
        rig.StopAfter(broker);
        Assert.Equal((0, 7, 7), (early, received, completed));
        Assert.Equal(1, rig.Records);

        void FailTwice(Action send)
        {
            store.Failure = StoreFailure.Io;
            send();
            var tries = store.Tries;
            Until(() => store.Tries > tries + 1, "two failed commits");
        }
    }

    /// <summary>mosquitto 2.0.11 dequeues a window for each PUBACK,
    /// so more than 65,535 are outstanding and ids wrap over open ones.</summary>
    [Theory]
    [InlineData("""{"v":2}""")]
    [InlineData("""{"v":1}""")]
    public void Two_messages_that_are_open_under_one_id_are_both_taken_and_both_acknowledged(string second)
    {
        ushort[] acks = [];
        using var broker = BrokerScripts.Staying(peer =>
        {
            peer.Accept311();
            peer.Grant();
            peer.Publish("s/a", """{"v":1}""", 1);
            peer.Publish("s/a", second, 1);
            peer.Publish("s/a", """{"v":3}""", 2);
            acks = peer.Acks(3);
        });
        using var rig = new MqttSourceRig(broker.Port);
        rig.StopAfter(broker);
        Assert.Equal([1, 1, 2], acks);
        Assert.Equal(3, rig.Records);
        Assert.Equal(0, rig.Status().GetProperty("repeats_skipped").GetInt64());
    }

    [Fact]
    public void A_source_whose_broker_cannot_be_reached_shows_its_next_try()
    {
        var free = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        free.Start();
        var port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        using var rig = new MqttSourceRig(port);
        Until(() => rig.Status().TryGetProperty("next_try_s", out var wait) && wait.GetDouble() <= 60, "the next try in the status");
        rig.Stop();
    }

    /// <summary>Packets of a type among those that have arrived.</summary>
    static int CountOf(FakePeer peer, byte type)
    {
        var n = 0;
        while (peer.Socket.Available > 0)
            if (peer.ReadPacket()[0] == type) n++;
        return n;
    }
}
