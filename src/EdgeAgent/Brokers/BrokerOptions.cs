using System.Text;
using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Brokers;

/// <summary>Client options from the settings of a broker: the only place that makes them.</summary>
static class BrokerOptions
{
    /// <summary>The options of one connection; the caller adds what its own use of it asks for.</summary>
    /// <param name="broker">The settings.</param>
    /// <param name="clientId">Client identifier where the settings have none.</param>
    public static MqttClientOptions Of(BrokerSettings broker, string clientId = "") => new()
    {
        Host = broker.Host,
        Port = broker.Port,
        Tls = broker.Tls is not { } tls ? null
            : new TlsOptions
            {
                CaFile = tls.CaFile,
                CertFile = tls.CertFile,
                KeyFile = tls.KeyFile,
                KeyPassword = tls.KeyPassword?.Reveal(),
                ServerName = tls.ServerName,
                Alpn = tls.Alpn,
            },
        WebSocketTarget = broker.WebSocketTarget?.Reveal(),
        Version = broker.ProtocolVersion == 4 ? MqttVersion.V311 : MqttVersion.V500,
        ClientId = broker.ClientId ?? clientId,
        Username = broker.Username,
        Password = broker.Password is { } word ? Encoding.UTF8.GetBytes(word.Reveal()) : null,
        KeepAlive = broker.KeepAlive,
    };
}
