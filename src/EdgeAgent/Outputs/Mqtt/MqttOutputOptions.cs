using EdgeAgent.Brokers;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>Client options from the settings of an output.</summary>
static class MqttOutputOptions
{
    /// <summary>The options for <paramref name="settings"/>: no session, acknowledgements come in.</summary>
    public static MqttClientOptions From(MqttOutputSettings settings, string agentId) =>
        BrokerOptions.Of(
            BrokerOptions.PeerOf(settings.Host, settings.Port, settings.Tls), settings.ProtocolVersion, settings.Username,
            settings.Password,
            settings.ClientId ?? $"{agentId}-{settings.Name}") with
        {
            MaxUnsentBytes = 1 << 20,
            ReceiveBufferBytes = 4096,
        };
}
