using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Benchmarks;

/// <summary>Sensor and panel in one: publishes readings at a fixed rate, receives the alerts made of them,
/// and says how long each took.</summary>
/// <remarks>
/// A reading's event time is the wall clock [ns] just before its write, and an alert names the event time of the reading that opened or
/// closed it; both ends are read from one clock, so the difference is the whole way sensor → broker → gateway → broker → panel. Each of
/// 1,000 series follows a sine that the dense autoencoder was trained on and jumps once in <see cref="Period"/> readings: that reading
/// opens an alert, and the one with which the jump leaves the model's window of 32 closes it.
/// The first <see cref="Quiet"/> readings of a series fill its window.
/// </remarks>
sealed class LatencyProbe
{
    const int Series = 1000, Window = 32, Period = 48, Quiet = 40;
    const double Jump = 25;
    const int AcknowledgeEvery = 16, MostUnacknowledged = 10_000;
    const int SetTimerSlack = 29; // prctl(2)
    const uint PauseUs = 20;
    readonly MqttConnection _sensor, _panel;
    readonly int _qos;
    readonly byte[][] _topics = new byte[Series][];
    readonly Dictionary<(string Topic, long TimeNs, bool IsOpened), int> _seen = [];
    readonly List<long> _opened = [], _closed = [];
    volatile bool _stop;
    int _unacknowledged;

    LatencyProbe(int port, int qos)
    {
        _qos = qos;
        for (var i = 0; i < Series; i++) _topics[i] = Encoding.UTF8.GetBytes($"sensors/d{i:D3}/vibration");
        _panel = Connect(port, "latency-panel");
        _panel.Subscribe(1, new MqttSubscription("alerts/#", 0));
        _sensor = Connect(port, "latency-sensor");
    }

    /// <summary><c>latency PORT QOS RATE SECONDS</c>: prints <c>ready</c>, waits for a line, sends, and prints what came of it.</summary>
    public static void Run(string[] args)
    {
        var (port, qos, rate, seconds) = (int.Parse(args[0]), int.Parse(args[1]), int.Parse(args[2]), int.Parse(args[3]));
        var probe = new LatencyProbe(port, qos);
        var panel = new Thread(probe.Listen);
        panel.Start();
        Console.WriteLine("ready");
        Console.ReadLine();
        var (sent, opened, closed, elapsed) = probe.Send(rate, rate * seconds);
        // Alerts at QoS 1 follow within the broker's patience; past it they are lost.
        for (var wait = 0; wait < 100 && probe.Count < opened + closed; wait++) Thread.Sleep(20);
        probe._stop = true;
        panel.Join();
        probe._sensor.Disconnect();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"sent {sent} readings in {elapsed.TotalSeconds:F2} s, {sent / elapsed.TotalSeconds:F0} readings/s"));
        Latencies.Print("opened", probe._opened);
        Latencies.Print("closed", probe._closed);
        Latencies.Print("alerts", [.. probe._opened, .. probe._closed]);
        var (seen, twice) = (probe._seen.Count, probe._seen.Values.Sum() - probe._seen.Count);
        Console.WriteLine($"expected {opened + closed}, received {seen}, lost {opened + closed - seen}, twice {twice}");
    }

    int Count
    {
        get
        {
            lock (_seen) return _seen.Count;
        }
    }

    (int Sent, int Opened, int Closed, TimeSpan Elapsed) Send(int rate, int count)
    {
        Span<byte> payload = stackalloc byte[64];
        var (opened, closed) = (0, 0);
        var step = TimeSpan.TicksPerSecond / rate;
        Control(SetTimerSlack, 1, 0, 0, 0);
        var start = DateTime.UtcNow;
        for (var i = 0; i < count; i++)
        {
            // What is due after a sleep that was too long goes at once.
            while (i * step - (DateTime.UtcNow.Ticks - start.Ticks) is > 0 and var early)
                Sleep((uint)Math.Max(early / TimeSpan.TicksPerMicrosecond, 1));
            var (series, n) = (i % Series, i / Series);
            var phase = (n + series) % Period;
            var value = Math.Sin((n + series) * 2 * Math.PI / 16);
            if (n >= Quiet && phase == 0)
            {
                value += Jump;
                opened++;
            }
            else if (n >= Quiet + Window && phase == Window)
            {
                closed++;
            }

            // A thread of its own for acknowledgements would be woken for each, on the core that the broker needs.
            if (i % AcknowledgeEvery == 0) TakeAcknowledged();
            while (_qos > 0 && _unacknowledged >= MostUnacknowledged)
            {
                Sleep(PauseUs);
                TakeAcknowledged();
            }

            var timeNs = (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;
            payload.TryWrite(timeNs, value, out var length);
            if (_qos > 0) _unacknowledged++;
            var result = _sensor.Publish(new PublishPacket
            {
                Topic = _topics[series],
                Payload = payload[..length],
                Qos = _qos,
                PacketId = _qos == 0 ? (ushort)0 : (ushort)((i % 65_535) + 1),
            });
            if (result != SendResult.Accepted) throw new InvalidOperationException($"the broker does not take readings: {result}");
        }

        return (count, opened, closed, DateTime.UtcNow - start);
    }

    void TakeAcknowledged()
    {
        while (_sensor.Fill(0) is var filled && filled == FillResult.Data)
            while (_sensor.TryNext(out var packet))
                if (packet.Kind == PacketType.PubAck) _unacknowledged--;
    }

    void Listen()
    {
        while (!_stop && _panel.Fill(20) is var filled)
        {
            if (filled == FillResult.Closed) throw new InvalidOperationException("the broker closed the panel's connection");
            while (filled == FillResult.Data && _panel.TryNext(out var packet))
                if (packet.Kind == PacketType.Publish) Take(packet);
        }
    }

    void Take(in MqttIncoming packet)
    {
        var nowNs = (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;
        var isOpened = packet.Payload.IndexOf("\"opened\""u8) >= 0;
        var timeNs = AlertTime.Read(packet.Payload, isOpened ? "\"start\":\""u8 : "\"end\":\""u8);
        var key = (Encoding.UTF8.GetString(packet.Topic), timeNs, isOpened);
        lock (_seen)
        {
            _seen[key] = _seen.GetValueOrDefault(key) + 1;
            if (_seen[key] == 1) (isOpened ? _opened : _closed).Add(nowNs - timeNs);
        }
    }

    // Sleeping, not turning or yielding: broker and panel have this core as well, and a thread that is always ready keeps them waiting for
    // its slice of 3 ms. Thread.Sleep knows only milliseconds.
    [DllImport("libc", EntryPoint = "usleep")]
    static extern int Sleep(uint microseconds);

    [DllImport("libc", EntryPoint = "prctl")]
    static extern int Control(int option, nuint a, nuint b, nuint c, nuint d);

    static MqttConnection Connect(int port, string id) =>
        MqttConnection.Connect(new MqttClientOptions { Host = "127.0.0.1", Port = port, ClientId = id, ReceiveMaximum = 65_535 },
            CancellationToken.None);
}
