using System.Globalization;
using System.Text;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Benchmarks;

/// <summary>The floor of <see cref="LatencyProbe"/>: in the gateway's place, answers the readings that should open or close an alert,
/// and does nothing else.</summary>
/// <remarks>What remains is the broker, twice, and the machine's scheduling.
/// Also prints how long the first way through the broker took.</remarks>
static class LatencyRelay
{
    const int Series = 1000, Window = 32;

    /// <summary><c>latency-relay PORT QOS</c>; ends with standard input.</summary>
    public static void Run(string[] args)
    {
        var (port, qos) = (int.Parse(args[0]), int.Parse(args[1]));
        using var connection = MqttConnection.Connect(
            new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "latency-relay", ReceiveMaximum = 20_000 },
            CancellationToken.None);
        connection.Subscribe(1, new MqttSubscription("sensors/#", qos));
        var reader = new Thread(() => Relay(connection, qos));
        reader.Start();
        Console.WriteLine("subscribed to");
        Console.ReadLine();
        connection.Disconnect();
        reader.Join();
    }

    static void Relay(MqttConnection connection, int qos)
    {
        var left = new int[Series];
        var payload = new byte[256];
        var hop = new List<long>();
        ushort id = 0;
        while (connection.Fill(1000) is var filled && filled != FillResult.Closed)
        {
            while (filled == FillResult.Data && connection.TryNext(out var packet))
            {
                if (packet.Kind != PacketType.Publish) continue;
                if (qos > 0) connection.PubAck([packet.PacketId]);
                var nowNs = (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;
                var number = packet.Payload[(packet.Payload.LastIndexOf((byte)':') + 1)..^1];
                var value = double.Parse(number, CultureInfo.InvariantCulture);
                var series = int.Parse(packet.Topic.Slice("sensors/d".Length, 3), CultureInfo.InvariantCulture);
                var opens = value > 10;
                if (!opens && (left[series] == 0 || --left[series] > 0)) continue;
                if (opens) left[series] = Window;
                var timeNs = long.Parse(packet.Payload["{\"ts\":".Length..packet.Payload.IndexOf((byte)',')], CultureInfo.InvariantCulture);
                hop.Add(nowNs - timeNs);
                var at = DateTime.UnixEpoch.AddTicks(timeNs / 100);
                System.Text.Unicode.Utf8.TryWrite(payload, CultureInfo.InvariantCulture,
                    $"{{\"alert\":\"{(opens ? "opened" : "closed")}\","
                        + $"\"{(opens ? "start" : "end")}\":\"{at:yyyy-MM-ddTHH:mm:ss.fffffff}00Z\"}}", out var length);
                connection.Publish(new PublishPacket
                {
                    Topic = Encoding.UTF8.GetBytes($"alerts/d{series:D3}"),
                    Payload = payload.AsSpan(0, length),
                    Qos = 1,
                    PacketId = ++id == 0 ? ++id : id,
                });
            }
        }

        Latencies.Print("one way", hop);
    }
}
