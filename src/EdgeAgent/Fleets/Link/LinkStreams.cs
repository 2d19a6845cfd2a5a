using System.Net;
using EdgeAgent.Network;
using EdgeAgent.Network.WebSockets;
using MQTTnet.Channel;

namespace EdgeAgent.Fleets.Link;

/// <summary>Opens what MQTTnet's client talks over as all other connections of the agent are opened: one proxy, TLS and WebSockets of our
/// own, the same words for what goes wrong; and bounds what comes.</summary>
/// <remarks>TLS lies below the bound, which has to see packets; so MQTTnet is told of none.</remarks>
sealed class LinkStreams(Peer peer, string? webSocketTarget, TimeSpan timeout, int mostPacketBytes, LinkBytes bytes)
    : IMqttClientStreamProvider
{
    /// <inheritdoc/>
    public async Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken)
    {
        var stream = webSocketTarget is null ? await StreamDialer.OpenAsync(peer, timeout, cancellationToken).ConfigureAwait(false)
            : WebSocket(webSocketTarget, cancellationToken);
        return new BoundedPackets(new CountedStream(stream, bytes), mostPacketBytes);
    }

    TransportStream WebSocket(string target, CancellationToken cancel)
    {
        var deadline = new Deadline(timeout);
        var socket = Dialer.Open(peer, deadline, cancel);
        ITransport transport = new PlainTransport(socket);
        try
        {
            if (peer.Tls is { } tls) transport = TlsHandshake.Run(socket, peer, tls, deadline, timeout);
            return new TransportStream(WebSocketOpening.Run(transport, peer, target, "mqtt", deadline, cancel));
        }
        catch
        {
            transport.Dispose();
            socket.Dispose();
            throw;
        }
    }
}
