using System.Text;
using EdgeAgent.Core.Readings;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Publishes what devices need to hear: at once on a connection, and then at each interval, as QoS 0.</summary>
/// <remarks>One that comes late is not made up for. On the source's thread.</remarks>
sealed class RepeatedPublishes(IReadOnlyList<RepeatedPublish> wanted)
{
    readonly (byte[] Topic, byte[] Payload, TimeSpan Every)[] _wanted =
        [.. wanted.Select(w => (Encoding.UTF8.GetBytes(w.Topic), Encoding.UTF8.GetBytes(w.Payload), w.Every))];
    readonly MonotonicTime?[] _last = new MonotonicTime?[wanted.Count];

    /// <summary>A new connection: all are due.</summary>
    public void Begin() => Array.Clear(_last);

    /// <summary>Publishes what is due.</summary>
    public void GoOn(MqttConnection connection, MonotonicTime now)
    {
        for (var i = 0; i < _wanted.Length; i++)
        {
            if (_last[i] is { } last && now - last < _wanted[i].Every) continue;
            _last[i] = now;
            connection.Publish(new PublishPacket { Topic = _wanted[i].Topic, Payload = _wanted[i].Payload });
        }
    }
}
