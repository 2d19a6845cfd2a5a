using System.Text;
using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Client options from the settings of a source.</summary>
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
        Tls = settings.Tls is { } tls
            ? new MqttTlsOptions { CaFile = tls.CaFile, CertFile = tls.CertFile, KeyFile = tls.KeyFile, ServerName = tls.ServerName }
            : null,
        KeepAlive = settings.KeepAlive,
        SessionExpiry = settings.SessionExpiry,
        ReceiveMaximum = settings.ReceiveMaximum,
        MaxPacketBytes = settings.MaxPacketBytes,
    };
}
