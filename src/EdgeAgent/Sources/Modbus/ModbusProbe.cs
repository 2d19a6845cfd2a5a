using EdgeAgent.Core.Modbus;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Sources.Modbus;

/// <summary>What <c>check --connect</c> finds out about the bus of a source; asks no unit for anything.</summary>
static class ModbusProbe
{
    /// <summary>The findings, good ones included.</summary>
    public static (bool IsGood, string Text) Run(ModbusSourceSettings settings) =>
        settings.Line is { } line ? PortProbe.Run(line) : Peer(settings.Host!, settings.Port);

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
