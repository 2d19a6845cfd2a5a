using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Network.WebSockets;

/// <summary>Takes a server's WebSocket frames off the bytes they carry, in place.</summary>
/// <remarks>
/// RFC 6455 §5.2, a server's frame: FIN 1 bit · RSV 3 bits, 0 · opcode 4 bits · MASK 1 bit, 0 · length 7 bits, or 126 and u16, or 127
/// and u64 · payload. Messages are one stream of bytes: MQTT packets need not keep to their bounds [MQTT-6.0.0-2], so a payload of any
/// length is passed on as it comes and none is held. State between reads: a torn head (10 bytes), the payload of a control frame and of
/// a ping (125 bytes each). Does not allocate but for the words of a fault; never throws on input. One thread.
/// </remarks>
sealed class FrameReader
{
    const int MostControlBytes = 125;
    const byte Fin = 0x80, Reserved = 0x70, OpcodeBits = 0x0F, Masked = 0x80, LengthBits = 0x7F;
    const ulong MostLength = long.MaxValue;

    readonly byte[] _head = new byte[10];
    readonly byte[] _control = new byte[MostControlBytes];
    readonly byte[] _ping = new byte[MostControlBytes];
    int _headBytes;
    int _controlBytes;
    int _pingBytes;
    ulong _left;
    WebSocketOpcode _opcode;
    bool _isInMessage;

    /// <summary>Why the connection has to be given up, as a sentence; null while the server keeps to the protocol.</summary>
    public string? Failure { get; private set; }

    /// <summary>Whether the server closed; nothing is taken after that.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>The code of the close frame; 1005 when it had none.</summary>
    public int CloseCode { get; private set; }

    /// <summary>Its reason, printable; may be empty.</summary>
    public string CloseReason { get; private set; } = "";

    /// <summary>Whether a ping came that is not yet answered; whoever answers it clears this.</summary>
    public bool IsPingDue { get; set; }

    /// <summary>The payload of that ping: of several the last (§5.5.3). Until the next <see cref="Take"/>.</summary>
    public ReadOnlySpan<byte> Ping => _ping.AsSpan(0, _pingBytes);

    /// <summary>Moves what <paramref name="bytes"/> carry to their front.</summary>
    /// <returns>How many that are [bytes].</returns>
    public int Take(Span<byte> bytes)
    {
        int from = 0, to = 0;
        while (from < bytes.Length && Failure is null && !IsClosed)
        {
            if (_left == 0)
            {
                _head[_headBytes++] = bytes[from++];
                if (_headBytes >= 2 && _headBytes == HeadLength) Begin();
                continue;
            }

            var here = (int)Math.Min(_left, (ulong)(bytes.Length - from));
            var part = bytes.Slice(from, here);
            from += here;
            _left -= (uint)here;
            if (_opcode < WebSocketOpcode.Close)
            {
                part.CopyTo(bytes[to..]);
                to += here;
            }
            else
            {
                part.CopyTo(_control.AsSpan(_controlBytes));
                _controlBytes += here;
                if (_left == 0) EndControl();
            }
        }

        return to;
    }

    int HeadLength => (_head[1] & LengthBits) switch { 126 => 4, 127 => 10, _ => 2 };

    void Begin()
    {
        var opcode = (WebSocketOpcode)(_head[0] & OpcodeBits);
        var isLast = (_head[0] & Fin) != 0;
        _left = _headBytes switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(2)),
            10 => BinaryPrimitives.ReadUInt64BigEndian(_head.AsSpan(2)),
            _ => (ulong)_head[1] & LengthBits,
        };
        Failure = (_head[0] & Reserved) != 0 ? "a frame with reserved bits"
            : (_head[1] & Masked) != 0 ? "a masked frame"
            : _left > MostLength ? "a length with its highest bit set"
            : opcode switch
            {
                WebSocketOpcode.Binary => _isInMessage ? "a new message inside another" : null,
                WebSocketOpcode.Continuation => _isInMessage ? null : "the continuation of no message",
                WebSocketOpcode.Text => "text, where MQTT is bytes",
                WebSocketOpcode.Close or WebSocketOpcode.Ping or WebSocketOpcode.Pong =>
                    !isLast ? "a control frame in parts" : _left > MostControlBytes ? "a control frame above 125 bytes" : null,
                _ => "a frame of a kind that does not exist",
            };
        if (Failure is not null)
        {
            Failure = $"It broke the WebSocket protocol: {Failure}.";
            return;
        }

        (_headBytes, _opcode) = (0, opcode);
        if (opcode < WebSocketOpcode.Close)
        {
            _isInMessage = !isLast;
            return;
        }

        _controlBytes = 0;
        if (_left == 0) EndControl();
    }

    void EndControl()
    {
        if (_opcode == WebSocketOpcode.Ping)
        {
            (IsPingDue, _pingBytes) = (true, _controlBytes);
            _control.CopyTo(_ping, 0);
        }

        if (_opcode != WebSocketOpcode.Close) return;
        IsClosed = true;
        CloseCode = _controlBytes >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(_control) : 1005;
        CloseReason = _controlBytes > 2 ? HttpHead.Printable(Encoding.UTF8.GetString(_control, 2, _controlBytes - 2)) : "";
    }
}
