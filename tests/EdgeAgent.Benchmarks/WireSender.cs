using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.Benchmarks;

/// <summary>A broker for one client that streams pre-encoded PUBLISH packets (MQTT 5.0) as fast as they are taken.</summary>
/// <remarks>
/// 1,000 series in turn, about 85 bytes a packet, event times rising by 10 ms a round of all series and pass by pass, so that
/// windows close for ever. QoS 1 keeps a fixed number unacknowledged. With <c>any</c> every message differs from the last of its
/// series in white space, order and members, so that no remembered shape fits. Encoding happens before the clock starts,
/// but for the leading digits of the time and the packet id.
/// </remarks>
sealed class WireSender
{
    const int Series = 1000;
    const int Rounds = 100;
    const int Chunk = 256 * 1024;
    const long StartMs = 1_700_000_000_000;
    const int StepMs = 10;

    readonly byte[] _ring;
    readonly int[] _starts;
    readonly int[] _times;
    readonly int[] _ids;
    readonly int _qos;
    readonly int _inFlight;
    ushort _nextId = 1;

    WireSender(int qos, bool any, int inFlight)
    {
        (_qos, _inFlight) = (qos, inFlight);
        var count = Series * Rounds;
        (_starts, _times, _ids) = (new int[count + 1], new int[count], new int[count]);
        using var ring = new MemoryStream();
        var random = new Random(1);
        for (var i = 0; i < count; i++)
        {
            _starts[i] = (int)ring.Length;
            var topic = Encoding.UTF8.GetBytes($"sensors/plant{i % Series / 100}/device{i % Series % 100:D3}/temperature");
            var body = any ? AnyBody(i, random) : $"{{\"ts\":{TimeOf(i)},\"value\":{Value(random)}}}";
            var payload = Encoding.UTF8.GetBytes(body);
            var rest = 2 + topic.Length + (qos > 0 ? 2 : 0) + 1 + payload.Length;
            ring.WriteByte((byte)(0x30 | (qos << 1)));
            if (rest >= 128) ring.WriteByte((byte)(rest % 128 | 0x80));
            ring.WriteByte((byte)(rest >= 128 ? rest / 128 : rest));
            ring.WriteByte(0);
            ring.WriteByte((byte)topic.Length);
            ring.Write(topic);
            _ids[i] = (int)ring.Length;
            if (qos > 0) ring.Write([0, 0]);
            ring.WriteByte(0);
            _times[i] = (int)ring.Length + Encoding.UTF8.GetByteCount(body.AsSpan(0, body.IndexOf("1700", StringComparison.Ordinal)));
            ring.Write(payload);
        }

        _ring = ring.ToArray();
        _starts[count] = _ring.Length;
    }

    /// <summary><c>wire-send PORT QOS same|any SECONDS [IN_FLIGHT]</c>: waits for a client, streams, prints what was taken.</summary>
    public static void Run(string[] args)
    {
        var (port, qos, any, seconds) = (int.Parse(args[0]), int.Parse(args[1]), args[2] == "any", int.Parse(args[3]));
        var sender = new WireSender(qos, any, args.Length > 4 ? int.Parse(args[4]) : 1000);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Console.WriteLine("ready");
        using var client = listener.AcceptSocket();
        client.NoDelay = true;
        Greet(client);
        var (messages, elapsed) = qos == 0 ? sender.Stream(client, seconds) : sender.StreamAcknowledged(client, seconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sent {messages} in {elapsed.TotalSeconds:F3} s, {messages / elapsed.TotalSeconds:F0} messages/s, {sender._ring.Length / (double)(Series * Rounds):F1} bytes/message"));
        Console.ReadLine(); // stays connected until told, so that the client can be asked what it counted
    }

    /// <summary>Reads CONNECT and SUBSCRIBE and answers them.</summary>
    static void Greet(Socket client)
    {
        var buffer = new byte[4096];
        client.Receive(buffer);
        client.Send([0x20, 3, 0, 0, 0]);
        while (true)
        {
            var n = client.Receive(buffer);
            if (n == 0) throw new InvalidOperationException("the client left before subscribing");
            for (var at = 0; at < n; at += 2 + buffer[at + 1])
            {
                if (buffer[at] == 0xC0) client.Send([0xD0, 0]);
                if (buffer[at] != 0x82) continue;
                client.Send([0x90, 4, buffer[at + 2], buffer[at + 3], 0, 1]);
                return;
            }
        }
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
            while (next < _times.Length && clock.Elapsed.TotalSeconds < seconds)
            {
                var first = next;
                for (; next < _times.Length && _starts[next + 1] - _starts[first] <= Chunk; next++) SetTime(next, pass);
                Send(client, _ring.AsSpan(_starts[first], _starts[next] - _starts[first]));
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
            while (isOpen && next < _times.Length && sent - acknowledged < _inFlight)
            {
                SetTime(next, pass);
                BinaryPrimitives.WriteUInt16BigEndian(_ring.AsSpan(_ids[next]), _nextId);
                _nextId = (ushort)(_nextId == ushort.MaxValue ? 1 : _nextId + 1);
                (next, sent) = (next + 1, sent + 1);
            }

            if (next > first) Send(client, _ring.AsSpan(_starts[first], _starts[next] - _starts[first]));
            if (next == _times.Length) (next, pass) = (0, pass + 1);
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

    static void Send(Socket client, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[client.Send(bytes)..];
    }

    /// <summary>All digits of the time that a pass changes: 13 digits, ms.</summary>
    void SetTime(int message, int pass)
    {
        var time = TimeOf(message) + (long)pass * Rounds * StepMs;
        var digits = _ring.AsSpan(_times[message], 13);
        for (var i = 12; i >= 3; i--) (digits[i], time) = ((byte)('0' + time % 10), time / 10);
    }

    static long TimeOf(int message) => StartMs + message / Series * StepMs + message % Series % StepMs;

    static string Value(Random random) => (15 + random.Next(1000) / 100.0).ToString("F2", CultureInfo.InvariantCulture);

    static string AnyBody(int i, Random random)
    {
        var gap = new string(' ', random.Next(4));
        var extra = random.Next(3) == 0 ? $"\"q{random.Next(100)}\":{random.Next(10)}," : "";
        return random.Next(2) == 0
            ? $"{{{gap}\"ts\":{TimeOf(i)},{extra}\"value\":{gap}{Value(random)}}}"
            : $"{{{extra}\"value\":{Value(random)},{gap}\"ts\":{gap}{TimeOf(i)}}}";
    }
}
