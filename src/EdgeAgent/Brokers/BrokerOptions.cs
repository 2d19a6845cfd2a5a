using System.Text;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;

namespace EdgeAgent.Brokers;

/// <summary>Client options from what every user of a broker says about it: sources, commands, outputs.</summary>
static class BrokerOptions
{
    /// <summary>The options of one connection under <paramref name="clientId"/>; the caller adds what is its own.</summary>
    public static MqttClientOptions Of(Peer broker, int version, string? username, Secret? password, string clientId) => new()
    {
        Host = broker.Host,
        Port = broker.Port,
        Tls = broker.Tls,
        Version = version == 4 ? MqttVersion.V311 : MqttVersion.V500,
        ClientId = clientId,
        Username = username,
        Password = password is { } word ? Encoding.UTF8.GetBytes(word.Reveal()) : null,
    };

    /// <summary>The broker itself.</summary>
    public static Peer PeerOf(string host, int port, TlsSettings? tls) => new(host, port, tls is null ? null
        : new TlsOptions
        {
            CaFile = tls.CaFile,
            CertFile = tls.CertFile,
            KeyFile = tls.KeyFile,
            KeyPassword = tls.KeyPassword?.Reveal(),
            ServerName = tls.ServerName,
        });
}
