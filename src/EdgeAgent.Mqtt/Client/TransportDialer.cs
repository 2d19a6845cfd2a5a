using System.Net.Sockets;

namespace EdgeAgent.Mqtt.Client;

/// <summary>Opens a connection to a server that speaks another protocol, by the same rules as one to a broker.</summary>
public static class TransportDialer
{
    /// <summary>Resolves, connects and, with <paramref name="tls"/>, makes TLS, all within <paramref name="timeout"/>.</summary>
    /// <exception cref="MqttConnectException">It did not work; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async ValueTask<Stream> OpenAsync(string host, int port, MqttTlsOptions? tls, TimeSpan timeout, CancellationToken cancel)
    {
        var options = new MqttClientOptions { Host = host, Port = port, ClientId = "", Tls = tls, SendTimeout = timeout };
        var deadline = new Deadline(timeout);
        var socket = Dialer.Open(options, deadline, cancel);
        try
        {
            socket.Blocking = true; // as a NetworkStream wants it
            var stream = new NetworkStream(socket, ownsSocket: true);
            return tls is null ? stream : await TlsHandshake.RunAsync(stream, options, tls, deadline, cancel).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
