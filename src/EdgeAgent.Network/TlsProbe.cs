namespace EdgeAgent.Network;

/// <summary>Makes one TLS connection, closes it, and says what was wrong. For servers of any protocol, such as a Kafka broker; without
/// a proxy, as its client library goes.</summary>
public static class TlsProbe
{
    /// <summary>Null when the server's certificate is trusted and for its name. Blocks for up to about <paramref name="within"/>.</summary>
    public static ConnectException? Run(string host, int port, TlsOptions tls, TimeSpan within)
    {
        var peer = new Peer(host, port, tls);
        var deadline = new Deadline(within);
        try
        {
            using var socket = Dialer.OpenDirect(peer, deadline, CancellationToken.None);
            TlsHandshake.Run(socket, peer, tls, deadline, within).Dispose();
            return null;
        }
        catch (ConnectException e)
        {
            return e;
        }
    }
}
