namespace EdgeAgent.Core.Modbus;

/// <summary>A public function code this master uses (Modbus Application Protocol V1.1b3 §6).</summary>
public enum ModbusFunction : byte
{
    /// <summary>§6.1: 1 to 2,000 coils.</summary>
    ReadCoils = 1,

    /// <summary>§6.2: 1 to 2,000 discrete inputs.</summary>
    ReadDiscreteInputs = 2,

    /// <summary>§6.3: 1 to 125 holding registers.</summary>
    ReadHoldingRegisters = 3,

    /// <summary>§6.4: 1 to 125 input registers.</summary>
    ReadInputRegisters = 4,

    /// <summary>§6.5: one coil.</summary>
    WriteCoil = 5,

    /// <summary>§6.6: one holding register.</summary>
    WriteRegister = 6,

    /// <summary>§6.11: 1 to 1,968 coils.</summary>
    WriteCoils = 15,

    /// <summary>§6.12: 1 to 123 holding registers.</summary>
    WriteRegisters = 16,
}

/// <summary>One request of a master.</summary>
/// <param name="Unit">Unit id: 1 to 247, or 0 for a broadcast write (RTU); over TCP also 255.</param>
/// <param name="Function">What is asked.</param>
/// <param name="Address">Protocol address of the first coil or register, from 0.</param>
/// <param name="Count">Coils or registers; 1 for the single writes.</param>
/// <param name="Data">Writes only: registers as big-endian pairs, or packed coils, low bit first; a single coil is one byte, 0 or 1.</param>
public readonly record struct ModbusRequest(
    byte Unit, ModbusFunction Function, ushort Address, ushort Count, ReadOnlyMemory<byte> Data = default)
{
    /// <summary>Whether the answer carries data.</summary>
    public bool IsRead => Function <= ModbusFunction.ReadInputRegisters;

    /// <summary>Whether the function deals in single bits.</summary>
    public bool IsBits => Function is ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs
        or ModbusFunction.WriteCoil or ModbusFunction.WriteCoils;

    /// <summary>Bytes of data a good answer to a read carries, or a write sends.</summary>
    public int DataBytes => IsBits ? (Count + 7) / 8 : 2 * Count;
}

/// <summary>What was made of an answer.</summary>
public enum AnswerStatus : byte
{
    /// <summary>Bytes are missing yet.</summary>
    NeedMore,

    /// <summary>A good answer.</summary>
    Ok,

    /// <summary>The unit refused; see <see cref="ModbusAnswer.ExceptionCode"/>.</summary>
    Exception,

    /// <summary>Nothing came in time.</summary>
    TimedOut,

    /// <summary>Bytes came, but no whole answer with a right check.</summary>
    Corrupt,

    /// <summary>The answer is whole but does not fit the request (unit, function, length or echo).</summary>
    Mismatch,

    /// <summary>The stream cannot be followed any further; the connection must be closed (TCP only).</summary>
    Broken,
}

/// <summary>The outcome of looking for an answer; data by position in the bytes looked at.</summary>
/// <param name="Status">What was found.</param>
/// <param name="DataStart">First byte of the data of a read.</param>
/// <param name="DataLength">Its length [bytes].</param>
/// <param name="ExceptionCode">Exception code (V1.1b3 §7), for <see cref="AnswerStatus.Exception"/>.</param>
public readonly record struct ModbusAnswer(AnswerStatus Status, int DataStart = 0, int DataLength = 0, byte ExceptionCode = 0)
{
    /// <summary>Words for an exception code (V1.1b3 §7).</summary>
    public static string Explain(byte code) => code switch
    {
        1 => "illegal function",
        2 => "illegal data address",
        3 => "illegal data value",
        4 => "server device failure",
        5 => "acknowledge, still working",
        6 => "server device busy",
        8 => "memory parity error",
        10 => "gateway path unavailable",
        11 => "gateway target failed to respond",
        _ => "unknown exception",
    };
}
