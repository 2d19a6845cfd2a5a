using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>A <c>type: mqtt</c> source: one connection as a client.</summary>
public sealed record MqttSourceSettings : SourceSettings
{
    /// <summary>Broker host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Broker port.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>4 for MQTT 3.1.1, 5 for MQTT 5.0.</summary>
    public int ProtocolVersion { get; init; } = 5;

    /// <summary>Client identifier; with the host it names the session.</summary>
    public required string ClientId { get; init; }

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password, or null.</summary>
    public Secret? Password { get; init; }

    /// <summary>TLS (<c>mqtts://</c>), or null for plain text.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>How long the broker keeps the session of an absent client. Zero asks for a clean session.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Most messages of QoS 1 and 2 in flight towards us.</summary>
    public int ReceiveMaximum { get; init; } = 1000;

    /// <summary>Most topic aliases the broker may define (5.0).</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>Keep-alive period.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest packet accepted [bytes].</summary>
    public int MaxPacketBytes { get; init; } = 1 << 20;

    /// <summary>What is subscribed and how it is decoded.</summary>
    public required IReadOnlyList<SubscriptionSettings> Subscriptions { get; init; }
}
