using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Modbus;

/// <summary>An exchange on an RTU line.</summary>
/// <remarks>
/// The answer time starts when the last byte of the request has left the wire. A broadcast (unit 0) has no answer: the
/// line is held for the turn-around delay instead (V1.02 §2.4.1, 100 to 200 ms usual). After any exchange the line rests for t3.5,
/// counted from the last byte seen. A unit that let its time pass in silence may still answer: asked again, it then answers
/// twice, and the second answer, which names no address, would pass for that to the next question. So after such a pair the line
/// rests for one answer time, and what comes in it is thrown away. Bytes after the longest frame keep the newest 512,
/// so babble cannot grow memory.
/// </remarks>
public sealed class RtuExchange(RtuTiming timing, long turnAroundNs = 100_000_000) : IModbusExchange
{
    readonly byte[] _sent = new byte[RtuCodec.MaxBytes];
    readonly byte[] _received = new byte[2 * RtuCodec.MaxBytes];
    int _receivedBytes;
    ModbusRequest _request;
    ModbusAnswer _last;
    long _timeoutNs;
    byte _overdueUnit;

    /// <inheritdoc/>
    public MonotonicTime ReadyAt { get; private set; }

    /// <inheritdoc/>
    public MonotonicTime Deadline { get; private set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Data => _received.AsSpan(_last.DataStart, _last.DataLength);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Begin(in ModbusRequest request, MonotonicTime now, long timeoutNs)
    {
        _request = request;
        _timeoutNs = timeoutNs;
        _receivedBytes = 0;
        _last = default;
        var n = RtuCodec.WriteRequest(request, _sent);
        var sentAtNs = now.Ns + timing.OnWireNs(n);
        Deadline = new(sentAtNs + (request.Unit == 0 ? turnAroundNs : timeoutNs));
        ReadyAt = Deadline;
        return _sent.AsSpan(0, n);
    }

    /// <inheritdoc/>
    public ModbusAnswer Receive(ReadOnlySpan<byte> bytes, MonotonicTime now)
    {
        Keep(bytes);
        if (_request.Unit == 0) return new(AnswerStatus.NeedMore);
        var answer = RtuCodec.FindAnswer(_request, _received.AsSpan(0, _receivedBytes));
        if (answer.Status == AnswerStatus.NeedMore) return answer;
        var isLate = _overdueUnit == _request.Unit;
        ReadyAt = new(now.Ns + (isLate ? Math.Max(_timeoutNs, timing.BetweenFramesNs) : timing.BetweenFramesNs));
        if (isLate) _overdueUnit = 0;
        return _last = answer;
    }

    /// <inheritdoc/>
    public ModbusAnswer Expire(MonotonicTime now)
    {
        ReadyAt = new(now.Ns + timing.BetweenFramesNs);
        if (_request.Unit == 0) return new(AnswerStatus.Ok);
        if (_receivedBytes == 0) _overdueUnit = _request.Unit;
        return new(RtuCodec.Judge(_received.AsSpan(0, _receivedBytes)));
    }

    /// <inheritdoc/>
    public void Reset(MonotonicTime now)
    {
        (_receivedBytes, _overdueUnit) = (0, 0);
        _last = default;
        ReadyAt = new(now.Ns + timing.BetweenFramesNs);
    }

    void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _received.Length) bytes = bytes[^_received.Length..];
        var over = _receivedBytes + bytes.Length - _received.Length;
        if (over > 0)
        {
            _received.AsSpan(over, _receivedBytes - over).CopyTo(_received);
            _receivedBytes -= over;
        }

        bytes.CopyTo(_received.AsSpan(_receivedBytes));
        _receivedBytes += bytes.Length;
    }
}
