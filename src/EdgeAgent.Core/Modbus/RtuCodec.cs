using EdgeAgent.Core.Lines;

namespace EdgeAgent.Core.Modbus;

/// <summary>Modbus RTU frames: unit u8 · PDU · CRC-16 low byte first (Modbus over Serial Line V1.02 §2.5.1).</summary>
/// <remarks>
/// A master knows what it asked, so it looks for the one frame that answers instead of trusting silence alone: USB adapters
/// deliver in blocks (16 ms latency timers), so gaps of 1.5 characters cannot be seen in user space. Noise before or after
/// the answer does no harm. Pure; does not allocate.
/// </remarks>
public static class RtuCodec
{
    /// <summary>Longest frame [bytes] (§2.5.1).</summary>
    public const int MaxBytes = 256;

    /// <summary>Writes the frame of a valid request; <paramref name="frame"/> has room for <see cref="MaxBytes"/>.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteRequest(in ModbusRequest r, Span<byte> frame)
    {
        frame[0] = r.Unit;
        return Seal(frame, 1 + ModbusPdu.WriteRequest(r, frame[1..]));
    }

    /// <summary>Puts the check behind the first <paramref name="length"/> bytes.</summary>
    /// <returns>Length with the check.</returns>
    public static int Seal(Span<byte> frame, int length)
    {
        var crc = Checksum.Crc16Modbus(frame[..length]);
        frame[length] = (byte)crc;
        frame[length + 1] = (byte)(crc >> 8);
        return length + 2;
    }

    /// <summary>Whether a frame's check is right.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> frame) =>
        frame.Length >= 4 && Checksum.Crc16Modbus(frame[..^2]) == (frame[^2] | frame[^1] << 8);

    /// <summary>Looks for the answer to <paramref name="r"/> anywhere in <paramref name="bytes"/>.</summary>
    /// <returns><c>Ok</c>, <c>Exception</c>; <c>NeedMore</c> while an answer can still be completed by further bytes.</returns>
    /// <remarks>Any suffix might be the front of an answer, so there is no "corrupt" here: time decides that.</remarks>
    public static ModbusAnswer FindAnswer(in ModbusRequest r, ReadOnlySpan<byte> bytes)
    {
        var length = 3 + ModbusPdu.AnswerLength(r);
        for (var start = 0; bytes.Length - start >= 5; start++)
        {
            var skip = bytes[start..].IndexOf(r.Unit);
            if (skip < 0) break;
            start += skip;
            var rest = bytes[start..];
            if (rest.Length >= length && ModbusPdu.Fits(r, rest[1..(length - 2)]) && IsSealed(rest[..length]))
                return r.IsRead ? new(AnswerStatus.Ok, start + 3, r.DataBytes) : new(AnswerStatus.Ok);
            if (rest.Length >= 5 && rest[1] == ((byte)r.Function | 0x80) && IsSealed(rest[..5]))
                return new(AnswerStatus.Exception, ExceptionCode: rest[2]);
        }

        return new(AnswerStatus.NeedMore);
    }

    /// <summary>Says what bytes are that did not answer in time.</summary>
    /// <returns><c>TimedOut</c> for none, <c>Mismatch</c> for a sound frame of another unit or function, else <c>Corrupt</c>.</returns>
    public static AnswerStatus Judge(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty ? AnswerStatus.TimedOut : IsSealed(bytes) ? AnswerStatus.Mismatch : AnswerStatus.Corrupt;
}
