namespace EdgeAgent.Mqtt.Packets;

/// <summary>What reading bytes came to. Every failure has the value of its MQTT 5.0 reason code (§2.4),
/// ready for DISCONNECT.</summary>
public enum DecodeStatus : byte
{
    /// <summary>A whole, valid packet was read.</summary>
    Ok = 0,

    /// <summary>The bytes end before the packet does; nothing is wrong yet.</summary>
    NeedMore = 1,

    /// <summary>The bytes do not have the form the specification gives.</summary>
    Malformed = 0x81,

    /// <summary>Well formed, but not allowed here.</summary>
    ProtocolError = 0x82,

    /// <summary>A topic name is empty or has a wildcard.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>Topic alias 0, above the maximum, or never defined.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>The packet is larger than the receiver allows.</summary>
    TooLarge = 0x95,
}
