using EdgeAgent.Brokers;
using EdgeAgent.Core.Settings;
using EdgeAgent.Mqtt.Client;

namespace EdgeAgent.Outputs.Mqtt;

/// <summary>A <c>type: mqtt</c> output.</summary>
public sealed record MqttOutputSettings : OutputSettings
{
    /// <summary>The broker.</summary>
    public required BrokerSettings Broker { get; init; }

    /// <summary>Whether alerts are published before their commit.</summary>
    public bool Immediate { get; init; }

    /// <summary>0 or 1.</summary>
    public int Qos { get; init; } = 1;

    /// <summary>Whether the broker keeps the last message of each topic.</summary>
    public bool Retain { get; init; }

    /// <summary>Options of the connection: no session, acknowledgements come in.</summary>
    internal MqttClientOptions Options(string agentId) => BrokerOptions.Of(Broker, $"{agentId}-{Name}") with
    {
        MaxUnsentBytes = 1 << 20,
        ReceiveBufferBytes = 4096,
    };
}
