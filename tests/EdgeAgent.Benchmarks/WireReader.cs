using System.Diagnostics;
using System.Globalization;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Benchmarks;

/// <summary>The ceiling of the wire: a client that only reads and frames what <see cref="WireSender"/> streams.</summary>
static class WireReader
{
    /// <summary><c>wire-read PORT SECONDS [framed]</c>.</summary>
    public static void Run(string[] args)
    {
        using var connection = MqttConnection.Connect(
            new MqttClientOptions
            {
                Host = "127.0.0.1", Port = int.Parse(args[0]), ClientId = "reader",
                WebSocketTarget = args is [_, _, "framed"] ? "/mqtt" : null,
            }, CancellationToken.None);
        connection.Subscribe(1, new MqttSubscription("#", 0));
        var seconds = int.Parse(args[1]);
        long messages = 0, bytes = 0;
        Stopwatch? clock = null;
        while (clock is null || clock.Elapsed.TotalSeconds < seconds)
        {
            if (connection.Fill(1000) == FillResult.Closed) break;
            while (connection.TryNext(out var packet))
            {
                if (packet.Kind != PacketType.Publish) continue;
                messages++;
                bytes += packet.Payload.Length;
            }

            if (messages > 0) clock ??= Stopwatch.StartNew();
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"read and framed {messages} in {clock!.Elapsed.TotalSeconds:F3} s, "
            + $"{messages / clock.Elapsed.TotalSeconds:F0} messages/s, {bytes} payload bytes"));
    }
}
