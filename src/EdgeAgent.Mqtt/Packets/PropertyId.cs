namespace EdgeAgent.Mqtt.Packets;

/// <summary>Property identifiers (MQTT 5.0 §2.2.2.2, Table 2-4).</summary>
public enum PropertyId : byte
{
    /// <summary>Byte 0 or 1: payload is bytes or UTF-8. PUBLISH, will.</summary>
    PayloadFormatIndicator = 0x01,

    /// <summary>u32 [s]. PUBLISH, will.</summary>
    MessageExpiryInterval = 0x02,

    /// <summary>Text. PUBLISH, will.</summary>
    ContentType = 0x03,

    /// <summary>Text, a topic name. PUBLISH, will.</summary>
    ResponseTopic = 0x08,

    /// <summary>Binary. PUBLISH, will.</summary>
    CorrelationData = 0x09,

    /// <summary>Variable byte integer, not 0. SUBSCRIBE; PUBLISH, where it may repeat.</summary>
    SubscriptionIdentifier = 0x0B,

    /// <summary>u32 [s]; 0xFFFFFFFF never expires. CONNECT, CONNACK, DISCONNECT.</summary>
    SessionExpiryInterval = 0x11,

    /// <summary>Text. CONNACK.</summary>
    AssignedClientIdentifier = 0x12,

    /// <summary>u16 [s]. CONNACK.</summary>
    ServerKeepAlive = 0x13,

    /// <summary>Text. CONNECT, CONNACK, AUTH.</summary>
    AuthenticationMethod = 0x15,

    /// <summary>Binary. CONNECT, CONNACK, AUTH.</summary>
    AuthenticationData = 0x16,

    /// <summary>Byte 0 or 1. CONNECT.</summary>
    RequestProblemInformation = 0x17,

    /// <summary>u32 [s]. Will.</summary>
    WillDelayInterval = 0x18,

    /// <summary>Byte 0 or 1. CONNECT.</summary>
    RequestResponseInformation = 0x19,

    /// <summary>Text. CONNACK.</summary>
    ResponseInformation = 0x1A,

    /// <summary>Text. CONNACK, DISCONNECT.</summary>
    ServerReference = 0x1C,

    /// <summary>Text. Every answer, DISCONNECT and AUTH.</summary>
    ReasonString = 0x1F,

    /// <summary>u16, not 0. CONNECT, CONNACK.</summary>
    ReceiveMaximum = 0x21,

    /// <summary>u16. CONNECT, CONNACK.</summary>
    TopicAliasMaximum = 0x22,

    /// <summary>u16, not 0. PUBLISH.</summary>
    TopicAlias = 0x23,

    /// <summary>Byte 0 or 1. CONNACK.</summary>
    MaximumQos = 0x24,

    /// <summary>Byte 0 or 1. CONNACK.</summary>
    RetainAvailable = 0x25,

    /// <summary>A pair of texts; may repeat everywhere it is allowed, which is everywhere.</summary>
    UserProperty = 0x26,

    /// <summary>u32 [bytes], not 0. CONNECT, CONNACK.</summary>
    MaximumPacketSize = 0x27,

    /// <summary>Byte 0 or 1. CONNACK.</summary>
    WildcardSubscriptionAvailable = 0x28,

    /// <summary>Byte 0 or 1. CONNACK.</summary>
    SubscriptionIdentifierAvailable = 0x29,

    /// <summary>Byte 0 or 1. CONNACK.</summary>
    SharedSubscriptionAvailable = 0x2A,
}
