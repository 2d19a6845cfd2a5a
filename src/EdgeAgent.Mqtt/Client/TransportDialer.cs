namespace EdgeAgent.Mqtt.Client;

/// <summary>Opens a connection to a server that speaks another protocol, by the same rules as one to a broker.</summary>
public static class TransportDialer
{
    /// <summary>Resolves, connects and, with <paramref name="tls"/>, makes TLS, all within <paramref name="timeout"/>.</summary>
    /// <remarks>The timeout then bounds each send over TLS, too.</remarks>
    /// <exception cref="MqttConnectException">It did not work; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ITransport Open(string host, int port, MqttTlsOptions? tls, TimeSpan timeout, CancellationToken cancel)
    {
        var options = new MqttClientOptions { Host = host, Port = port, ClientId = "", Tls = tls, SendTimeout = timeout };
        var deadline = new Deadline(timeout);
        var socket = Dialer.Open(options, deadline, cancel);
        try
        {
            return tls is null ? new PlainTransport(socket) : TlsHandshake.Run(socket, options, tls, deadline);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
