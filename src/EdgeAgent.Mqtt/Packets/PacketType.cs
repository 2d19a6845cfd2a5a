namespace EdgeAgent.Mqtt.Packets;

/// <summary>Control packet type: the upper four bits of the first byte (MQTT 5.0 §2.1.2). 0 is forbidden.</summary>
public enum PacketType : byte
{
    /// <summary>Client asks to connect.</summary>
    Connect = 1,

    /// <summary>Server answers CONNECT.</summary>
    ConnAck = 2,

    /// <summary>An application message, either way.</summary>
    Publish = 3,

    /// <summary>QoS 1 acknowledgement.</summary>
    PubAck = 4,

    /// <summary>QoS 2, first answer: received.</summary>
    PubRec = 5,

    /// <summary>QoS 2, release.</summary>
    PubRel = 6,

    /// <summary>QoS 2, complete.</summary>
    PubComp = 7,

    /// <summary>Client subscribes.</summary>
    Subscribe = 8,

    /// <summary>Server answers SUBSCRIBE.</summary>
    SubAck = 9,

    /// <summary>Client unsubscribes.</summary>
    Unsubscribe = 10,

    /// <summary>Server answers UNSUBSCRIBE.</summary>
    UnsubAck = 11,

    /// <summary>Client asks for a sign of life.</summary>
    PingReq = 12,

    /// <summary>Server's sign of life.</summary>
    PingResp = 13,

    /// <summary>End of the connection.</summary>
    Disconnect = 14,

    /// <summary>Enhanced authentication; MQTT 5.0 only.</summary>
    Auth = 15,
}
