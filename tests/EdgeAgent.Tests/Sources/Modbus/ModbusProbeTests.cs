using System.Net;
using System.Net.Sockets;
using EdgeAgent.Core.Lines;
using EdgeAgent.Native.Serial;
using EdgeAgent.Sources.Modbus;
using Xunit;

namespace EdgeAgent.Tests.Sources.Modbus;

public sealed class ModbusProbeTests
{
    static ModbusSourceSettings On(string path) => new() { Name = "s", Line = new SerialLineSettings { Path = path }, Units = [] };

    [Fact]
    public void A_port_that_is_missing_is_told()
    {
        var (isGood, text) = ModbusProbe.Run(On("/dev/ttyNowhere7"));
        Assert.False(isGood);
        Assert.Contains("/dev/ttyNowhere7 does not exist", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_is_there_is_good_and_so_is_one_in_use()
    {
        using var terminal = new PseudoTerminal();
        Assert.True(ModbusProbe.Run(On(terminal.Path)).IsGood);
    }

    [Fact]
    public void A_modbus_peer_is_reached_or_not()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var peer =
            new ModbusSourceSettings { Name = "s", Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, Units = [] };
        Assert.True(ModbusProbe.Run(peer).IsGood);
        listener.Stop();
        Assert.False(ModbusProbe.Run(peer).IsGood);
    }
}
