using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace EdgeAgent.Benchmarks;

/// <summary>A broker for one client that streams the packets of a <see cref="WireWorkload"/> (MQTT
/// 5.0) as fast as they are taken.</summary>
/// <remarks>QoS 1 keeps a fixed number unacknowledged. Only the leading digits of the time and the packet id
/// are written while the clock runs.</remarks>
sealed class WireSender
{
    const int Chunk = 256 * 1024;

    readonly WireWorkload _workload;
    readonly int _inFlight;
    ushort _nextId = 1;

    WireSender(int qos, string shape, int inFlight) =>
        (_workload, _inFlight) = (new WireWorkload(qos, shape == "any", shape == "framed"), inFlight);

    /// <summary><c>wire-send PORT QOS same|any|framed SECONDS [IN_FLIGHT]</c>: waits for a client, streams, prints what was taken.
    /// <c>framed</c> is <c>same</c> in WebSocket frames, at QoS 0 only.</summary>
    public static void Run(string[] args)
    {
        var (port, qos, shape, seconds) = (int.Parse(args[0]), int.Parse(args[1]), args[2], int.Parse(args[3]));
        var sender = new WireSender(qos, shape, args.Length > 4 ? int.Parse(args[4]) : 1000);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Console.WriteLine("ready");
        using var client = listener.AcceptSocket();
        client.NoDelay = true;
        if (shape == "framed") GreetFramed(client);
        else Greet(client);
        var (messages, elapsed) = qos == 0 ? sender.Stream(client, seconds) : sender.StreamAcknowledged(client, seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sent {messages} in {elapsed.TotalSeconds:F3} s, "
            + $"{messages / elapsed.TotalSeconds:F0} messages/s, "
            + $"{sender._workload.Bytes.Length / (double)WireWorkload.Messages:F1} bytes/message"));
        Console.ReadLine(); // stays connected until told, so that the client can be asked what it counted
    }

    /// <summary>Reads CONNECT and SUBSCRIBE and answers them, in MQTT 5.0 or 3.1.1.</summary>
    public static void Greet(Socket client, bool isV5 = true)
    {
        var buffer = new byte[4096];
        client.Receive(buffer);
        client.Send(isV5 ? [0x20, 3, 0, 0, 0] : [0x20, 2, 0, 0]);
        while (true)
        {
            var n = client.Receive(buffer);
            if (n == 0) throw new InvalidOperationException("the client left before subscribing");
            for (var at = 0; at < n; at += 2 + buffer[at + 1])
            {
                if (buffer[at] == 0xC0) client.Send([0xD0, 0]);
                if (buffer[at] != 0x82) continue;
                client.Send(isV5
                    ? [0x90, 4, buffer[at + 2], buffer[at + 3], 0, 1]
                    : [0x90, 3, buffer[at + 2], buffer[at + 3], 1]);
                return;
            }
        }
    }

    /// <summary>The same in a WebSocket: opening, CONNECT and SUBSCRIBE, each in a masked frame of its own.</summary>
    static void GreetFramed(Socket client)
    {
        var buffer = new byte[4096];
        var head = Encoding.ASCII.GetString(buffer, 0, client.Receive(buffer));
        var key = head.Split("Sec-WebSocket-Key: ")[1].Split('\r')[0];
#pragma warning disable CA5350 // RFC 6455 asks for it
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        client.Send(Encoding.ASCII.GetBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"));
        client.Receive(buffer);
        client.Send([0x82, 5, 0x20, 3, 0, 0, 0]);
        client.Receive(buffer);
        client.Send([0x82, 6, 0x90, 4, (byte)(buffer[8] ^ buffer[4]), (byte)(buffer[9] ^ buffer[5]), 0, 1]);
    }

    (long Messages, TimeSpan Elapsed) Stream(Socket client, int seconds)
    {
        var drain = new Thread(() => AnswerPings(client)) { IsBackground = true };
        drain.Start();
        var clock = Stopwatch.StartNew();
        long messages = 0;
        for (var pass = 0; clock.Elapsed.TotalSeconds < seconds; pass++)
        {
            var next = 0;
            while (next < WireWorkload.Messages && clock.Elapsed.TotalSeconds < seconds)
            {
                var first = next;
                for (; next < WireWorkload.Messages && _workload.Span(first, next + 1).Length <= Chunk; next++)
                    _workload.SetTime(next, pass);
                Send(client, _workload.Span(first, next));
                messages += next - first;
            }
        }

        return (messages, clock.Elapsed);
    }

    (long Messages, TimeSpan Elapsed) StreamAcknowledged(Socket client, int seconds)
    {
        var clock = Stopwatch.StartNew();
        var buffer = new byte[64 * 1024];
        long sent = 0, acknowledged = 0;
        var (kept, next, pass) = (0, 0, 0);
        while (clock.Elapsed.TotalSeconds < seconds || acknowledged < sent)
        {
            var first = next;
            var isOpen = clock.Elapsed.TotalSeconds < seconds;
            while (isOpen && next < WireWorkload.Messages && sent - acknowledged < _inFlight)
            {
                _workload.SetTime(next, pass);
                _workload.SetId(next, _nextId);
                _nextId = (ushort)(_nextId == ushort.MaxValue ? 1 : _nextId + 1);
                (next, sent) = (next + 1, sent + 1);
            }

            if (next > first) Send(client, _workload.Span(first, next));
            if (next == WireWorkload.Messages) (next, pass) = (0, pass + 1);
            if (sent - acknowledged < _inFlight && isOpen && client.Available == 0) continue;
            var n = client.Receive(buffer, kept, buffer.Length - kept, SocketFlags.None) + kept;
            var at = 0;
            for (; at + 2 <= n && at + 2 + buffer[at + 1] <= n; at += 2 + buffer[at + 1])
            {
                if (buffer[at] == 0x40) acknowledged++;
                else if (buffer[at] == 0xC0) Send(client, [0xD0, 0]);
            }

            kept = n - at;
            Buffer.BlockCopy(buffer, at, buffer, 0, kept);
        }

        return (acknowledged, clock.Elapsed);
    }

    static void AnswerPings(Socket client)
    {
        var buffer = new byte[256];
        try
        {
            while (client.Receive(buffer) > 0)
            {
                // Keep-alive is far longer than a run; an answer between two chunks would need a lock.
            }
        }
        catch (SocketException)
        {
            // The client left.
        }
    }

    /// <summary>Sends all of it.</summary>
    public static void Send(Socket client, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[client.Send(bytes)..];
    }
}
