using System.Net;
using System.Net.Sockets;
using EdgeAgent.Tests.Mqtt.Client;

namespace EdgeAgent.Tests.Sources.Mqtt;

/// <summary>A scripted broker on loopback for a client that reconnects: one script a connection, one connection after the other.</summary>
/// <remarks>A failing script fails the test in <see cref="Dispose"/>. The time-outs only keep a broken test from hanging.</remarks>
sealed class BrokerScripts : IDisposable
{
    const int HangMs = 20_000;
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Thread _thread;
    readonly ManualResetEventSlim _said = new();
    Exception? _failure;

    public BrokerScripts(params Action<FakePeer>[] scripts) : this(scripts, stays: false)
    {
    }

    BrokerScripts(Action<FakePeer>[] scripts, bool stays)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _thread = new Thread(() => Run(scripts, stays)) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>One that has said all when its last script ends, and then reads until the client leaves.</summary>
    public static BrokerScripts Staying(params Action<FakePeer>[] scripts) => new(scripts, stays: true);

    public int Port { get; }

    /// <summary>Waits until the last script has ended, or failed.</summary>
    public void WaitUntilSaid()
    {
        if (!_said.Wait(3 * HangMs)) throw new TimeoutException("the broker's script hangs");
    }

    /// <summary>Waits until all scripts have ended, and throws what one of them threw.</summary>
    public void Dispose()
    {
        var ended = _thread.Join(HangMs);
        _listener.Stop();
        if (_failure is not null) throw new InvalidOperationException("the broker's script failed", _failure);
        if (!ended) throw new TimeoutException("the broker's script hangs");
    }

    void Run(Action<FakePeer>[] scripts, bool stays)
    {
        try
        {
            for (var i = 0; i < scripts.Length; i++)
            {
                using var socket = _listener.AcceptSocket();
                socket.NoDelay = true;
                socket.ReceiveTimeout = socket.SendTimeout = HangMs;
                var peer = new FakePeer(socket, new NetworkStream(socket));
                scripts[i](peer);
                if (!stays || i < scripts.Length - 1) continue;
                _said.Set();
                peer.ReadToEnd();
            }
        }
        catch (Exception e)
        {
            _failure = e;
        }
        finally
        {
            _said.Set();
        }
    }
}

/// <summary>What scripts say often.</summary>
static class BrokerWords
{
    /// <summary>Reads packets until one of this type, answering pings on the way.</summary>
    public static byte[] ReadUntil(this FakePeer peer, byte type)
    {
        while (true)
        {
            var packet = peer.ReadPacket();
            if (packet[0] == 0xC0) peer.Send("D0 00");
            if (packet[0] >> 4 == type >> 4) return packet;
        }
    }

    /// <summary>CONNECT in, CONNACK of 3.1.1 out.</summary>
    public static void Accept311(this FakePeer peer, bool sessionPresent = false) =>
        peer.Accept(sessionPresent ? "20 02 01 00" : "20 02 00 00");

    /// <summary>SUBSCRIBE in, SUBACK of 3.1.1 out with the same code for each filter.</summary>
    public static void Grant(this FakePeer peer, byte code = 1, int filters = 1)
    {
        var packet = peer.ReadUntil(0x80);
        peer.Send([0x90, (byte)(2 + filters), packet[2], packet[3], .. Enumerable.Repeat(code, filters)]);
    }

    /// <summary>SUBSCRIBE in, SUBACK of 5.0 out for one filter.</summary>
    public static void Grant5(this FakePeer peer)
    {
        var packet = peer.ReadUntil(0x80);
        peer.Send([0x90, 4, packet[2], packet[3], 0, 1]);
    }

    /// <summary>Reads until the client's DISCONNECT and checks its reason code.</summary>
    public static void ExpectReason(this FakePeer peer, byte code) => Xunit.Assert.Equal(code, peer.ReadUntil(0xE0)[2]);

    /// <summary>A PUBLISH, of 5.0 when <paramref name="v5"/> says so.</summary>
    public static void Publish(this FakePeer peer, string topic, string payload, ushort id, bool duplicate = false, bool v5 = false,
        int qos = 1)
    {
        byte[] t = System.Text.Encoding.UTF8.GetBytes(topic), p = System.Text.Encoding.UTF8.GetBytes(payload);
        byte[] properties = v5 ? [0] : [];
        peer.Send([(byte)(0x30 | qos << 1 | (duplicate ? 8 : 0)), (byte)(4 + t.Length + p.Length + properties.Length), 0, (byte)t.Length,
            .. t, (byte)(id >> 8), (byte)id, .. properties, .. p]);
    }

    /// <summary>Ids of the next <paramref name="count"/> PUBACKs, in order.</summary>
    public static ushort[] Acks(this FakePeer peer, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => peer.ReadUntil(0x40)).Select(IdOf)];

    /// <summary>Packet id of an acknowledgement.</summary>
    public static ushort IdOf(byte[] packet) => (ushort)(packet[2] << 8 | packet[3]);
}
