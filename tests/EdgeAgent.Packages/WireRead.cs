using System.Globalization;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using MQTTnet;
using MQTTnet.Protocol;

namespace EdgeAgent.Packages;

/// <summary>A client that only reads, ours or MQTTnet's, in a process of its own; says what that cost.</summary>
/// <remarks><c>wire-read ours|mqttnet PORT QOS fast|slow</c>. Slow sleeps a millisecond a message, as a handler does that waits for a disk.
/// Standard input brings the number of messages to read until, or ends.</remarks>
sealed class WireRead
{
    // Left out of the count: compiling and first touches.
    const int Warm = 20_000;

    readonly ManualResetEventSlim _over = new();
    readonly bool _isSlow;
    long _wanted = long.MaxValue, _read, _warmAllocated;
    TimeSpan _warmTime;

    WireRead(bool isSlow) => _isSlow = isSlow;

    public static int Run(string[] args)
    {
        var reader = new WireRead(args[3] == "slow");
        new Thread(reader.ReadTarget) { IsBackground = true }.Start();
        var (port, qos) = (int.Parse(args[1], CultureInfo.InvariantCulture), int.Parse(args[2], CultureInfo.InvariantCulture));
        if (args[0] == "ours") reader.Ours(port, qos);
        else reader.Theirs(port, qos);
        return 0;
    }

    void ReadTarget()
    {
        Volatile.Write(ref _wanted, Console.ReadLine() is { Length: > 0 } line ? long.Parse(line, CultureInfo.InvariantCulture) : 0);
        if (Volatile.Read(ref _read) >= _wanted) _over.Set();
    }

    void Count()
    {
        if (_isSlow) Thread.Sleep(1);
        var n = Interlocked.Increment(ref _read);
        if (n == Warm) (_warmTime, _warmAllocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
        if (n >= Volatile.Read(ref _wanted)) _over.Set();
    }

    void Report()
    {
        var counted = Math.Max(1, _read - Warm);
        var peak = long.Parse(File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))[6..^2]
            .Trim(), CultureInfo.InvariantCulture) * 1024;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{_read} {(Environment.CpuUsage.TotalTime - _warmTime).TotalMicroseconds / counted:F3} "
                + $"{(GC.GetTotalAllocatedBytes() - _warmAllocated) / (double)counted:F1} {peak / 1e6:F1}"));
    }

    void Ours(int port, int qos)
    {
        using var connection = MqttConnection.Connect(
            new EdgeAgent.Mqtt.Client.MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = "reader" }, CancellationToken.None);
        connection.Subscribe(1, new MqttSubscription("#", qos));
        var ids = new ushort[8192];
        while (!_over.IsSet && connection.Fill(50) != FillResult.Closed)
        {
            var acknowledged = 0;
            while (!_over.IsSet && connection.TryNext(out var packet))
            {
                if (packet.Kind != PacketType.Publish) continue;
                if (packet.Qos > 0) ids[acknowledged++] = packet.PacketId;
                Count();
                if (acknowledged < ids.Length) continue;
                connection.PubAck(ids);
                acknowledged = 0;
            }

            if (acknowledged > 0) connection.PubAck(ids.AsSpan(0, acknowledged));
        }

        Report();
        connection.Disconnect();
    }

    void Theirs(int port, int qos)
    {
        using var client = new MqttClientFactory().CreateMqttClient();
        client.ApplicationMessageReceivedAsync += _ =>
        {
            Count();
            return Task.CompletedTask;
        };
        client.ConnectAsync(new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", port).WithProtocolVersion(
            MQTTnet.Formatter.MqttProtocolVersion.V500).WithClientId("reader").Build()).GetAwaiter().GetResult();
        client.SubscribeAsync("#", (MqttQualityOfServiceLevel)qos).GetAwaiter().GetResult();
        _over.Wait();
        Report();
        Environment.Exit(0);
    }
}
