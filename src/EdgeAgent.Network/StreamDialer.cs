using System.Net.Sockets;

namespace EdgeAgent.Network;

/// <summary>Opens a connection as a stream, for clients that bring their own protocol, such as HTTP.</summary>
public static class StreamDialer
{
    /// <summary>Resolves, connects and makes TLS where <paramref name="peer"/> has it, all within <paramref name="timeout"/>.</summary>
    /// <exception cref="ConnectException">It did not work; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async ValueTask<Stream> OpenAsync(Peer peer, TimeSpan timeout, CancellationToken cancel)
    {
        var deadline = new Deadline(timeout);
        var socket = Dialer.Open(peer, deadline, cancel);
        try
        {
            socket.Blocking = true; // as a NetworkStream wants it
            var stream = new NetworkStream(socket, ownsSocket: true);
            if (peer.Tls is not { } tls) return stream;
            return await TlsHandshake.RunAsync(stream, peer, tls, deadline, cancel).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
