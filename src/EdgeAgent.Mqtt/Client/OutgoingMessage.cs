namespace EdgeAgent.Mqtt.Client;

/// <summary>A QoS 1 or 2 message of ours that the broker has not yet taken over.</summary>
/// <param name="PacketId">Its packet identifier.</param>
/// <param name="Qos">1 or 2.</param>
/// <param name="Token">The caller's own handle.</param>
/// <param name="IsReleased">QoS 2: PUBREC came; what is to be sent (again) is PUBREL, not PUBLISH [MQTT-4.3.3-4].</param>
public readonly record struct OutgoingMessage(ushort PacketId, int Qos, long Token, bool IsReleased);

/// <summary>What an acknowledgement meant for a message of ours.</summary>
public enum OutgoingStep
{
    /// <summary>No such message, or not in this state; answer a PUBREC with a PUBREL of reason 0x92 (5.0).</summary>
    Unknown,

    /// <summary>QoS 2: send PUBREL now.</summary>
    Release,

    /// <summary>The broker has it; the identifier is free again.</summary>
    Done,

    /// <summary>The broker refused it for good; the identifier is free again.</summary>
    Refused,
}
