using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Mqtt.Client;

/// <summary>The sending half of a connection: one buffer in order, a lock held only to append,
/// one thread for what the peer does not take at once.</summary>
/// <remarks>
/// TCP: the appending thread tries a non-blocking send itself; the rest is the writer thread's. TLS: always the writer thread,
/// because TLS writes block. The writer also sends the pings. A peer without progress for the send time-out, or with more than
/// <c>maxUnsentBytes</c> waiting, is given up.
/// </remarks>
sealed class ConnectionSender : IDisposable
{
    const int LingerMs = 2000;
    const int PollSliceMs = 100;

    readonly ITransport _transport;
    readonly KeepAlive _keepAlive;
    readonly TimeProvider _clock;
    readonly int _maxUnsentBytes;
    readonly TimeSpan _sendTimeout;
    readonly Action<MqttCloseReason> _close;
    readonly Thread _writer;
    readonly SemaphoreSlim _wake = new(0);
    PacketBuffer _pending = new(4096);
    PacketBuffer _sending = new(4096);
    bool _isWriting;
    bool _isClosing;
    bool _isStopped;

    public ConnectionSender(ITransport transport, KeepAlive keepAlive, MqttClientOptions options, Action<MqttCloseReason> close)
    {
        (_transport, _keepAlive, _clock, _close) = (transport, keepAlive, options.Clock, close);
        (_maxUnsentBytes, _sendTimeout) = (options.MaxUnsentBytes, options.SendTimeout);
        _writer = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "mqtt-writer" };
    }

    /// <summary>Held from <see cref="Open"/> to <see cref="Flush"/>.</summary>
    public Lock Gate { get; } = new();

    public void Start() => _writer.Start();

    /// <summary>The buffer to append whole packets to, or null when the connection has ended.</summary>
    public PacketBuffer? Open() => _isClosing || _isStopped ? null : _pending;

    /// <summary>Hands over what was appended.</summary>
    public SendResult Flush()
    {
        _keepAlive.Sent(NowMs);
        if (!SendPending()) return SendResult.Closed;
        if (_pending.LengthBytes <= _maxUnsentBytes) return SendResult.Accepted;
        GiveUp();
        return SendResult.Closed;
    }

    /// <summary>Appends a PINGREQ; its number, or 0 when the connection has ended.</summary>
    public long Ping()
    {
        lock (Gate)
        {
            if (Open() is not { } buffer) return 0;
            PingPacket.WriteRequest(buffer);
            var number = _keepAlive.PingSent(NowMs);
            return Flush() == SendResult.Accepted ? number : 0;
        }
    }

    /// <summary>Sends a ping if one is due.</summary>
    public void PingIfDue()
    {
        lock (Gate)
            if (_keepAlive.MsUntilPing(NowMs) <= 0) Ping();
    }

    /// <summary>Sends what waits and this DISCONNECT, then ends the connection; without blocking the caller.</summary>
    public void Close(DisconnectPacket last, MqttVersion version)
    {
        lock (Gate)
        {
            if (Open() is not { } buffer) return;
            last.WriteTo(buffer, version);
            _isClosing = true;
            if (!SendPending() || (_transport.SendsAtOnce && _pending.LengthBytes == 0)) Stop();
        }
    }

    /// <summary>Ends the connection now.</summary>
    public void Stop()
    {
        _isStopped = true;
        _transport.Shutdown();
        _wake.Release();
    }

    /// <summary>Waits for the writer thread, for a bounded time.</summary>
    public void Dispose()
    {
        lock (Gate)
            if (!_isClosing) Stop();
        if (_writer.ThreadState != ThreadState.Unstarted && !_writer.Join(LingerMs))
        {
            Stop();
            _writer.Join(LingerMs);
        }
    }

    long NowMs => _clock.GetTimestamp() / (_clock.TimestampFrequency / 1000);

    /// <summary>TCP: sends what the peer takes now. Wakes the writer for the rest.</summary>
    bool SendPending()
    {
        if (_transport.SendsAtOnce && !_isWriting)
        {
            if (!_transport.TrySend(_pending.Written, out var sent))
            {
                Failed();
                return false;
            }
            _pending.Discard(sent);
        }
        if (_pending.LengthBytes > 0 && !_isWriting) _wake.Release();
        return true;
    }

    void Run()
    {
        while (true)
        {
            _wake.Wait((int)Math.Clamp(MsUntilPing(), 1, 60_000));
            PingIfDue();
            if (!Drain()) return;
        }
    }

    long MsUntilPing()
    {
        lock (Gate) return _keepAlive.MsUntilPing(NowMs);
    }

    /// <summary>Sends until nothing waits; false when the connection has ended.</summary>
    bool Drain()
    {
        var stalled = new Deadline(_sendTimeout);
        while (true)
        {
            lock (Gate)
            {
                _isWriting = false;
                if (_isStopped) return false;
                if (_pending.LengthBytes == 0)
                {
                    if (_isClosing) Stop();
                    return !_isClosing;
                }
                if (_transport.SendsAtOnce)
                {
                    if (!_transport.TrySend(_pending.Written, out var sent)) return Failed();
                    _pending.Discard(sent);
                    if (sent > 0) stalled = new Deadline(_sendTimeout);
                    if (_pending.LengthBytes == 0) continue;
                }
                else (_pending, _sending) = (_sending, _pending);
                _isWriting = true;
            }
            if (!_transport.SendsAtOnce)
            {
                var sent = _transport.TrySend(_sending.Written, out _);
                _sending.Clear();
                if (!sent) return Failed();
            }
            else if (!_transport.WaitWritable(PollSliceMs) && stalled.LeftMs == 0) return GiveUp();
        }
    }

    bool Failed()
    {
        _close(new MqttCloseReason(MqttCloseKind.NetworkError, 0, _transport.Error ?? "The connection was cut."));
        Stop();
        return false;
    }

    bool GiveUp()
    {
        _close(
            new MqttCloseReason(MqttCloseKind.SendStalled, 0, "The broker does not read what is sent to it; the connection was given up."));
        Stop();
        return false;
    }
}
