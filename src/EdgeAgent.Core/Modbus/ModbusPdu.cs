using System.Buffers.Binary;

namespace EdgeAgent.Core.Modbus;

/// <summary>The protocol data unit, the part RTU and TCP share (Modbus Application Protocol V1.1b3 §4 and §6).</summary>
/// <remarks>
/// Big-endian. Request: function u8 · address u16 · then for reads count u16, for 5 and 6 value u16, for 15 and 16
/// count u16, byte count u8, data. Answer: function u8 · for reads byte count u8, data; for writes an echo of four bytes;
/// a refusal is function | 0x80 and a code u8. At most 253 bytes. Pure; does not allocate.
/// </remarks>
public static class ModbusPdu
{
    /// <summary>Longest protocol data unit [bytes] (§4.1).</summary>
    public const int MaxBytes = 253;

    /// <summary>Most coils or inputs in one read (§6.1).</summary>
    public const int MaxReadBits = 2000;

    /// <summary>Most registers in one read (§6.3).</summary>
    public const int MaxReadRegisters = 125;

    /// <summary>Most coils in one write (§6.11).</summary>
    public const int MaxWriteBits = 1968;

    /// <summary>Most registers in one write (§6.12).</summary>
    public const int MaxWriteRegisters = 123;

    /// <summary>Writes a valid request; <paramref name="pdu"/> has room for <see cref="MaxBytes"/>.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteRequest(in ModbusRequest r, Span<byte> pdu)
    {
        pdu[0] = (byte)r.Function;
        BinaryPrimitives.WriteUInt16BigEndian(pdu[1..], r.Address);
        if (r.Function == ModbusFunction.WriteCoil)
        {
            BinaryPrimitives.WriteUInt16BigEndian(pdu[3..], (ushort)(r.Data.Span[0] != 0 ? 0xFF00 : 0));
            return 5;
        }

        if (r.Function == ModbusFunction.WriteRegister)
        {
            r.Data.Span.CopyTo(pdu[3..]);
            return 5;
        }

        BinaryPrimitives.WriteUInt16BigEndian(pdu[3..], r.Count);
        if (r.IsRead) return 5;
        pdu[5] = (byte)r.Data.Length;
        r.Data.Span.CopyTo(pdu[6..]);
        return 6 + r.Data.Length;
    }

    /// <summary>Length of a good answer to <paramref name="r"/> [bytes].</summary>
    public static int AnswerLength(in ModbusRequest r) => r.IsRead ? 2 + r.DataBytes : 5;

    /// <summary>Judges a whole answer.</summary>
    /// <returns><c>Ok</c> with the data's position inside <paramref name="pdu"/>, <c>Exception</c> or <c>Mismatch</c>.</returns>
    public static ModbusAnswer ReadAnswer(in ModbusRequest r, ReadOnlySpan<byte> pdu)
    {
        if (pdu.Length == 2 && pdu[0] == ((byte)r.Function | 0x80)) return new(AnswerStatus.Exception, ExceptionCode: pdu[1]);
        if (pdu.Length != AnswerLength(r) || !Fits(r, pdu)) return new(AnswerStatus.Mismatch);
        return r.IsRead ? new(AnswerStatus.Ok, 2, r.DataBytes) : new(AnswerStatus.Ok);
    }

    /// <summary>Whether the first bytes of an answer, as many as there are,
    /// can be those of a good answer to <paramref name="r"/>.</summary>
    internal static bool Fits(in ModbusRequest r, ReadOnlySpan<byte> front)
    {
        if (front.Length > 0 && front[0] != (byte)r.Function) return false;
        if (r.IsRead) return front.Length < 2 || front[1] == r.DataBytes;
        Span<byte> echo = stackalloc byte[MaxBytes];
        WriteRequest(r, echo);
        var n = Math.Min(front.Length, 5);
        return front[..n].SequenceEqual(echo[..n]);
    }
}
