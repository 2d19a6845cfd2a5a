using EdgeAgent.Probes;
using EdgeAgent.Sources.Wires;

namespace EdgeAgent.Sources.Modbus;

/// <summary>What <c>check --connect</c> finds out about the bus of a source; asks no unit for anything.</summary>
static class ModbusProbe
{
    /// <summary>The findings, good ones included.</summary>
    public static ProbeLine Run(ModbusSourceSettings settings) =>
        settings.Line is { } line ? PortProbe.Run(line) : Peer(settings.Host!, settings.Port);

    static ProbeLine Peer(string host, int port)
    {
        try
        {
            new TcpWire(host, port).Dispose();
            return ProbeLine.Good($"reached {host}:{port}; nothing was asked");
        }
        catch (WireException e)
        {
            return ProbeLine.Failed(e.Message);
        }
    }
}
