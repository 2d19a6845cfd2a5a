using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>An MQTT 3.1.1 broker for one client, which does what a scenario says: bytes are written by hand,
/// nothing of the product's code is used.</summary>
/// <remarks>
/// One connection at a time, served by the scenario's own thread through <see cref="Accept"/>; a second thread reads packets and keeps what
/// came. It forgets nothing and confirms nothing by itself: what a PUBACK, PUBREC or PUBCOMP means is the scenario's,
/// and so is how many PUBRECs are answered.
/// </remarks>
sealed class ScriptedBroker : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Lock _lock = new();
    readonly Lock _sending = new();
    readonly AutoResetEvent _more = new(false);
    Socket? _client;
    int _connected;
    bool _isOpen;
    bool _hasEnded;

    /// <summary>Listens.</summary>
    public ScriptedBroker()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    /// <summary>Where to connect.</summary>
    public int Port { get; }

    /// <summary>Connections taken.</summary>
    public int Connections => _connected;

    /// <summary>Whether the client has closed, or was cut.</summary>
    public bool HasEnded
    {
        get { lock (_lock) return _hasEnded; }
    }

    /// <summary>Ids of PUBACKs and PUBRECs on this connection, in their order.</summary>
    public List<ushort> Acknowledged { get; private set; } = [];

    /// <summary>Ids of PUBCOMPs on this connection, in their order.</summary>
    public List<ushort> Completed { get; private set; } = [];

    /// <summary>So many PUBRECs of a connection are answered with PUBREL.</summary>
    public int MostReleases { get; set; } = int.MaxValue;

    /// <summary>PINGREQs on this connection.</summary>
    public int Pings { get; private set; }

    /// <summary>Whether a PINGREQ is answered.</summary>
    public bool AnswersPings { get; set; } = true;

    /// <summary>Takes the next connection and answers CONNECT; SUBSCRIBE is answered whenever it comes. Fails when none comes.</summary>
    public void Accept(bool isSessionPresent, int seconds = 90)
    {
        if (!_listener.Server.Poll(seconds * 1_000_000, SelectMode.SelectRead)) throw new TimeoutException($"no connection in {seconds} s");
        var client = _listener.AcceptSocket();
        client.NoDelay = true;
        lock (_lock) (_client, _isOpen, _hasEnded, Acknowledged, Completed, Pings) = (client, false, false, [], [], 0);
        _connected++;
        new Thread(() => Read(client, isSessionPresent)) { IsBackground = true }.Start();
        // Nothing may be sent before CONNACK.
        WaitFor(() => _isOpen, "CONNECT");
    }

    /// <summary>Whether a further connection waits.</summary>
    public bool HasAnotherConnection => _listener.Pending();

    /// <summary>Sends bytes as they are; gives false when the client is gone.</summary>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        try
        {
            // Answers leave from the reading thread.
            lock (_sending)
                while (bytes.Length > 0) bytes = bytes[_client!.Send(bytes)..];
            return true;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>The bytes of a PUBREL.</summary>
    public static byte[] Release(ushort id) => [0x62, 2, (byte)(id >> 8), (byte)id];

    /// <summary>The bytes of a PUBLISH.</summary>
    public static byte[] Publish(string topic, string payload, ushort id, bool isRepeat = false, int qos = 1)
    {
        var body = new byte[2 + topic.Length + 2 + payload.Length];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)topic.Length);
        Encoding.ASCII.GetBytes(topic, body.AsSpan(2));
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2 + topic.Length), id);
        Encoding.ASCII.GetBytes(payload, body.AsSpan(4 + topic.Length));
        var length = body.Length > 127 ? new[] { (byte)(body.Length & 127 | 128), (byte)(body.Length >> 7) } : [(byte)body.Length];
        return [(byte)(0x30 | qos << 1 | (isRepeat ? 8 : 0)), .. length, .. body];
    }

    /// <summary>Waits until so many PUBACKs and PUBRECs have come on this connection.</summary>
    public void WaitForAcknowledged(int count, string what) =>
        WaitFor(() => Acknowledged.Count >= count, $"{count} acknowledgements ({what})");

    /// <summary>Waits for something that a packet brings about.</summary>
    public void WaitFor(Func<bool> wanted, string what, int seconds = 120)
    {
        var until = Environment.TickCount64 + seconds * 1000L;
        while (true)
        {
            lock (_lock)
            {
                if (wanted()) return;
                if (_hasEnded)
                    throw new InvalidOperationException($"the client closed while it was waited for {what}; "
                        + $"{Acknowledged.Count} acknowledgements, {Completed.Count} PUBCOMPs, {Pings} pings");
            }

            if (Environment.TickCount64 > until)
                throw new TimeoutException(
                    $"{what} not within {seconds} s; {Acknowledged.Count} acknowledgements, {Completed.Count} PUBCOMPs, {Pings} pings");
            _more.WaitOne(100);
        }
    }

    /// <summary>Resets the connection.</summary>
    public void Cut() => _client?.Close(0);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client?.Dispose();
        _listener.Dispose();
    }

    void Read(Socket client, bool isSessionPresent)
    {
        using var stream = new NetworkStream(client);
        try
        {
            while (true)
            {
                var header = stream.ReadByte();
                int length = 0, shift = 0, b;
                do
                {
                    b = stream.ReadByte();
                    if (header < 0 || b < 0) throw new EndOfStreamException();
                    length |= (b & 127) << shift;
                    shift += 7;
                }
                while ((b & 128) != 0);
                var body = new byte[length];
                stream.ReadExactly(body);
                lock (_lock) Take(client, header >> 4, body, isSessionPresent);
                _more.Set();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or SocketException)
        {
            lock (_lock) if (client == _client) _hasEnded = true;
            _more.Set();
        }
    }

    void Take(Socket client, int type, byte[] body, bool isSessionPresent)
    {
        switch (type)
        {
            case 1:
                Answer(client, [0x20, 2, (byte)(isSessionPresent ? 1 : 0), 0]);
                _isOpen = true;
                break;
            case 4:
                Acknowledged.Add(BinaryPrimitives.ReadUInt16BigEndian(body));
                break;
            case 5:
                Acknowledged.Add(BinaryPrimitives.ReadUInt16BigEndian(body));
                if (Acknowledged.Count <= MostReleases) Answer(client, Release(BinaryPrimitives.ReadUInt16BigEndian(body)));
                break;
            case 7:
                Completed.Add(BinaryPrimitives.ReadUInt16BigEndian(body));
                break;
            case 8:
                Answer(client, [0x90, 3, body[0], body[1], (byte)(body[^1] & 3)]); // as asked for
                break;
            case 12:
                Pings++;
                if (AnswersPings) Answer(client, [0xD0, 0]);
                break;
        }
    }

    void Answer(Socket client, byte[] packet)
    {
        lock (_sending) client.Send(packet);
    }
}
