using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Simulator;

/// <summary>Publishes a <see cref="Plant"/> at QoS 1 and a steady rate, and tells in the end what was sent.</summary>
sealed class Publish
{
    readonly MqttConnection _connection;
    readonly HashSet<ushort> _waiting = [];
    readonly long[] _byFate = new long[Enum.GetValues<Fate>().Length];
    double _keptSum;
    ushort _lastId;

    Publish(int port) =>
        _connection = MqttConnection.Connect(new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "demo-sensors" },
            CancellationToken.None);

    /// <summary><c>publish PORT RATE SECONDS</c>: until the time is over or SIGTERM comes; then one JSON line of counts.</summary>
    /// <param name="port">Port of the broker on this machine.</param>
    /// <param name="rate">Messages a second, all sensors together.</param>
    /// <param name="seconds">How long; 0 for until SIGTERM.</param>
    public static void Run(int port, int rate, int seconds)
    {
        using var stop = new ManualResetEventSlim();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Set();
        });
        var publish = new Publish(port);
        var plant = new Plant();
        var clock = Stopwatch.StartNew();
        long sent = 0;
        while (!stop.IsSet && (seconds == 0 || clock.Elapsed.TotalSeconds < seconds))
        {
            for (; sent < clock.Elapsed.TotalSeconds * rate; sent++)
                publish.Send(plant.Next(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()));
            publish.Read(10);
        }

        while (publish._waiting.Count > 0) publish.Read(1000);
        publish._connection.Disconnect();
        publish._connection.Dispose();
        publish.Tell();
    }

    void Send(in Message message)
    {
        while (_waiting.Count >= 500) Read(1000);
        do _lastId = (ushort)(_lastId == ushort.MaxValue ? 1 : _lastId + 1);
        while (!_waiting.Add(_lastId));
        var result = _connection.Publish(
            new PublishPacket { Topic = Encoding.UTF8.GetBytes(message.Topic), Payload = message.Payload, Qos = 1, PacketId = _lastId });
        if (result != SendResult.Accepted)
            throw new InvalidOperationException($"publishing failed: {result}. {_connection.CloseReason?.Message}");
        _byFate[(int)message.Fate]++;
        if (message.Fate == Fate.Kept) _keptSum += message.Value;
    }

    void Read(int timeoutMs)
    {
        if (_connection.Fill(timeoutMs) == FillResult.Closed)
            throw new InvalidOperationException($"the broker closed the connection. {_connection.CloseReason?.Message}");
        while (_connection.TryNext(out var packet))
            if (packet.Kind == PacketType.PubAck) _waiting.Remove(packet.PacketId);
    }

    void Tell() => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{{\"messages\":{_byFate.Sum()},\"kept\":{_byFate[0]},\"not_kept\":{_byFate[1]},\"out_of_range\":{_byFate[2]},"
            + $"\"undecodable\":{_byFate[3]},\"empty\":{_byFate[4]},\"kept_sum\":{_keptSum:R}}}"));
}
