using System.Collections.Concurrent;
using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Mqtt;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Mqtt.Client;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Mqtt;

/// <summary>Records and early alerts at a scripted broker.</summary>
public sealed class MqttOutputTests
{
    static readonly Lane s_alerts = new("panel", 1);

    static MqttOutput Output(int port, OutputHealth health, bool immediate = true) => new(
        new MqttOutputSettings
        {
            Name = "panel",
            Broker = new BrokerSettings { Host = "127.0.0.1", Port = port, ClientId = "c" },
            Immediate = immediate,
        },
        "gw", health, () => TimeSpan.FromMilliseconds(1));

    static LaneBuffer Alert(int number, LaneBuffer? to = null)
    {
        var buffer = to ?? new LaneBuffer();
        buffer.Append(RecordKind.Alert, 1_000_000_000L * number, "alerts/m1", null, $"p/f/{number}",
            Encoding.UTF8.GetBytes($"{{\"n\":{number}}}"));
        return buffer;
    }

    static Segment Segment(LaneBuffer buffer) => new(s_alerts, 1, buffer.Count, 0, buffer.Bytes.ToArray());

    static void SendNow(MqttOutput output, LaneBuffer buffer)
    {
        var reader = new RecordReader(buffer.Bytes);
        while (reader.Read()) output.SendNow(reader);
    }

    // Answers every PUBLISH and notes (topic, payload, properties).
    static void Serve(FakePeer peer, BlockingCollection<(string Topic, string Payload, string Properties)> got,
        Func<int, bool>? answer = null)
    {
        peer.Accept();
        for (var n = 0; ; n++)
        {
            byte[] bytes;
            try
            {
                bytes = peer.ReadPacket();
            }
            catch (Exception e) when (e is EndOfStreamException or IOException)
            {
                return;
            }

            if (bytes[0] >> 4 != 3) continue;
            Assert.Equal(DecodeStatus.Ok, PublishPacket.TryRead(bytes, MqttVersion.V500, 1 << 20, out var packet));
            Assert.Equal((1, false, false), (packet.Qos, packet.Dup, packet.Retain));
            got.Add((Encoding.UTF8.GetString(packet.Topic), Encoding.UTF8.GetString(packet.Payload),
                Encoding.UTF8.GetString(packet.Properties)));
            if (answer?.Invoke(n) == false) return;
            peer.Send([0x40, 2, (byte)(packet.PacketId >> 8), (byte)packet.PacketId]);
        }
    }

    [Fact]
    public void An_alert_leaves_at_once_and_its_lane_does_not_send_it_again()
    {
        using var got = new BlockingCollection<(string, string, string)>();
        using var broker = new FakeBroker(peer => Serve(peer, got));
        var health = new OutputHealth(new SystemClock());
        using var output = Output(broker.Port, health);
        output.Open();
        SpinWait.SpinUntil(() => health.Connected == true);
        var buffer = Alert(1);
        SendNow(output, buffer);
        var (topic, payload, properties) = got.Take();
        Assert.Equal(("alerts/m1", "{\"n\":1}"), (topic, payload));
        foreach (var text in (string[])["application/json", "specversion\0\u00031.0", "id\0\u0005p/f/1", "source\0\u0002gw",
                "type\0\u000fedgeagent.alert", "1970-01-01T00:00:01Z"])
            Assert.Contains(text, properties);

        Alert(2, buffer);
        var report = output.Send([Segment(buffer)], CancellationToken.None);
        Assert.Equal((1, 0, null), (report.Delivered, report.Rejected.Count, report.Failure));
        Assert.Equal("{\"n\":2}", got.Take().Item2);
        Assert.Empty(got);
    }

    [Fact]
    public void Without_a_broker_nothing_waits_and_the_lane_keeps_the_alert()
    {
        var health = new OutputHealth(new SystemClock());
        using var output = Output(1, health);
        output.Open();
        SpinWait.SpinUntil(() => health.Connected == false);
        var buffer = Alert(1);
        for (var i = 0; i < 10_000; i++) SendNow(output, buffer);
        var report = output.Send([Segment(buffer)], CancellationToken.None);
        Assert.Equal(0, report.Delivered);
        Assert.Contains("no connection", report.Failure);
    }

    [Fact]
    public void An_alert_whose_connection_ends_unanswered_comes_again_by_its_lane()
    {
        using var got = new BlockingCollection<(string, string, string)>();
        var health = new OutputHealth(new SystemClock());
        var buffer = Alert(1);
        var first = new FakeBroker(peer => Serve(peer, got, _ => false));
        using var output = Output(first.Port, health);
        output.Open();
        SpinWait.SpinUntil(() => health.Connected == true);
        SendNow(output, buffer);
        Assert.Equal("{\"n\":1}", got.Take().Item2);
        first.Dispose();
        Assert.NotNull(output.Send([Segment(buffer)], CancellationToken.None).Failure);
    }

    [Fact]
    public void Without_immediate_the_lane_is_the_only_way()
    {
        using var got = new BlockingCollection<(string, string, string)>();
        using var broker = new FakeBroker(peer => Serve(peer, got));
        var health = new OutputHealth(new SystemClock());
        using var output = Output(broker.Port, health, immediate: false);
        output.Open();
        SpinWait.SpinUntil(() => health.Connected == true);
        var buffer = Alert(1);
        Alert(2, buffer);
        Alert(3, buffer);
        Assert.Equal(1, output.Send([Segment(buffer)], CancellationToken.None).Delivered);
        Assert.Equal(["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"], got.ToArray().Select(g => g.Item2));
    }
}
