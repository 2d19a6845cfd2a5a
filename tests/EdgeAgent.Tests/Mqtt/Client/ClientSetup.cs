using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using Xunit;

namespace EdgeAgent.Tests.Mqtt.Client;

/// <summary>What the client tests have in common.</summary>
static class ClientSetup
{
    public static MqttClientOptions Options(FakeBroker broker, MqttVersion version = MqttVersion.V500) =>
        new()
        {
            Host = "127.0.0.1", Port = broker.Port, ClientId = "gw", Version = version, TopicAliasMaximum = 64,
            ConnectTimeout = TimeSpan.FromSeconds(30)
        };

    public static MqttConnection Connect(MqttClientOptions options) =>
        MqttConnection.Connect(options, TestContext.Current.CancellationToken);

    /// <summary>Reads packets until the connection ends or <paramref name="count"/> came; each as words.</summary>
    public static List<string> Read(MqttConnection connection, int count = int.MaxValue)
    {
        var read = new List<string>();
        while (true)
        {
            while (read.Count < count && connection.TryNext(out var p))
                read.Add(p.Kind == PacketType.Publish
                    ? $"{Hex.Text(p.Topic)}={Hex.Text(p.Payload)} q{p.Qos} id{p.PacketId}"
                    : $"{p.Kind} id{p.PacketId} code{p.ReasonCode:X2} {Hex.Of(p.Payload)}");
            if (read.Count >= count || connection.Fill(10_000) != FillResult.Data) return read;
        }
    }
}

/// <summary>A clock that moves by <paramref name="stepMs"/> each time it is read.</summary>
sealed class SteppingClock(long stepMs) : TimeProvider
{
    long _nowMs;

    public override long TimestampFrequency => 1000;

    public void Advance(long ms) => Interlocked.Add(ref _nowMs, ms);

    public override long GetTimestamp() => Interlocked.Add(ref _nowMs, stepMs);
}
