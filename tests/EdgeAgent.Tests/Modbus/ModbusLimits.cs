using EdgeAgent.Core.Modbus;

namespace EdgeAgent.Tests.Modbus;

/// <summary>The limits of a request as the specification gives them (Modbus Application Protocol V1.1b3 §6).</summary>
static class ModbusLimits
{
    public static bool AreKept(in ModbusRequest r)
    {
        var most = r.Function switch
        {
            ModbusFunction.ReadCoils or ModbusFunction.ReadDiscreteInputs => 2000,
            ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters => 125,
            ModbusFunction.WriteCoil or ModbusFunction.WriteRegister => 1,
            ModbusFunction.WriteCoils => 1968,
            ModbusFunction.WriteRegisters => 123,
            _ => 0,
        };
        return r.Count >= 1 && r.Count <= most && r.Address + r.Count <= 65536 && (r.IsRead || r.Data.Length == r.DataBytes);
    }
}
