namespace EdgeAgent.Mqtt.Packets;

/// <summary>Every 3.1.1 return code (§3.2.2.3, §3.9.3) and 5.0 reason code (§2.4): which packet may carry it and what it means.</summary>
public static class ReasonCodes
{
    const int ConnAck = 1 << 2, PubAck = 1 << 4, PubRec = 1 << 5, PubRel = 1 << 6, PubComp = 1 << 7;
    const int SubAck = 1 << 9, UnsubAck = 1 << 11, Disconnect = 1 << 14, Auth = 1 << 15;
    const int Received = PubAck | PubRec, Released = PubRel | PubComp, Subscribed = SubAck | UnsubAck;

    /// <summary>Whether a packet of this type may carry <paramref name="code"/>.</summary>
    public static bool IsDefined(PacketType packet, MqttVersion version, byte code) => version == MqttVersion.V311
        ? packet switch
        {
            PacketType.ConnAck => code <= 5,
            PacketType.SubAck => code is <= 2 or 0x80,
            _ => code == 0,
        }
        : (CarriersOf(code) & 1 << (int)packet) != 0;

    /// <summary>Describes a code as a packet of this type carried it. Unknown codes get a sentence as well.</summary>
    public static ReasonText Describe(PacketType packet, MqttVersion version, byte code) =>
        version == MqttVersion.V311 && packet == PacketType.ConnAck ? DescribeReturnCode(code)
        : code < 0x80 ? DescribeSuccess(packet, code)
        : DescribeFailure(code);

    static int CarriersOf(byte code) => code switch
    {
        0x00 => ConnAck | Received | Released | Subscribed | Disconnect | Auth,
        0x01 or 0x02 => SubAck,
        0x04 => Disconnect,
        0x10 => Received,
        0x11 => UnsubAck,
        0x18 or 0x19 => Auth,
        0x80 => ConnAck | Received | Subscribed | Disconnect,
        0x81 or 0x82 => ConnAck | Disconnect,
        0x83 => ConnAck | Received | Subscribed | Disconnect,
        0x84 or 0x85 or 0x86 or 0x88 or 0x8A => ConnAck,
        0x87 => ConnAck | Received | Subscribed | Disconnect,
        0x89 => ConnAck | Disconnect,
        0x8B or 0x8D or 0x8E => Disconnect,
        0x8C => ConnAck | Disconnect,
        0x8F => Subscribed | Disconnect,
        0x90 => ConnAck | Received | Disconnect,
        0x91 => Received | Subscribed,
        0x92 => Released,
        0x93 or 0x94 or 0x96 or 0x98 => Disconnect,
        0x95 => ConnAck | Disconnect,
        0x97 => ConnAck | Received | SubAck | Disconnect,
        0x99 => ConnAck | Received | Disconnect,
        0x9A or 0x9B or 0x9C or 0x9D or 0x9F => ConnAck | Disconnect,
        0x9E or 0xA1 or 0xA2 => SubAck | Disconnect,
        0xA0 => Disconnect,
        _ => 0,
    };

    static ReasonText DescribeReturnCode(byte code) => code switch
    {
        0 => new(code, "Connection accepted", "The broker accepted the connection.", "", true),
        1 => new(code, "Unacceptable protocol version", "The broker does not speak this version of MQTT.",
            "Set the other protocol version.", false),
        2 => new(code, "Identifier rejected", "The broker does not accept this client id.",
            "Use another client id: 1 to 23 letters and digits are accepted everywhere.", false),
        3 => new(code, "Server unavailable",
            "The broker is reached but its MQTT service is not available.", "Nothing; it is tried again.", true),
        4 => new(code, "Bad user name or password", "The broker does not accept the user name or password.",
            "Check user name and password.", false),
        5 => new(code, "Not authorized", "The broker does not allow this client to connect.",
            "Ask for this client id and user to be allowed on the broker.", false),
        _ => Unknown(code),
    };

    static ReasonText DescribeSuccess(PacketType packet, byte code) => (packet, code) switch
    {
        (PacketType.SubAck, 0) => new(code, "Granted QoS 0", "Subscribed; messages come at QoS 0 and can be lost.", "", true),
        (PacketType.SubAck, 1) => new(code, "Granted QoS 1", "Subscribed; messages come at QoS 1 at most.", "", true),
        (PacketType.SubAck, 2) => new(code, "Granted QoS 2", "Subscribed; messages come at QoS 2 at most.", "", true),
        (PacketType.Disconnect, 0) => new(code, "Normal disconnection", "The connection was closed on purpose.", "", true),
        (_, 0) => new(code, "Success", "Done.", "", true),
        (_, 0x04) => new(code, "Disconnect with will message", "The client left and wants its will published.", "", true),
        (_, 0x10) => new(code, "No matching subscribers", "The message was accepted but nobody subscribes to its topic.", "", true),
        (_, 0x11) => new(code, "No subscription existed", "There was no such subscription to remove.", "", true),
        (_, 0x18) => new(code, "Continue authentication", "The authentication goes on with another step.", "", true),
        (_, 0x19) => new(code, "Re-authenticate", "A new authentication begins.", "", true),
        _ => Unknown(code),
    };

