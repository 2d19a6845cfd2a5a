using EdgeAgent.Brokers;
using EdgeAgent.Core.Records;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>The connection of an MQTT output: its own thread connects, reads acknowledgements and connects again.</summary>
/// <remarks>
/// Publishing never waits: it is refused without a connection and with the broker's window full. A message whose connection ended
/// before its PUBACK is reported lost; no session is kept, so nothing is sent twice by the protocol itself. Any thread may publish.
/// </remarks>
sealed class MqttLink(MqttOutputSettings settings, string agentId, OutputHealth health, Func<TimeSpan>? retryAfter = null,
    Backoff? backoff = null) : IDisposable
{
    const int MostInFlight = 1000;
    const int FillTimeoutMs = 200;
    readonly Dictionary<ushort, Action<byte?>> _waiting = [];
    readonly MqttClientOptions _options = settings.Options(agentId) with { Bytes = health.Bytes };
    readonly MqttRecord _record = new(agentId);
    readonly CancellationTokenSource _stop = new();
    readonly object _sync = new();
    MqttConnection? _connection;
    Thread? _thread;
    ushort _lastId;

    /// <summary>Starts the thread; once.</summary>
    public void Start()
    {
        lock (_sync)
        {
            if (_thread is not null || _stop.IsCancellationRequested) return;
            _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "mqtt-output " + settings.Name };
            _thread.Start();
        }
    }

    /// <summary>Publishes the record <paramref name="reader"/> stands on.</summary>
    /// <param name="reader">The record.</param>
    /// <param name="answered">At QoS 1 called once from another thread with the PUBACK's code,
    /// or with null when the connection ended first.</param>
    /// <returns>What the connection said; null when there is no connection or no room in the broker's window now.</returns>
    public SendResult? TryPublish(scoped in RecordReader reader, Action<byte?> answered)
    {
        lock (_sync)
        {
            if (_connection is not { } connection || _waiting.Count >= Math.Min(MostInFlight, connection.Limits.ReceiveMaximum))
                return null;
            var qos = Math.Min(settings.Qos, connection.Limits.MaximumQos);
            ushort id = 0;
            if (qos == 1)
            {
                do id = _lastId = (ushort)(_lastId == ushort.MaxValue ? 1 : _lastId + 1);
                while (_waiting.ContainsKey(id));
                _waiting[id] = answered;
            }

            var result = connection.Publish(new PublishPacket
            {
                Topic = reader.Topic,
                Payload = reader.Payload,
                Qos = qos,
                Retain = settings.Retain,
                PacketId = id,
                Properties = _options.Version == MqttVersion.V500 ? _record.Properties(reader) : default,
            });
            if (result != SendResult.Accepted) _waiting.Remove(id);
            else if (qos == 0) answered(0);
            return result == SendResult.Closed ? null : result;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        lock (_sync) _connection?.Disconnect();
        _thread?.Join();
    }

    void Run()
    {
        var loop = new BrokerLoop(backoff ?? new Backoff(), retryAfter, health.TriesIn, health.Link, _stop.Token);
        loop.Run(Serve, error => health.OnUnconnected($"{error.Message} Records are kept and sent later."));
    }

    ConnectionEnd? Serve()
    {
        using var connection = MqttConnection.Connect(_options, _stop.Token);
        lock (_sync)
        {
            // A stop that came while connecting found no connection to end.
            if (_stop.IsCancellationRequested) return null;
            _connection = connection;
        }

        var connectedAt = health.Clock.Monotonic;
        health.OnWell();
        while (connection.Fill(FillTimeoutMs) is var filled && filled != FillResult.Closed)
        {
            health.Link.At(Step.Reading);
            while (filled == FillResult.Data && connection.TryNext(out var packet))
                if (packet.Kind == PacketType.PubAck) Answer(packet.PacketId, packet.ReasonCode);
        }

        Action<byte?>[] lost;
        lock (_sync)
        {
            _connection = null;
            lost = [.. _waiting.Values];
            _waiting.Clear();
        }

        foreach (var answered in lost) answered(null);
        if (!_stop.IsCancellationRequested)
            health.OnFailed($"{connection.CloseReason?.Message ?? "The connection ended."} Records are kept and sent later.");
        return new ConnectionEnd(health.Clock.Monotonic - connectedAt);
    }

    void Answer(ushort packetId, byte code)
    {
        Action<byte?>? answered;
        lock (_sync) _waiting.Remove(packetId, out answered);
        answered?.Invoke(code);
    }
}
