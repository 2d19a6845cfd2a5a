namespace EdgeAgent.Mqtt.Client;

/// <summary>Makes one TLS connection, closes it, and says what was wrong. For servers of any protocol, such as a Kafka broker.</summary>
public static class TlsProbe
{
    /// <summary>Null when the server's certificate is trusted and for its name. Blocks for up to about <paramref name="within"/>.</summary>
    public static MqttConnectException? Run(string host, int port, MqttTlsOptions tls, TimeSpan within)
    {
        var options = new MqttClientOptions { Host = host, Port = port, ClientId = "", Tls = tls };
        var deadline = new Deadline(within);
        try
        {
            using var socket = Dialer.Open(options, deadline, CancellationToken.None);
            TlsHandshake.Run(socket, options, tls, deadline).Dispose();
            return null;
        }
        catch (MqttConnectException e)
        {
            return e;
        }
    }
}