    static ReasonText DescribeFailure(byte code) => code switch
    {
        0x80 => new(code, "Unspecified error", "The broker refused without saying why.", "Look in the broker's log.", true),
        0x81 => new(code, "Malformed packet", "A packet could not be read.", "Report it with the broker's name and version.", true),
        0x82 => new(code, "Protocol error", "A packet is not allowed here or contradicts an earlier one.",
            "Report it with the broker's name and version.", true),
        0x83 => new(code, "Implementation specific error", "The packet is valid but the broker does not accept it.",
            "Look in the broker's log.", true),
        0x84 => new(code, "Unsupported protocol version", "The broker does not speak this version of MQTT.",
            "Set the other protocol version.", false),
        0x85 => new(code, "Client identifier not valid", "The broker does not accept this client id.",
            "Use another client id: 1 to 23 letters and digits are accepted everywhere.", false),
        0x86 => new(code, "Bad user name or password", "The broker does not accept the user name or password.",
            "Check user name and password.", false),
        0x87 => new(code, "Not authorized", "The broker does not allow this to this client.",
            "Ask for this client id and user to be allowed on the broker.", false),
        0x88 => new(code, "Server unavailable", "The broker is reached but its MQTT service is not available.",
            "Nothing; it is tried again.", true),
        0x89 => new(code, "Server busy", "The broker is too busy.", "Nothing; it is tried again.", true),
        0x8A => new(code, "Banned", "The broker has banned this client.", "Ask the broker's administrator to lift the ban.", false),
        0x8B => new(code, "Server shutting down", "The broker is shutting down.", "Nothing; it is tried again.", true),
        0x8C => new(code, "Bad authentication method", "The broker does not support the authentication method or it is not the one in use.",
            "Choose a method the broker supports.", false),
        0x8D => new(code, "Keep alive timeout", "The broker heard nothing for one and a half keep-alive periods.",
            "Check the network, or set a longer keep-alive.", true),
        0x8E => new(code, "Session taken over", "Another connection with the same client id took over the session.",
            "Give every client its own client id; look for a second agent with this configuration.", true),
        0x8F =>
            new(code, "Topic filter invalid", "The broker does not accept the topic filter.", "Correct the subscription's topic.", false),
        0x90 => new(code, "Topic name invalid", "The topic name is not accepted.", "Correct the topic.", false),
        0x91 => new(code, "Packet identifier in use", "The packet identifier is already in use: the two sides disagree about the session.",
            "Nothing; a fresh session settles it.", true),
        0x92 => new(code, "Packet identifier not found", "The packet identifier is not known to the other side.",
            "Nothing; this is normal after an interruption.", true),
        0x93 => new(code, "Receive maximum exceeded", "More messages were sent without acknowledgement than the receiver allows.",
            "Report it with the broker's name and version.", true),
        0x94 => new(code, "Topic alias invalid", "A topic alias is 0, above the agreed maximum or was never defined.",
            "Report it with the broker's name and version.", true),
        0x95 => new(code, "Packet too large", "A packet is larger than the receiver allows.",
            "Raise the largest packet size on the receiving side, or send less in one message.", true),
        0x96 => new(code, "Message rate too high", "Messages come faster than the broker allows.",
            "Send less, or raise the broker's limit.", true),
        0x97 => new(code, "Quota exceeded",
            "A limit set by an administrator is reached.", "Raise the limit on the broker, or send less.", true),
        0x98 => new(code, "Administrative action", "An administrator closed the connection.", "Ask the broker's administrator.", true),
        0x99 => new(code, "Payload format invalid", "The payload is not what its format indicator says.",
            "Correct the payload or the indicator.", false),
        0x9A => new(code, "Retain not supported", "The broker does not keep retained messages.", "Turn retain off.", false),
        0x9B => new(code, "QoS not supported", "The broker does not support this QoS.", "Use a lower QoS.", false),
        0x9C => new(code, "Use another server", "The broker asks to use another server for now.", "Set the server it names.", true),
        0x9D => new(code, "Server moved", "The broker has moved for good.", "Set the server it names.", false),
        0x9E => new(code, "Shared subscriptions not supported", "The broker does not support shared subscriptions.",
            "Remove `share` from the subscription.", false),
        0x9F => new(code, "Connection rate exceeded", "Too many connections were made in a short time.",
            "Nothing; it is tried again more slowly.", true),
        0xA0 => new(code, "Maximum connect time", "The longest time allowed for one connection has passed.",
            "Nothing; it is connected again.", true),
        0xA1 => new(code, "Subscription identifiers not supported", "The broker does not support subscription identifiers.",
            "Subscribe without an identifier.", false),
        0xA2 => new(code, "Wildcard subscriptions not supported", "The broker does not support wildcards in subscriptions.",
            "List the topics one by one without `+` and `#`.", false),
        _ => Unknown(code),
    };

    static ReasonText Unknown(byte code) =>
        new(code, $"Code 0x{code:X2}", $"The broker gave the code 0x{code:X2}, which the specification does not define.",
            "Look in the broker's log.", true);
}
