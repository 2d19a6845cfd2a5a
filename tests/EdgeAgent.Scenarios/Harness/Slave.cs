using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Modbus units whose two holding registers count how often they were read; written from the specification,
/// apart from the product's code.</summary>
/// <remarks>Units answer over a <see cref="Plug"/> (RTU) or on a loopback port (TCP). What they answered is kept:
/// the truth of a scenario.</remarks>
sealed class Slave : IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<int, List<double>> _sent = [];
    readonly TcpListener? _listener;
    readonly Thread _thread;
    readonly List<Socket> _connections = [];
    volatile bool _ended;

    /// <summary>Units on a serial line.</summary>
    public Slave(Plug plug) : this(buffer => plug.Read(buffer, 50), frame => plug.Send(frame))
    {
    }

    /// <summary>Units on a line read by <paramref name="read"/>, which waits a little and gives 0 when nothing came,
    /// and written by <paramref name="send"/>.</summary>
    public Slave(Func<ArraySegment<byte>, int> read, Action<byte[]> send) =>
        (_thread = new Thread(() => ServeLine(read, send)) { IsBackground = true }).Start();

    /// <summary>Units behind a TCP port.</summary>
    public Slave(int port)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        (_thread = new Thread(ServePort) { IsBackground = true }).Start();
    }

    /// <summary>What is done to a whole frame before it is sent: noise, damage; null sends nothing. Called on the slave's thread.</summary>
    public Func<byte[], byte[]?> Spoil { get; set; } = frame => frame;

    /// <summary>Whether connections are closed at their first request, as gateways do that have none left.</summary>
    public bool Refuses { get; set; }

    /// <summary>Connections accepted.</summary>
    public int Accepted { get; private set; }

    /// <summary>Values a unit has sent unspoilt, in order.</summary>
    public List<double> Sent(int unit)
    {
        lock (_lock) return [.. _sent.GetValueOrDefault(unit) ?? []];
    }

    /// <summary>Closes every connection.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            foreach (var socket in _connections) socket.Close(0);
            _connections.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended = true;
        _listener?.Dispose();
        Cut();
        _thread.Join();
    }

    void ServeLine(Func<ArraySegment<byte>, int> read, Action<byte[]> send)
    {
        var buffer = new byte[1024];
        var kept = 0;
        while (!_ended)
        {
            var n = read(new ArraySegment<byte>(buffer, kept, buffer.Length - kept));
            kept = n == 0 ? 0 : kept + n;
            for (; kept >= 8; kept -= 8)
            {
                var request = buffer.AsSpan(0, 8);
                var unit = request[0];
                if (Crc16.Of(request[..6]) != BinaryPrimitives.ReadUInt16LittleEndian(request[6..])) break;
                var (value, pdu) = Answer(unit, request[1..6]);
                byte[] frame = [unit, .. pdu, 0, 0];
                BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(frame.Length - 2), Crc16.Of(frame.AsSpan(0, frame.Length - 2)));
                Send(unit, value, frame, send);
                buffer.AsSpan(8, kept - 8).CopyTo(buffer);
            }
        }
    }

    void ServePort()
    {
        var buffer = new byte[1024];
        while (!_ended)
        {
            try
            {
                var socket = _listener!.AcceptSocket();
                Accepted++;
                lock (_lock) _connections.Add(socket);
                socket.NoDelay = true;
                for (var kept = 0; socket.Receive(buffer.AsSpan(kept)) is > 0 and var n;)
                {
                    if (Refuses)
                    {
                        socket.Close();
                        break;
                    }

                    for (kept += n; kept >= 12; kept -= 12)
                    {
                        var (value, pdu) = Answer(buffer[6], buffer.AsSpan(7, 5));
                        Send(buffer[6], value, [.. buffer.AsSpan(0, 4), 0, (byte)(pdu.Length + 1), buffer[6], .. pdu], f => socket.Send(f));
                        buffer.AsSpan(12, kept - 12).CopyTo(buffer);
                    }
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // Cut, or the end of the scenario.
            }
        }
    }

    void Send(int unit, double? value, byte[] frame, Action<byte[]> send)
    {
        if (Spoil(frame) is not { } spoilt) return;
        // Noted before it is sent, so that what comes out at the end is never ahead of this list.
        lock (_lock)
        {
            if (!_sent.TryGetValue(unit, out var list)) _sent[unit] = list = [];
            if (value is { } v) list.Add(v);
        }

        send(spoilt);
    }

    // Function 3, two registers at 0: a rising number, high word first. Anything else is refused.
    (double? Value, byte[] Pdu) Answer(int unit, ReadOnlySpan<byte> pdu)
    {
        if (pdu[0] != 3 || BinaryPrimitives.ReadUInt16BigEndian(pdu[1..]) != 0 || BinaryPrimitives.ReadUInt16BigEndian(pdu[3..]) != 2)
            return (null, [(byte)(pdu[0] | 0x80), 2]);
        var value = unit * 1_000_000 + _next.AddOrUpdate(unit, 1, (_, n) => n + 1);
        byte[] answer = [3, 4, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(answer.AsSpan(2), (uint)value);
        return (value, answer);
    }

    readonly System.Collections.Concurrent.ConcurrentDictionary<int, int> _next = new();
}
