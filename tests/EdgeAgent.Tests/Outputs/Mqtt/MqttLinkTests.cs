using System.Net;
using System.Net.Sockets;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Outputs.Mqtt;
using Xunit;

namespace EdgeAgent.Tests.Outputs.Mqtt;

public sealed class MqttLinkTests
{
    [Fact]
    public void A_connection_that_ended_well_lets_the_waits_begin_anew()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var backoff =
            new Backoff(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), Random.Shared) { StableAfter = TimeSpan.Zero };
        var settings = new MqttOutputSettings
        {
            Name = "out",
            Broker = new BrokerSettings { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port },
            Topic = "t",
        };
        using var link = new MqttLink(settings, "gw", new OutputHealth(new SystemClock()), null, backoff);
        link.Start();
        var buffer = new byte[1000];
        for (var i = 0; i < 6; i++)
        {
            using var socket = listener.AcceptSocket();
            socket.ReceiveTimeout = 30_000;
            socket.Receive(buffer);
            socket.Send([0x20, 3, 0, 0, 0]);
        }

        // The last connection may not have ended yet; five have, each of them well.
        Assert.InRange(backoff.Failures, 0, 1);
    }

    [Fact]
    public void A_broker_that_does_not_know_us_is_asked_seldom()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var settings = new MqttOutputSettings
        {
            Name = "out",
            Broker = new BrokerSettings { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port },
            Topic = "t",
        };
        var health = new OutputHealth(new FakeClock());
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), new Random(1));
        using var link = new MqttLink(settings, "gw", health, null, backoff);
        link.Start();
        using (var socket = listener.AcceptSocket())
        {
            socket.ReceiveTimeout = 30_000;
            socket.Receive(new byte[1000]);
            socket.Send([0x20, 3, 0, 0x87, 0]);
        }

        // The first wait would be of a second at most; after "not authorized" it is one of the longest.
        Assert.True(SpinWait.SpinUntil(() => health.NextTry > TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(60)), $"{health.NextTry}");
    }
}
