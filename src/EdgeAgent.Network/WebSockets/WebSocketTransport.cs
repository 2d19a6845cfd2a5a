using System.Buffers.Binary;
using System.Globalization;

namespace EdgeAgent.Network.WebSockets;

/// <summary>Bytes to and from a server as binary messages of a WebSocket over <paramref name="inner"/>, its opening done.</summary>
/// <remarks>
/// What is read is unframed in place, so reading needs no memory of its own. Of what is sent one frame is held until the peer has all of
/// it; a sender hears that its bytes are sent only then, and comes again with the same ones. Pings are answered by the reader, or by a
/// sender that is at it. The end of the connection is that of what travels in it (DISCONNECT): of our own accord no close frame is sent.
/// </remarks>
sealed class WebSocketTransport(ITransport inner, FrameWriter writer) : ITransport
{
    const int ProtocolError = 1002, Normal = 1000, GoingAway = 1001, NoCode = 1005;
    readonly FrameReader _reader = new();
    readonly Lock _sending = new();
    readonly Lock _pongGate = new();
    readonly byte[] _pong = new byte[125];
    int _pongBytes;
    volatile bool _isPongDue;
    int _framedBytes; // of what the sender comes with, that are in the frame held
    bool _isOver;

    public bool SendsAtOnce => inner.SendsAtOnce;

    public string? Error => _reader.Failure ?? (_reader.IsClosed ? Parting() : inner.Error);

    public FillResult Receive(Span<byte> into, int timeoutMs, out int count)
    {
        count = 0;
        var deadline = new Deadline(TimeSpan.FromMilliseconds(timeoutMs));
        while (!_isOver)
        {
            var result = inner.Receive(into, timeoutMs, out var raw);
            if (result != FillResult.Data) return result;
            count = _reader.Take(into[..raw]);
            if (_reader.IsPingDue) TakePing();
            if (_reader.Failure is not null || _reader.IsClosed) End();
            if (count > 0) return FillResult.Data;
            if ((timeoutMs = deadline.LeftMs) == 0 && !_isOver) return FillResult.Timeout;
        }

        return FillResult.Closed;
    }

    public bool TrySend(ReadOnlySpan<byte> bytes, out int sent)
    {
        bool isOpen;
        lock (_sending) isOpen = TrySendFrames(bytes, out sent);
        TryPong(); // the reader may have met a locked gate
        return isOpen;
    }

    public bool WaitWritable(int timeoutMs) => inner.WaitWritable(timeoutMs);

    public void Shutdown() => inner.Shutdown();

    public void Dispose() => inner.Dispose();

    bool TrySendFrames(ReadOnlySpan<byte> bytes, out int sent)
    {
        sent = 0;
        while (true)
        {
            if (!TryFlush(out var isGone)) return false;
            if (!isGone) return true;
            sent += _framedBytes;
            _framedBytes = 0;
            if (_isPongDue)
            {
                WritePong();
                continue;
            }

            if (sent == bytes.Length) return true;
            _framedBytes = Math.Min(bytes.Length - sent, FrameWriter.MostBytes);
            writer.Write(WebSocketOpcode.Binary, bytes.Slice(sent, _framedBytes));
        }
    }

    /// <summary>Sends of the frame held what the peer takes now; false when the connection has ended.</summary>
    bool TryFlush(out bool isGone)
    {
        isGone = false;
        if (!writer.Unsent.IsEmpty)
        {
            if (!inner.TrySend(writer.Unsent, out var sent)) return false;
            writer.Discard(sent);
        }

        isGone = writer.Unsent.IsEmpty;
        return true;
    }

    void TakePing()
    {
        _reader.IsPingDue = false;
        lock (_pongGate)
        {
            _reader.Ping.CopyTo(_pong);
            _pongBytes = _reader.Ping.Length;
            _isPongDue = true;
        }

        TryPong();
    }

    /// <summary>Answers a ping unless a sender is at work, who does it then.</summary>
    void TryPong()
    {
        while (_isPongDue && _sending.TryEnter())
        {
            try
            {
                // A frame of the sender's that is not gone stays his; the pong follows it.
                if (!TryFlush(out var isGone) || !isGone) return;
                if (_isPongDue) WritePong();
                if (!TryFlush(out isGone) || !isGone) return;
            }
            finally
            {
                _sending.Exit();
            }
        }
    }

    void WritePong()
    {
        lock (_pongGate)
        {
            writer.Write(WebSocketOpcode.Pong, _pong.AsSpan(0, _pongBytes));
            _isPongDue = false;
        }
    }

    /// <summary>Answers a close frame, or says that the server broke the protocol, as far as that goes at once (§5.5.1, §7.1.7).</summary>
    void End()
    {
        _isOver = true;
        if (!_sending.TryEnter()) return;
        try
        {
            if (!TryFlush(out var isGone) || !isGone) return;
            Span<byte> code = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(code, (ushort)(_reader.Failure is not null ? ProtocolError : _reader.CloseCode));
            writer.Write(WebSocketOpcode.Close, _reader is { Failure: null, CloseCode: NoCode } ? [] : code);
            TryFlush(out _);
        }
        finally
        {
            _sending.Exit();
        }
    }

    string? Parting() => _reader.CloseCode is Normal or NoCode ? null
        : string.Create(CultureInfo.InvariantCulture, $"The server closed the WebSocket with code {_reader.CloseCode}")
            + (_reader.CloseCode == GoingAway ? " (going away)" : "")
            + (_reader.CloseReason.Length > 0 ? $": {_reader.CloseReason}." : ".");
}
