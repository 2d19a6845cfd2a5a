using System.Text;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Formats.Json;
using EdgeAgent.Sources.Mqtt;
using EdgeAgent.Tests.Mqtt.Client;
using EdgeAgent.Tests.Storage;
using Xunit;
using static EdgeAgent.Tests.Sources.Mqtt.MqttSourceRig;

namespace EdgeAgent.Tests.Sources.Mqtt;

/// <summary>Subscriptions over the life of a session: what an earlier configuration left, what is wanted later.</summary>
public sealed class SubscriptionLifeTests
{
    [Fact]
    public void Retained_messages_wanted_later_are_asked_for_once()
    {
        var filters = new SessionFilters([Subscription(retained: false)]);
        filters.Begin();
        Assert.Equal(1, Assert.Single(filters.ToSubscribe()).RetainHandling);
        filters.Granted("s/+");
        filters.Want([Subscription(retained: true)]);
        Assert.Equal(0, Assert.Single(filters.ToSubscribe(all: false)).RetainHandling);
        filters.Granted("s/+");
        Assert.Equal(1, Assert.Single(filters.ToSubscribe()).RetainHandling);
        Assert.Empty(filters.ToSubscribe(all: false));
    }

    [Fact]
    public void Copies_by_filters_that_nobody_knows_are_passed_over_once_the_backlog_is_read()
    {
        var store = new FaultyStore();
        byte mark = 0;
        using (var broker = BrokerScripts.Staying(peer =>
        {
            peer.Accept("20 03 01 00 00"); // a session that the store knows nothing of
            var packet = peer.ReadUntil(0x80);
            Assert.Equal((2, 0x0B), (packet[4], packet[5]));
            mark = packet[6];
            // What waited came by the old filter alone.
            peer.Publish("s/a", """{"v":1}""", 1, v5: true);
            peer.Send([0x90, 4, packet[2], packet[3], 0, 1]);
            Assert.Equal([1], peer.Acks(1));
            Settle(peer);
            peer.Publish("s/a", """{"v":2}""", 2, v5: true);
            Marked(peer, "s/a", """{"v":2}""", 3, mark);
            Marked(peer, "s/a", """{"v":3}""", 4, mark);
            Assert.Equal([2, 3, 4], peer.Acks(3));
        }))
        {
            using var rig = new MqttSourceRig(broker.Port, store, version: 5);
            rig.StopAfter(broker);
            Assert.Equal(3, rig.Records);
            Assert.Equal(1, rig.Status().GetProperty("repeats_skipped").GetInt64());
            Assert.Contains(rig.Log.All, l => l.Contains("knows nothing of"));
        }

        Assert.InRange(mark, 1, 127);
    }

    [Fact]
    public void A_broker_without_identifiers_is_named()
    {
        using var broker = BrokerScripts.Staying(peer =>
        {
            peer.Accept("20 05 01 00 02 29 00");
            var packet = peer.ReadUntil(0x80);
            Assert.Equal(0, packet[4]);
            peer.Send([0x90, 4, packet[2], packet[3], 0, 1]);
            peer.Publish("s/a", """{"v":1}""", 1, v5: true);
            Assert.Equal([1], peer.Acks(1));
        });
        using var rig = new MqttSourceRig(broker.Port, version: 5);
        rig.StopAfter(broker);
        Assert.Equal(1, rig.Records);
        Assert.Contains(rig.Log.All, l => l.Contains("Use another `client_id`"));
    }

    [Fact]
    public void A_device_that_has_to_be_asked_is_asked_at_once()
    {
        byte[] asked = [];
        using var broker = BrokerScripts.Staying(peer =>
        {
            peer.Accept311();
            peer.Grant();
            asked = peer.ReadUntil(0x30);
        });
        using var rig = new MqttSourceRig(broker.Port, publish: [new("R/a/keepalive", "x", TimeSpan.FromSeconds(30))]);
        rig.StopAfter(broker);
        Assert.Equal("30 10 00 0D 52 2F 61 2F 6B 65 65 70 61 6C 69 76 65 78", BitConverter.ToString(asked).Replace('-', ' '));
    }

    static SubscriptionSettings Subscription(bool retained) => new()
    {
        Topic = "s/{device}", Retained = retained, Decode = new JsonFormatSettings { Fields = [new() { Path = "$.v" }] },
    };

    /// <summary>Answers pings until the client has told that the backlog is gone: it asks twice, for its acknowledgements and for that.
    /// </summary>
    static void Settle(FakePeer peer)
    {
        for (var pings = 0; pings < 2;)
        {
            var packet = peer.ReadPacket();
            if (packet[0] != 0xC0) continue;
            peer.Send("D0 00");
            pings++;
        }
    }

    static void Marked(FakePeer peer, string topic, string payload, ushort id, byte mark)
    {
        byte[] t = Encoding.UTF8.GetBytes(topic), p = Encoding.UTF8.GetBytes(payload);
        peer.Send([0x32, (byte)(7 + t.Length + p.Length), 0, (byte)t.Length, .. t, (byte)(id >> 8), (byte)id, 2, 0x0B, mark, .. p]);
    }
}
