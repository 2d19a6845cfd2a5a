using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Benchmarks;

/// <summary>A broker for one client that sends at a steady rate, with the time of day in each message, and times its
/// acknowledgements.</summary>
/// <remarks>Messages that are due while all that may be in flight is unacknowledged wait, and are timed from when they are sent. The
/// first <see cref="WarmUpSeconds"/> are not counted.</remarks>
sealed class PacedSender
{
    const int WarmUpSeconds = 3;
    const int BucketUs = 10;
    const int PollUs = 200;
    const int Batch = 256;

    readonly WireWorkload _workload;
    readonly long[] _sentAt = new long[ushort.MaxValue + 1];
    readonly int[] _buckets = new int[200_000];
    readonly byte[] _received = new byte[64 * 1024];
    readonly (int Rate, int Qos, int InFlight, int Seconds) _run;
    int _kept;
    long _acknowledged;

    PacedSender(int qos, int rate, int seconds, int inFlight, bool isV5)
    {
        _run = (rate, qos, qos == 0 ? int.MaxValue : inFlight, seconds);
        _workload = new WireWorkload(qos, any: false, isV5: isV5);
    }

    /// <summary><c>paced-send PORT QOS RATE SECONDS IN_FLIGHT v5|v3.1.1</c>: waits for a client, sends, prints messages, p50 and p99 of
    /// message to acknowledgement [ms].</summary>
    public static void Run(string[] args)
    {
        int Number(int i) => int.Parse(args[i], CultureInfo.InvariantCulture);
        var isV5 = args[5] == "v5";
        var sender = new PacedSender(Number(1), Number(2), Number(3), Number(4), isV5);
        using var listener = new TcpListener(IPAddress.Loopback, Number(0));
        listener.Start();
        Console.WriteLine("ready");
        using var client = listener.AcceptSocket();
        client.NoDelay = true;
        WireSender.Greet(client, isV5);
        Console.WriteLine("sending");
        var sent = sender.Send(client);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"sent {sent} acknowledged {sender._acknowledged} p50 {sender.Percentile(0.5):F2} p99 {sender.Percentile(0.99):F2}"));
        Console.ReadLine(); // stays connected until told, so that the client can be asked what it counted
    }

    long Send(Socket client)
    {
        var clock = Stopwatch.StartNew();
        var (sent, next, id) = (0L, 0, (ushort)1);
        while (clock.Elapsed.TotalSeconds < _run.Seconds)
        {
            var due = (long)(clock.Elapsed.TotalSeconds * _run.Rate) - sent;
            var count = (int)Math.Min(Math.Min(due, _run.InFlight - (sent - _acknowledged)), Math.Min(Batch, WireWorkload.Messages - next));
            if (count > 0)
            {
                var (now, wallMs) = (Stopwatch.GetTimestamp(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
                for (var i = next; i < next + count; i++)
                {
                    _workload.SetTimeMs(i, wallMs);
                    if (_run.Qos == 0) continue;
                    _workload.SetId(i, id);
                    _sentAt[id] = now;
                    id = (ushort)(id == ushort.MaxValue ? 1 : id + 1);
                }

                WireSender.Send(client, _workload.Span(next, next + count));
                sent += count;
                next = (next + count) % WireWorkload.Messages;
            }

            if (client.Poll(PollUs, SelectMode.SelectRead)) Receive(client, clock.Elapsed.TotalSeconds > WarmUpSeconds);
        }

        while (_run.Qos > 0 && _acknowledged < sent) Receive(client, counts: false);
        return sent;
    }

    void Receive(Socket client, bool counts)
    {
        var n = client.Receive(_received, _kept, _received.Length - _kept, SocketFlags.None) + _kept;
        if (n == _kept) throw new InvalidOperationException("the client left");
        var (at, now) = (0, Stopwatch.GetTimestamp());
        for (; at + 2 <= n && at + 2 + _received[at + 1] <= n; at += 2 + _received[at + 1])
        {
            if (_received[at] == 0xC0) WireSender.Send(client, [0xD0, 0]);
            if (_received[at] != 0x40) continue;
            _acknowledged++;
            var took = Stopwatch.GetElapsedTime(_sentAt[_received[at + 2] << 8 | _received[at + 3]], now);
            if (counts) _buckets[Math.Min((int)took.TotalMicroseconds / BucketUs, _buckets.Length - 1)]++;
        }

        _kept = n - at;
        Buffer.BlockCopy(_received, at, _received, 0, _kept);
    }

    double Percentile(double part)
    {
        var rest = (long)(part * _buckets.Sum(static b => (long)b));
        for (var i = 0; i < _buckets.Length; i++)
            if ((rest -= _buckets[i]) < 0) return i * BucketUs / 1000.0;
        return 0;
    }
}
