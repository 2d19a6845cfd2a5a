namespace EdgeAgent.Core.Modbus;

/// <summary>One request of a master.</summary>
/// <param name="Unit">Unit id: 1 to 247, or 0 for a broadcast write (RTU); over TCP also 255.</param>
/// <param name="Function">What is asked.</param>
/// <param name="Address">Protocol address of the first coil or register, from 0.</param>
/// <param name="Count">Coils or registers; 1 for the single writes.</param>
/// <param name="Data">Writes only: registers as big-endian pairs, or packed coils, low bit first; a single coil is one byte,
/// 0 or 1.</param>
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
