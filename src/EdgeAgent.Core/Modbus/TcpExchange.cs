using System.Buffers.Binary;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Modbus;

/// <summary>An exchange over a TCP connection (Modbus Messaging on TCP/IP V1.0b §3.1.3).</summary>
/// <remarks>
/// Frame: transaction u16 · protocol u16 (0) · length u16 (unit and PDU, 2 to 254) · unit u8 · PDU, big-endian. An answer to an
/// earlier transaction is skipped (a late answer after a time-out); a header that cannot be right makes the stream
/// <c>Broken</c>, since TCP gives no other mark to follow.
/// </remarks>
public sealed class TcpExchange : IModbusExchange
{
    const int HeaderBytes = 7;
    readonly byte[] _sent = new byte[HeaderBytes + ModbusPdu.MaxBytes];
    readonly byte[] _received = new byte[4096];
    int _receivedBytes;
    ushort _transaction;
    ModbusRequest _request;
    int _answerEnd;
    int _dataStart;
    int _dataLength;

    /// <inheritdoc/>
    public MonotonicTime ReadyAt { get; private set; }

    /// <inheritdoc/>
    public MonotonicTime Deadline { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Data => _received.AsSpan(_dataStart, _dataLength);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Begin(in ModbusRequest request, MonotonicTime now, long timeoutNs)
    {
        Discard(_answerEnd);
        _request = request;
        _transaction++;
        var n = ModbusPdu.WriteRequest(request, _sent.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt16BigEndian(_sent, _transaction);
        BinaryPrimitives.WriteUInt16BigEndian(_sent.AsSpan(2), 0);
        BinaryPrimitives.WriteUInt16BigEndian(_sent.AsSpan(4), (ushort)(n + 1));
        _sent[6] = request.Unit;
        Deadline = new(now.Ns + timeoutNs);
        return _sent.AsSpan(0, HeaderBytes + n);
    }

    /// <inheritdoc/>
    public ModbusAnswer Receive(ReadOnlySpan<byte> bytes, MonotonicTime now)
    {
        if (bytes.Length > _received.Length - _receivedBytes) return new(AnswerStatus.Broken);
        bytes.CopyTo(_received.AsSpan(_receivedBytes));
        _receivedBytes += bytes.Length;
        while (true)
        {
            var have = _received.AsSpan(0, _receivedBytes);
            if (have.Length < HeaderBytes) return new(AnswerStatus.NeedMore);
            var length = BinaryPrimitives.ReadUInt16BigEndian(have[4..]);
            if (BinaryPrimitives.ReadUInt16BigEndian(have[2..]) != 0 || length < 2 || length > 1 + ModbusPdu.MaxBytes)
                return new(AnswerStatus.Broken);
            var end = 6 + length;
            if (have.Length < end) return new(AnswerStatus.NeedMore);
            if (BinaryPrimitives.ReadUInt16BigEndian(have) != _transaction)
            {
                Discard(end);
                continue;
            }

            ReadyAt = now;
            var answer = have[6] == _request.Unit ? ModbusPdu.ReadAnswer(_request, have[HeaderBytes..end]) : new(AnswerStatus.Mismatch);
            (_answerEnd, _dataStart, _dataLength) = (end, HeaderBytes + answer.DataStart, answer.DataLength);
            return answer with { DataStart = _dataStart };
        }
    }

    /// <inheritdoc/>
    public ModbusAnswer Expire(MonotonicTime now)
    {
        ReadyAt = now;
        return new(AnswerStatus.TimedOut);
    }

    /// <inheritdoc/>
    public void Reset(MonotonicTime now)
    {
        (_receivedBytes, _answerEnd, _dataStart, _dataLength) = (0, 0, 0, 0);
        ReadyAt = now;
    }

    void Discard(int n)
    {
        _received.AsSpan(n, _receivedBytes - n).CopyTo(_received);
        _receivedBytes -= n;
        (_answerEnd, _dataStart, _dataLength) = (0, 0, 0);
    }
}
