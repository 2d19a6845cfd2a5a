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
    public static MqttClientOptions From(MqttSourceSettings settings, string clientId) => new()
    {
        Host = settings.Host,
        Port = settings.Port,
        Version = settings.ProtocolVersion == 4 ? MqttVersion.V311 : MqttVersion.V500,
        ClientId = clientId,
        Username = settings.Username,
        Password = settings.Password is { } password ? Encoding.UTF8.GetBytes(password.Reveal()) : null,
        Tls = Tls(settings.Tls),
        KeepAlive = settings.KeepAlive,
        SessionExpiry = settings.SessionExpiry,
        ReceiveMaximum = settings.ReceiveMaximum,
        MaxPacketBytes = settings.MaxPacketBytes,
    };

    /// <summary>The options for <paramref name="settings"/> under <paramref name="clientId"/>: no session, small packets.</summary>
    public static MqttClientOptions From(CommandsSettings settings, string clientId) => new()
    {
        Host = settings.Host,
        Port = settings.Port,
        Version = settings.ProtocolVersion == 4 ? MqttVersion.V311 : MqttVersion.V500,
        ClientId = clientId,
        Username = settings.Username,
        Password = settings.Password is { } password ? Encoding.UTF8.GetBytes(password.Reveal()) : null,
        Tls = Tls(settings.Tls),
        ReceiveMaximum = 2 * CommandInbox.MostWaiting,
        MaxPacketBytes = 16 * 1024,
        MaxUnsentBytes = 1 << 18,
        ReceiveBufferBytes = 4096,
    };

    /// <summary>The options for <paramref name="settings"/> under <paramref name="clientId"/>: no session, acknowledgements come in.</summary>
    public static MqttClientOptions From(MqttOutputSettings settings, string clientId) => new()
    {
        Host = settings.Host,
        Port = settings.Port,
        Version = settings.ProtocolVersion == 4 ? MqttVersion.V311 : MqttVersion.V500,
        ClientId = clientId,
        Username = settings.Username,
        Password = settings.Password is { } password ? Encoding.UTF8.GetBytes(password.Reveal()) : null,
        Tls = Tls(settings.Tls),
        MaxUnsentBytes = 1 << 20,
        ReceiveBufferBytes = 4096,
    };

    /// <summary>The client id of an output.</summary>
    public static string ClientId(MqttOutputSettings settings, string agentId) => settings.ClientId ?? $"{agentId}-{settings.Name}";

    /// <summary>The client id of the commands of <paramref name="source"/>.</summary>
    public static string ClientId(CommandsSettings settings, string source, string agentId) => settings.ClientId ?? $"{agentId}-{source}-commands";

    /// <summary>TLS options, or null for plain text.</summary>
    public static MqttTlsOptions? Tls(TlsSettings? settings) =>
        settings is { } tls ? new MqttTlsOptions { CaFile = tls.CaFile, CertFile = tls.CertFile, KeyFile = tls.KeyFile, ServerName = tls.ServerName } : null;
}
