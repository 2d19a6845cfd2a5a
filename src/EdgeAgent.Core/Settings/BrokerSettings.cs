using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Settings;

/// <summary>Which MQTT broker, as whom and how: the same of every user of a broker. <see cref="BrokerSpec"/> reads it,
/// <c>Brokers/BrokerOptions</c> makes of it what the client takes.</summary>
public sealed record BrokerSettings
{
    /// <summary>Host name or address, without brackets.</summary>
    public required string Host { get; init; }

    /// <summary>Port.</summary>
    public required int Port { get; init; }

    /// <summary>TLS (<c>mqtts://</c>, <c>wss://</c>), or null for plain text.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>Path and query of a WebSocket (<c>ws://</c>, <c>wss://</c>), sometimes a secret; null where MQTT goes without
    /// one.</summary>
    public Secret? WebSocketTarget { get; init; }

    /// <summary>4 for MQTT 3.1.1, 5 for MQTT 5.0.</summary>
    public int ProtocolVersion { get; init; } = 5;

    /// <summary>Client identifier; null for one that its user makes.</summary>
    public string? ClientId { get; init; }

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password, or null.</summary>
    public Secret? Password { get; init; }

    /// <summary>Keep-alive period.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);
}
