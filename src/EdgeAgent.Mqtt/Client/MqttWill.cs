namespace EdgeAgent.Mqtt.Client;

/// <summary>The message a broker publishes when the connection ends without DISCONNECT (MQTT 5.0 §3.1.2.5).</summary>
public sealed record MqttWill
{
    /// <summary>Topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>Payload, at most 65,535 bytes.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>0, 1 or 2.</summary>
    public int Qos { get; init; }

    /// <summary>Whether it is retained.</summary>
    public bool Retain { get; init; }

    /// <summary>How long the broker waits for the client to come back before it publishes (5.0).</summary>
    public TimeSpan Delay { get; init; }
}
