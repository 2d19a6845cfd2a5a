using System.Net;
using System.Net.Sockets;
using EdgeAgent.Sources.Modbus;
using EdgeAgent.Sources.Wires;
using Xunit;

namespace EdgeAgent.Tests.Sources.Modbus;

public sealed class TcpWireTests
{
    [Fact]
    public async Task A_peer_that_reads_nothing_is_given_up()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var wire = new TcpWire("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
        using var peer = listener.AcceptSocket();
        var sending = Task.Run(() => Assert.Throws<WireException>(() => wire.Send(new byte[32 << 20])),
            TestContext.Current.CancellationToken);
        Assert.Contains("takes nothing",
            (await sending.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Message);
        wire.Dispose();
    }
}
