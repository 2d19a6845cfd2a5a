using System.Text;
using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Sources.Commands;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Client options from the settings of a source, of its commands and of an output.</summary>
static class MqttOptions
{
    /// <summary>The options for <paramref name="settings"/> under <paramref name="clientId"/>.</summary>
    public static MqttClientOptions From(MqttSourceSettings settings, string clientId) =>
        Broker(settings.Host, settings.Port, settings.ProtocolVersion, settings.Username, settings.Password, settings.Tls, clientId) with
        {
            KeepAlive = settings.KeepAlive,
            SessionExpiry = settings.SessionExpiry,
            ReceiveMaximum = settings.ReceiveMaximum,
            TopicAliasMaximum = settings.TopicAliasMaximum,
            MaxPacketBytes = settings.MaxPacketBytes,
        };

    /// <summary>The options for <paramref name="settings"/> under <paramref name="clientId"/>: no session, small packets.</summary>
    public static MqttClientOptions From(CommandsSettings settings, string clientId) =>
        Broker(settings.Host, settings.Port, settings.ProtocolVersion, settings.Username, settings.Password, settings.Tls, clientId) with
        {
            ReceiveMaximum = 2 * CommandInbox.MostWaiting,
            MaxPacketBytes = 16 * 1024,
            MaxUnsentBytes = 1 << 18,
            ReceiveBufferBytes = 4096,
        };

    /// <summary>The options for <paramref name="settings"/> under <paramref name="clientId"/>: no session, acknowledgements come in.</summary>
    public static MqttClientOptions From(MqttOutputSettings settings, string clientId) =>
        Broker(settings.Host, settings.Port, settings.ProtocolVersion, settings.Username, settings.Password, settings.Tls, clientId) with
        {
            MaxUnsentBytes = 1 << 20,
            ReceiveBufferBytes = 4096,
        };

    /// <summary>The client id of an output.</summary>
    public static string ClientId(MqttOutputSettings settings, string agentId) => settings.ClientId ?? $"{agentId}-{settings.Name}";

    /// <summary>The client id of the commands of <paramref name="source"/>.</summary>
    public static string ClientId(CommandsSettings settings, string source, string agentId) => settings.ClientId ?? $"{agentId}-{source}-commands";

    static MqttClientOptions Broker(string host, int port, int version, string? username, Secret? password, TlsSettings? tls, string clientId) => new()
    {
        Host = host,
        Port = port,
        Version = version == 4 ? MqttVersion.V311 : MqttVersion.V500,
        ClientId = clientId,
        Username = username,
        Password = password is { } word ? Encoding.UTF8.GetBytes(word.Reveal()) : null,
        Tls = tls is null ? null : new MqttTlsOptions { CaFile = tls.CaFile, CertFile = tls.CertFile, KeyFile = tls.KeyFile, ServerName = tls.ServerName },
    };
}
