using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Packages;

/// <summary>How many writes a client's acknowledgements take: a server sends bursts of 1,000 messages of QoS
/// 1 and waits for their PUBACKs.</summary>
/// <remarks>
/// Three counts. System calls that send, by strace(1) in a run of its own, since it slows the client; TCP segments with data, by the kernel
/// of the server's socket (<c>tcpi_data_segs_in</c> of TCP_INFO, tcp(7)), which may join writes on their way; reads of the server,
/// which joins what came meanwhile.
/// </remarks>
static class AcknowledgementFigures
{
    const int Burst = 1_000;
    const int IpProtoTcp = 6, TcpInfo = 11, DataSegmentsIn = 152; // of struct tcp_info in linux/tcp.h

    /// <summary>Prints a row for each client; true when MQTTnet takes more segments than ours.</summary>
    public static bool Run(bool isSmoke)
    {
        Console.WriteLine();
        Console.WriteLine($"| acknowledging client | bursts of {Burst:N0} messages | sending system calls a burst | "
            + "segments a burst (fewest, most) | reads a burst | bytes of a PUBACK |");
        Console.WriteLine("|---|---|---|---|---|---|");
        var (ours, theirs) = (Measure("ours", isSmoke ? 3 : 50), Measure("mqttnet", isSmoke ? 3 : 50));
        return theirs > ours;
    }

    static double Measure(string kind, int bursts)
    {
        var rows = Run(kind, bursts, traceTo: null);
        var segments = rows.Select(r => r.Segments).Order().ToArray();
        var reads = rows.Select(r => r.Reads).Order().ElementAt(bursts / 2);
        var bytes = rows.Sum(r => r.Bytes) / (double)(bursts * Burst);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {kind} | {bursts} | {Sends(kind, Math.Min(bursts, 10))} | "
            + $"{segments[bursts / 2]:N0} ({segments[0]:N0}, {segments[^1]:N0}) | {reads:N0} | {bytes:F1} |"));
        return segments[bursts / 2];
    }

    // A dash where there is no strace.
    static string Sends(string kind, int bursts)
    {
        if (!File.Exists("/usr/bin/strace")) return "–";
        var trace = Path.GetTempFileName();
        try
        {
            Run(kind, bursts, trace);
            // "1234 sendto(57, "@\2\0\1", 4, MSG_NOSIGNAL, NULL, 0) = 4"; CONNECT and SUBSCRIBE are less than one a burst.
            return (File.ReadLines(trace).Count(l => l.Contains(" sendto(", StringComparison.Ordinal)
                || l.Contains(" sendmsg(", StringComparison.Ordinal)) / (bursts + 1)).ToString("N0", CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(trace);
        }
    }

    static (uint Segments, int Reads, long Bytes)[] Run(string kind, int bursts, string? traceTo)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        string[] command = [Environment.ProcessPath!, "wire-read", kind, port, "1", "fast"];
        if (traceTo is not null) command = ["/usr/bin/strace", "-f", "-qq", "-e", "trace=sendto,sendmsg", "-o", traceTo, .. command];
        using var reader = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        })!;
        try
        {
            using var client = listener.AcceptSocket();
            client.NoDelay = true;
            using var stream = new NetworkStream(client);
            Greet(stream);
            var packets = Packets();
            Take(client, packets); // compiling, first touches
            return [.. Enumerable.Range(0, bursts).Select(_ => Take(client, packets))];
        }
        finally
        {
            reader.Kill(entireProcessTree: true);
            reader.WaitForExit();
        }
    }

    // Sends a burst and reads until each of its messages is acknowledged.
    static (uint Segments, int Reads, long Bytes) Take(Socket client, byte[] packets)
    {
        var buffer = new byte[64 * 1024];
        var before = SegmentsIn(client);
        for (var at = 0; at < packets.Length;) at += client.Send(packets.AsSpan(at));
        var (reads, acknowledged, have, bytes) = (0, 0, 0, 0L);
        while (acknowledged < Burst)
        {
            var n = client.Receive(buffer.AsSpan(have));
            if (n == 0) throw new InvalidOperationException("the client left");
            reads++;
            have += n;
            var at = 0;
            // All packets that come are shorter than 128 bytes.
            for (; at + 1 < have && at + 2 + buffer[at + 1] <= have; at += 2 + buffer[at + 1])
            {
                if (buffer[at] == 0xC0) client.Send([0xD0, 0]);
                if (buffer[at] != 0x40) continue;
                acknowledged++;
                bytes += 2 + buffer[at + 1];
            }

            buffer.AsSpan(at, have - at).CopyTo(buffer);
            have -= at;
        }

        return (SegmentsIn(client) - before, reads, bytes);
    }

    static uint SegmentsIn(Socket socket)
    {
        Span<byte> info = stackalloc byte[DataSegmentsIn + sizeof(uint)];
        socket.GetRawSocketOption(IpProtoTcp, TcpInfo, info);
        return BinaryPrimitives.ReadUInt32LittleEndian(info[DataSegmentsIn..]);
    }

    // CONNECT and SUBSCRIBE of MQTT 5.0, shorter than 128 bytes each.
    static void Greet(NetworkStream stream)
    {
        var body = new byte[128];
        while (true)
        {
            var (type, length) = (stream.ReadByte(), stream.ReadByte());
            stream.ReadExactly(body, 0, length);
            if (type == 0x10) stream.Write([0x20, 3, 0, 0, 0]);
            if (type == 0xC0) stream.Write([0xD0, 0]);
            if (type != 0x82) continue;
            stream.Write([0x90, 4, body[0], body[1], 0, 1]);
            return;
        }
    }

    static byte[] Packets()
    {
        var packets = new List<byte>();
        for (var id = 1; id <= Burst; id++)
        {
            var payload =
                System.Text.Encoding.ASCII.GetBytes($"{{\"ts\":{1_700_000_000_000 + id},\"value\":{20 + id % 10}.25,\"unit\":\"degC\"}}");
            var topic = System.Text.Encoding.ASCII.GetBytes($"plant/line1/device{id % 20:D2}/temp");
            packets.AddRange([0x32, (byte)(2 + topic.Length + 3 + payload.Length), 0, (byte)topic.Length, .. topic, (byte)(id >> 8),
                (byte)id, 0, .. payload]);
        }

        return [.. packets];
    }
}
