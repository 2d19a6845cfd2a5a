using EdgeAgent.Core.Lines;
using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Settings;
using EdgeAgent.Native.Serial;
using EdgeAgent.Sources.Modbus;

namespace EdgeAgent.Sources.Wires;

/// <summary>What <c>check --connect</c> finds out about a serial port or a Modbus peer; sends nothing on it.</summary>
/// <remarks>A port is opened and set as the agent would; one that is in use is there, which is all that is asked. A unit behind it is not asked for anything.</remarks>
static class WireProbe
{
    /// <summary>Looks at the wire of <paramref name="source"/>; empty when it has none.</summary>
    public static IReadOnlyList<(bool IsGood, string Text)> Run(SourceSettings source) => source switch
    {
        SerialSourceSettings serial => [Port(serial.Line)],
        ModbusSourceSettings { Line: { } line } => [Port(line)],
        ModbusSourceSettings { Host: { } host } modbus => [Peer(host, modbus.Port)],
        _ => [],
    };

    static (bool IsGood, string Text) Port(SerialLineSettings line)
    {
        try
        {
            SerialPort.Open(line).Dispose();
            return (true, $"{line.Path} is there and takes {line.Baud} baud; nothing was sent");
        }
        catch (SerialException e) when (e.Fault == SerialFault.InUse)
        {
            return (true, $"{line.Path} is there, and in use now: {e.Message}");
        }
        catch (SerialException e)
        {
            return (false, e.Message);
        }
    }

    static (bool IsGood, string Text) Peer(string host, int port)
    {
        try
        {
            new TcpWire(host, port).Dispose();
            return (true, $"reached {host}:{port}; nothing was asked");
        }
        catch (WireException e)
        {
            return (false, e.Message);
        }
    }
}
