using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Client;

/// <summary>What the broker said it supports in CONNACK (MQTT 5.0 §3.2.2.3);
/// the defaults are those of a broker that said nothing.</summary>
public sealed record ServerLimits
{
    /// <summary>Highest QoS it takes in a PUBLISH.</summary>
    public int MaximumQos { get; init; } = 2;

    /// <summary>Whether it keeps retained messages.</summary>
    public bool RetainAvailable { get; init; } = true;

    /// <summary>Whether subscriptions may have wildcards.</summary>
    public bool WildcardsAvailable { get; init; } = true;

    /// <summary>Whether subscriptions may be shared.</summary>
    public bool SharedSubscriptionsAvailable { get; init; } = true;

    /// <summary>Whether subscriptions may have an identifier; a broker of 3.1.1 has none.</summary>
    public bool SubscriptionIdentifiersAvailable { get; init; }

    /// <summary>Most unacknowledged QoS 1 and 2 messages towards it.</summary>
    public int ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>Largest packet it takes [bytes].</summary>
    public uint MaximumPacketBytes { get; init; } = uint.MaxValue;

    /// <summary>Keep-alive in force: the broker's, or else ours.</summary>
    public TimeSpan KeepAlive { get; init; }

    /// <summary>Session expiry in force: the broker's, or else ours.</summary>
    public TimeSpan SessionExpiry { get; init; }

    internal static ServerLimits From(MqttClientOptions options, PropertyBlock properties) => new()
    {
        MaximumQos = (int)Number(properties, PropertyId.MaximumQos, 2),
        RetainAvailable = Number(properties, PropertyId.RetainAvailable, 1) == 1,
        WildcardsAvailable = Number(properties, PropertyId.WildcardSubscriptionAvailable, 1) == 1,
        SharedSubscriptionsAvailable = Number(properties, PropertyId.SharedSubscriptionAvailable, 1) == 1,
        SubscriptionIdentifiersAvailable = options.Version == MqttVersion.V500
            && Number(properties, PropertyId.SubscriptionIdentifierAvailable, 1) == 1,
        ReceiveMaximum = (int)Number(properties, PropertyId.ReceiveMaximum, ushort.MaxValue),
        MaximumPacketBytes = Number(properties, PropertyId.MaximumPacketSize, uint.MaxValue),
        KeepAlive = properties.TryGetNumber(PropertyId.ServerKeepAlive, out var keepAlive) ? TimeSpan.FromSeconds(keepAlive)
            : options.KeepAlive,
        SessionExpiry = properties.TryGetNumber(PropertyId.SessionExpiryInterval, out var expiry) ? TimeSpan.FromSeconds(expiry)
            : options.SessionExpiry,
    };

    static uint Number(PropertyBlock properties, PropertyId id, uint otherwise) =>
        properties.TryGetNumber(id, out var value) ? value : otherwise;
}
