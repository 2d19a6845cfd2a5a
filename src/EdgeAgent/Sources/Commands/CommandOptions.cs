using EdgeAgent.Brokers;
using EdgeAgent.Core.Commands;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Sources.Commands;

/// <summary>Client options from the settings of a source's commands.</summary>
static class CommandOptions
{
    /// <summary>The options for <paramref name="settings"/>: no session, small packets.</summary>
    public static MqttClientOptions From(CommandsSettings settings, string source, string agentId) =>
        BrokerOptions.Of(
            BrokerOptions.PeerOf(settings.Host, settings.Port, settings.Tls), settings.ProtocolVersion, settings.Username,
            settings.Password,
            settings.ClientId ?? $"{agentId}-{source}-commands") with
        {
            ReceiveMaximum = 2 * CommandInbox.MostWaiting,
            MaxPacketBytes = 16 * 1024,
            MaxUnsentBytes = 1 << 18,
            ReceiveBufferBytes = 4096,
        };
}
