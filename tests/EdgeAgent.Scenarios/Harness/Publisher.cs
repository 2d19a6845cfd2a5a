using System.Text;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A sensor side that publishes at full speed and knows what the broker has taken.</summary>
sealed class Publisher : IDisposable
{
    const int MostInFlight = 100;
    readonly MqttConnection _connection;
    readonly HashSet<ushort> _waiting = [];
    readonly int _inFlight;
    ushort _lastId;

    /// <summary>Connects to a broker on the loopback.</summary>
    /// <remarks>
    /// Keeps to the broker's Receive Maximum [MQTT-3.3.4-7]: mosquitto 2.0.11 announces 20, and of QoS 2 messages beyond it forwards only a
    /// part, although it completes the handshake of all.
    /// </remarks>
    public Publisher(int port, string? clientId = null)
    {
        _connection = MqttConnection.Connect(new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = clientId
            ?? "publisher-" + Guid.NewGuid().ToString("n")[..8] }, CancellationToken.None);
        _inFlight = Math.Min(MostInFlight, _connection.Limits.ReceiveMaximum);
    }

    /// <summary>Publishes one message; waits when too many are in flight.</summary>
    public void Publish(string topic, string payload, int qos = 1, bool retain = false) =>
        Publish(topic, Encoding.UTF8.GetBytes(payload), qos, retain);

    /// <summary>Publishes one message; waits when too many are in flight.</summary>
    public void Publish(string topic, byte[] payload, int qos = 1, bool retain = false)
    {
        while (_waiting.Count >= _inFlight) Read();
        ushort id = 0;
        if (qos > 0)
        {
            do _lastId = (ushort)(_lastId == ushort.MaxValue ? 1 : _lastId + 1);
            while (!_waiting.Add(_lastId));
            id = _lastId;
        }

        var result = _connection.Publish(new PublishPacket { Topic = Encoding.UTF8.GetBytes(topic), Payload = payload, Qos = (byte)qos,
            Retain = retain, PacketId = id });
        if (result != SendResult.Accepted) throw new InvalidOperationException($"publish: {result} {_connection.CloseReason}");
    }

    /// <summary>Waits until the broker has taken everything.</summary>
    public void Flush()
    {
        while (_waiting.Count > 0) Read();
        var ping = _connection.Ping();
        while (_connection.PingsAnswered < ping) Read();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connection.Disconnect();
        _connection.Dispose();
    }

    void Read()
    {
        if (_connection.Fill(1000) == FillResult.Closed)
            throw new InvalidOperationException($"the broker closed: {_connection.CloseReason}");
        while (_connection.TryNext(out var packet))
        {
            if (packet.Kind == PacketType.PubRec) _connection.PubRel([packet.PacketId]);
            if (packet.Kind is PacketType.PubAck or PacketType.PubComp) _waiting.Remove(packet.PacketId);
        }
    }
}
