using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>A <c>type: mqtt</c> output.</summary>
public sealed record MqttOutputSettings : OutputSettings
{
    /// <summary>Broker host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Broker port.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>Whether alerts are published before their commit.</summary>
    public bool Immediate { get; init; }

    /// <summary>0 or 1.</summary>
    public int Qos { get; init; } = 1;

    /// <summary>Whether the broker keeps the last message of each topic.</summary>
    public bool Retain { get; init; }

    /// <summary>4 for MQTT 3.1.1, 5 for MQTT 5.0.</summary>
    public int ProtocolVersion { get; init; } = 5;

    /// <summary>Client identifier; null for one of agent id and output name.</summary>
    public string? ClientId { get; init; }

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password, or null.</summary>
    public Secret? Password { get; init; }

    /// <summary>TLS (<c>mqtts://</c>), or null for plain text.</summary>
    public TlsSettings? Tls { get; init; }
}
