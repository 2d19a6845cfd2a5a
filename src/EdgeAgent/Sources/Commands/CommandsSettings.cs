using EdgeAgent.Brokers;
using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Sources.Commands;

/// <summary>The <c>commands</c> section of a source: who may ask it to write what.</summary>
public sealed record CommandsSettings
{
    /// <summary>The broker commands come by.</summary>
    public required BrokerSettings Broker { get; init; }

    /// <summary>The one topic commands are taken from; no wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>The topic answers go to.</summary>
    public required string Answers { get; init; }

    /// <summary>Which commands are carried out.</summary>
    public required CommandRules Rules { get; init; }

    /// <summary>Options of the connection for the commands of <paramref name="source"/>: no session, small packets.</summary>
    internal MqttClientOptions Options(string source, string agentId) => BrokerOptions.Of(Broker, $"{agentId}-{source}-commands") with
    {
        ReceiveMaximum = 2 * CommandInbox.MostWaiting,
        MaxPacketBytes = 16 * 1024,
        MaxUnsentBytes = 1 << 18,
        ReceiveBufferBytes = 4096,
    };
}
