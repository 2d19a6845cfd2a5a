using EdgeAgent.Brokers;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Client options from the settings of a source.</summary>
static class MqttSourceOptions
{
    /// <summary>The options for <paramref name="settings"/>.</summary>
    public static MqttClientOptions From(MqttSourceSettings settings) =>
        BrokerOptions.Of(
            BrokerOptions.PeerOf(settings.Host, settings.Port, settings.Tls), settings.ProtocolVersion, settings.Username,
            settings.Password,
            settings.ClientId) with
        {
            KeepAlive = settings.KeepAlive,
            SessionExpiry = settings.SessionExpiry,
            ReceiveMaximum = settings.ReceiveMaximum,
            TopicAliasMaximum = settings.TopicAliasMaximum,
            MaxPacketBytes = settings.MaxPacketBytes,
        };
}
