using System.Net;
using System.Net.Sockets;
using EdgeAgent.Network;
using Xunit;

namespace EdgeAgent.Tests.Network;

/// <summary>Small messages of a peer that waits for TCP's acknowledgement before it sends the next are not held up.</summary>
public sealed class QuickAcknowledgeTests
{
    // tcp(7): the option reads 1 while the kernel acknowledges at once, 0 while it waits up to 40 ms for data to send along.
    const int IpProtoTcp = 6, TcpQuickAck = 12;

    [Fact]
    public void A_reader_that_is_about_to_wait_has_what_it_read_acknowledged_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a socket option of Linux");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndpoint);
        socket.Blocking = false;
        using var peer = listener.AcceptSocket();
        using var transport = new PlainTransport(socket);
        var room = new byte[16];
        // Answering each message makes the kernel expect answers, along which an acknowledgement would go.
        for (var i = 0; i < 8; i++)
        {
            peer.Send([1]);
            Assert.True(socket.Poll(-1, SelectMode.SelectRead));
            Assert.Equal(FillResult.Data, transport.Receive(room, 0, out _));
            Assert.True(transport.TrySend([2], out _));
        }

        Assert.Equal(0, AcknowledgesAtOnce(socket));
        Assert.Equal(FillResult.Timeout, transport.Receive(room, 0, out _));
        Assert.Equal(1, AcknowledgesAtOnce(socket));
    }

    static int AcknowledgesAtOnce(Socket socket)
    {
        Span<byte> value = stackalloc byte[4];
        socket.GetRawSocketOption(IpProtoTcp, TcpQuickAck, value);
        return BitConverter.ToInt32(value);
    }
}
