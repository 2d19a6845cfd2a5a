using System.Net;
using System.Net.Sockets;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Tests.Mqtt.Packets;

namespace EdgeAgent.Tests.Mqtt.Client;

/// <summary>A scripted broker on loopback: exact bytes in, exact bytes out, one connection, its own thread.</summary>
/// <remarks>A failing script fails the test in <see cref="Dispose"/>. The time-outs only keep a broken test from hanging.</remarks>
sealed class FakeBroker : IDisposable
{
    const int HangMs = 30_000;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Thread _thread;
    Exception? _failure;

    public FakeBroker(Action<FakePeer> script)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _thread = new Thread(() => Run(script)) { IsBackground = true };
        _thread.Start();
    }

    public int Port { get; }

    public void Dispose()
    {
        var ended = _thread.Join(HangMs);
        _listener.Stop();
        if (_failure != null) throw new InvalidOperationException("the broker's script failed", _failure);
        if (!ended) throw new TimeoutException("the broker's script hangs");
    }

    void Run(Action<FakePeer> script)
    {
        try
        {
            using var socket = _listener.AcceptSocket();
            socket.NoDelay = true;
            socket.ReceiveTimeout = socket.SendTimeout = HangMs;
            script(new FakePeer(socket, new NetworkStream(socket)));
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }
}

/// <summary>The broker's end of one connection. Each packet it reads is judged by the letter of the version that CONNECT names.</summary>
sealed class FakePeer(Socket socket, Stream stream)
{
    MqttVersion _version = MqttVersion.V500;

    public Socket Socket => socket;

    public Stream Stream => stream;

    public void Send(string hex) => Send(Hex.Bytes(hex));

    public void Send(ReadOnlySpan<byte> bytes) => stream.Write(bytes);

    /// <summary>Reads one packet and compares it.</summary>
    public void Expect(string hex)
    {
        var expected = Hex.Of(Hex.Bytes(hex));
        var actual = Hex.Of(ReadPacket());
        if (actual != expected) throw new InvalidOperationException($"expected {expected}, got {actual}");
    }

    public byte[] ReadPacket()
    {
        var bytes = new List<byte> { ReadByte() };
        int length = 0, shift = 0;
        do
        {
            bytes.Add(ReadByte());
            length |= (bytes[^1] & 0x7F) << shift;
            shift += 7;
        }
        while (bytes[^1] >= 0x80);
        var body = new byte[length];
        stream.ReadExactly(body);
        byte[] packet = [.. bytes, .. body];
        Judge(packet);
        return packet;
    }

    /// <summary>Reads one CONNECT, whatever it says, and accepts it.</summary>
    public void Accept(string connAck = "20 03 00 00 00")
    {
        if (ReadPacket()[0] != 0x10) throw new InvalidOperationException("not a CONNECT");
        Send(connAck);
    }

    /// <summary>Reads until the other side closes.</summary>
    public byte[] ReadToEnd()
    {
        var all = new MemoryStream();
        try
        {
            stream.CopyTo(all);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // Closed with bytes unread: also an end.
        }
        return all.ToArray();
    }

    public void ExpectEnd(string hex = "")
    {
        var expected = Hex.Of(Hex.Bytes(hex));
        var actual = Hex.Of(ReadToEnd());
        if (actual != expected) throw new InvalidOperationException($"expected {expected} and the end, got {actual}");
    }

    void Judge(byte[] packet)
    {
        PacketFrame.TryRead(packet, int.MaxValue, out var frame);
        if (frame.Type == PacketType.Connect && ConnectReader.TryRead(frame, out var connect) == DecodeStatus.Ok)
            _version = connect.Version;
        var status = PacketWords.TryRead(packet, _version, int.MaxValue, out _, new PacketBuffer());
        if (status != DecodeStatus.Ok) throw new InvalidOperationException($"the client sent what is {status}: {Hex.Of(packet)}");
    }

    byte ReadByte()
    {
        var b = stream.ReadByte();
        return b >= 0 ? (byte)b : throw new EndOfStreamException();
    }
}
