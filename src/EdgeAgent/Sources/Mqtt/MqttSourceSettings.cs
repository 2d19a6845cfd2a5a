using EdgeAgent.Brokers;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>A <c>type: mqtt</c> source: one connection as a client.</summary>
public sealed record MqttSourceSettings : SourceSettings
{
    /// <summary>The broker; host, port and client identifier together name the session.</summary>
    public required BrokerSettings Broker { get; init; }

    /// <summary>How long the broker keeps the session of an absent client. Zero asks for a clean session.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Most messages of QoS 1 and 2 in flight towards us.</summary>
    public int ReceiveMaximum { get; init; } = 1000;

    /// <summary>Most topic aliases the broker may define (5.0).</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>Largest packet accepted [bytes].</summary>
    public int MaxPacketBytes { get; init; } = 1 << 20;

    /// <summary>What is subscribed and how it is decoded.</summary>
    public required IReadOnlyList<SubscriptionSettings> Subscriptions { get; init; }

    /// <summary>What is published again and again.</summary>
    public IReadOnlyList<RepeatedPublish> Publish { get; init; } = [];

    /// <summary>Options of the connection.</summary>
    internal MqttClientOptions Options() => BrokerOptions.Of(Broker) with
    {
        SessionExpiry = SessionExpiry,
        ReceiveMaximum = ReceiveMaximum,
        TopicAliasMaximum = TopicAliasMaximum,
        MaxPacketBytes = MaxPacketBytes,
    };
}
