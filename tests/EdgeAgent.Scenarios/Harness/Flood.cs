using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Publishes at QoS 1 or 2 as fast as a broker takes it: one thread sends, one reads acknowledgements;
/// MQTT 3.1.1 without the product's code.</summary>
/// <remarks>
/// Every acknowledgement is then four bytes. mosquitto ends a connection on which more QoS 2 messages are open than its in-flight limit,
/// which for 3.1.1 it tells nobody, so <c>mostOpen</c> has to stay below it.
/// </remarks>
sealed class Flood : IDisposable
{
    const int SendAt = 20_000;
    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] _buffer = new byte[SendAt + 4096];
    readonly Lock _sending = new();
    readonly ManualResetEventSlim _acknowledgedMore = new();
    readonly Background _reader;
    readonly int _qos;
    readonly int _mostOpen;
    int _length;
    long _sent;
    long _done;
    ushort _id;

    /// <summary>Connects to a broker on the loopback.</summary>
    public Flood(int port, int qos, int mostOpen)
    {
        (_qos, _mostOpen) = (qos, mostOpen);
        _socket.Connect(IPAddress.Loopback, port);
        var id = System.Text.Encoding.ASCII.GetBytes("flood-" + Guid.NewGuid().ToString("n")[..8]);
        _socket.Send(
            [0x10, (byte)(12 + id.Length), 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', 4, 2, 0, 0, 0, (byte)id.Length, .. id]);
        var answer = new byte[4];
        for (var n = 0; n < 4;) n += Some(_socket.Receive(answer.AsSpan(n)));
        if (answer[3] != 0) throw new InvalidOperationException($"the broker refused a publisher with {answer[3]}");
        _reader = new Background(ReadAcknowledgements);
    }

    /// <summary>Messages whose exchange is done.</summary>
    public long Done => Interlocked.Read(ref _done);

    /// <summary>Publishes one message; waits when too many are open.</summary>
    public void Publish(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (_sent - Done >= _mostOpen) WaitForDone(_sent - _mostOpen / 2);
        if (++_id == 0) _id = 1;
        var at = _length;
        _buffer[at++] = (byte)(0x30 | _qos << 1);
        var length = 2 + topic.Length + 2 + payload.Length;
        if (length > 127) _buffer[at++] = (byte)(length & 127 | 128);
        _buffer[at++] = length > 127 ? (byte)(length >> 7) : (byte)length;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(at), (ushort)topic.Length);
        topic.CopyTo(_buffer.AsSpan(at += 2));
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(at += topic.Length), _id);
        payload.CopyTo(_buffer.AsSpan(at += 2));
        _length = at + payload.Length;
        _sent++;
        if (_length >= SendAt) Send();
    }

    /// <summary>Sends what is gathered, without waiting for the acknowledgements.</summary>
    public void Send()
    {
        lock (_sending)
            for (var at = 0; at < _length;) at += _socket.Send(_buffer.AsSpan(at, _length - at));
        _length = 0;
    }

    /// <summary>Waits until the broker has taken everything.</summary>
    public void Flush() => WaitForDone(_sent);

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _acknowledgedMore.Set();
    }

    void WaitForDone(long wanted)
    {
        Send();
        var until = Environment.TickCount64 + 240_000;
        while (Done < wanted)
        {
            _acknowledgedMore.Reset();
            if (Done >= wanted) return;
            if (!_reader.IsRunning) _reader.Join();
            if (!_reader.IsRunning) throw new InvalidOperationException($"the broker closed after {Done} of {_sent} messages");
            if (Environment.TickCount64 > until) throw new TimeoutException($"the broker took {Done} of {_sent} messages in 240 s");
            _acknowledgedMore.Wait(100);
        }
    }

    void ReadAcknowledgements()
    {
        var buffer = new byte[64 * 1024];
        var release = new byte[64 * 1024];
        try
        {
            for (var have = 0; ;)
            {
                var n = _socket.Receive(buffer.AsSpan(have));
                if (n == 0) return;
                have += n;
                int whole = have / 4 * 4, released = 0, done = 0;
                for (var i = 0; i < whole; i += 4)
                {
                    if (buffer[i] != 0x50)
                    {
                        done++;
                        continue;
                    }

                    // PUBREC is answered by PUBREL.
                    (release[released], release[released + 1], release[released + 2], release[released + 3]) =
                        (0x62, 2, buffer[i + 2], buffer[i + 3]);
                    released += 4;
                }

                buffer.AsSpan(whole, have - whole).CopyTo(buffer);
                have -= whole;
                lock (_sending)
                    for (var at = 0; at < released;) at += _socket.Send(release.AsSpan(at, released - at));
                Interlocked.Add(ref _done, done);
                _acknowledgedMore.Set();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed, by either side.
        }
    }

    static int Some(int n) => n > 0 ? n : throw new InvalidOperationException("the broker closed");
}
