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
