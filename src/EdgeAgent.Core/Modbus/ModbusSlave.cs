using System.Buffers.Binary;

namespace EdgeAgent.Core.Modbus;

/// <summary>A unit as its own memory: the pure half of the simulator.</summary>
/// <remarks>Answers requests of functions 1–6, 15 and 16 as Modbus Application Protocol V1.1b3 §6 says, refusals included.
/// Registers of a table share one array of big-endian pairs. Single-threaded; bad input gives a refusal, never an exception.</remarks>
public sealed class ModbusSlave(int registers = 65536)
{
    readonly byte[] _holding = new byte[2 * registers];
    readonly byte[] _input = new byte[2 * registers];
    readonly bool[] _coils = new bool[registers];
    readonly bool[] _discrete = new bool[registers];

    /// <summary>The bytes of a register table from <paramref name="address"/> on.</summary>
    public Span<byte> Registers(RegisterTable table, int address) =>
        (table == RegisterTable.Holding ? _holding : _input).AsSpan(2 * address);

    /// <summary>The bits of a bit table.</summary>
    public Span<bool> Bits(RegisterTable table) => table == RegisterTable.Coil ? _coils : _discrete;

    /// <summary>Answers one request.</summary>
    /// <param name="request">The request's PDU.</param>
    /// <param name="answer">Room for <see cref="ModbusPdu.MaxBytes"/>.</param>
    /// <returns>Length of the answer, at least 2.</returns>
    public int Answer(ReadOnlySpan<byte> request, Span<byte> answer)
    {
        if (request.Length < 5) return Refuse(request.IsEmpty ? (byte)0 : request[0], 3, answer);
        var function = (ModbusFunction)request[0];
        int address = BinaryPrimitives.ReadUInt16BigEndian(request[1..]);
        int count = BinaryPrimitives.ReadUInt16BigEndian(request[3..]);
        answer[0] = request[0];
        return function switch
        {
            ModbusFunction.ReadCoils => ReadBits(_coils, address, count, answer),
            ModbusFunction.ReadDiscreteInputs => ReadBits(_discrete, address, count, answer),
            ModbusFunction.ReadHoldingRegisters => ReadRegisters(_holding, address, count, answer),
            ModbusFunction.ReadInputRegisters => ReadRegisters(_input, address, count, answer),
            _ => Write(function, address, count, request, answer),
        };
    }

    int Write(ModbusFunction function, int address, int value, ReadOnlySpan<byte> request, Span<byte> answer)
    {
        var data = request.Length > 6 ? request[6..] : default;
        switch (function)
        {
            case ModbusFunction.WriteCoil:
                if (value is not (0 or 0xFF00)) return Refuse(request[0], 3, answer);
                if (address >= registers) return Refuse(request[0], 2, answer);
                _coils[address] = value != 0;
                break;
            case ModbusFunction.WriteRegister:
                if (address >= registers) return Refuse(request[0], 2, answer);
                request[3..5].CopyTo(_holding.AsSpan(2 * address));
                break;
            case ModbusFunction.WriteCoils:
                if (value is 0 or > ModbusPdu.MaxWriteBits || data.Length != (value + 7) / 8) return Refuse(request[0], 3, answer);
                if (address + value > registers) return Refuse(request[0], 2, answer);
                for (var i = 0; i < value; i++) _coils[address + i] = (data[i >> 3] >> (i & 7) & 1) != 0;
                break;
            case ModbusFunction.WriteRegisters:
                if (value is 0 or > ModbusPdu.MaxWriteRegisters || data.Length != 2 * value) return Refuse(request[0], 3, answer);
                if (address + value > registers) return Refuse(request[0], 2, answer);
                data.CopyTo(_holding.AsSpan(2 * address));
                break;
            default:
                return Refuse(request[0], 1, answer);
        }

        request[..5].CopyTo(answer);
        return 5;
    }

    int ReadBits(bool[] bits, int address, int count, Span<byte> answer)
    {
        if (count is 0 or > ModbusPdu.MaxReadBits) return Refuse(answer[0], 3, answer);
        if (address + count > registers) return Refuse(answer[0], 2, answer);
        var bytes = (count + 7) / 8;
        answer[1] = (byte)bytes;
        answer.Slice(2, bytes).Clear();
        for (var i = 0; i < count; i++)
            if (bits[address + i]) answer[2 + (i >> 3)] |= (byte)(1 << (i & 7));
        return 2 + bytes;
    }

    int ReadRegisters(byte[] table, int address, int count, Span<byte> answer)
    {
        if (count is 0 or > ModbusPdu.MaxReadRegisters) return Refuse(answer[0], 3, answer);
        if (address + count > registers) return Refuse(answer[0], 2, answer);
        answer[1] = (byte)(2 * count);
        table.AsSpan(2 * address, 2 * count).CopyTo(answer[2..]);
        return 2 + 2 * count;
    }

    static int Refuse(byte function, byte code, Span<byte> answer)
    {
        answer[0] = (byte)(function | 0x80);
        answer[1] = code;
        return 2;
    }
}
