namespace EdgeAgent.Mqtt.Packets;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP (MQTT 5.0 §3.4–3.7; 3.1.1 §3.4–3.7) as a view.</summary>
/// <remarks>
/// Wire: type (PUBREL with flags 0010) · remaining length · packet id u16 · 5.0 only, each may be left out: reason code u8 · properties.
/// Without a reason code it means success.
/// </remarks>
public ref struct AckPacket
{
    /// <summary>Which of the four.</summary>
    public PacketType Type { readonly get; set; }

    /// <summary>Packet identifier, never 0.</summary>
    public ushort PacketId { readonly get; set; }

    /// <summary>Reason code; always 0 in 3.1.1. 0x80 and above is a failure.</summary>
    public byte ReasonCode { readonly get; set; }

    /// <summary>Properties as encoded, checked.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>Reads the body of a frame of one of the four types.</summary>
    /// <returns><c>Ok</c>, <c>Malformed</c> or <c>ProtocolError</c>.</returns>
    public static DecodeStatus TryRead(PacketFrame frame, MqttVersion version, out AckPacket packet)
    {
        packet = new AckPacket { Type = frame.Type };
        var cursor = new ByteCursor(frame.Body);
        if (frame.Type is < PacketType.PubAck or > PacketType.PubComp || !cursor.TryUInt16(out var id)) return DecodeStatus.Malformed;
        if (id == 0) return DecodeStatus.ProtocolError;
        packet.PacketId = id;
        if (cursor.AtEnd) return DecodeStatus.Ok;
        if (version == MqttVersion.V311) return DecodeStatus.Malformed;
        cursor.TryByte(out var code);
        packet.ReasonCode = code;
        if (!cursor.AtEnd)
        {
            if (!cursor.TryProperties(out var properties) || !cursor.AtEnd) return DecodeStatus.Malformed;
            packet.Properties = properties;
        }
        if (!ReasonCodes.IsDefined(frame.Type, version, code)) return DecodeStatus.ProtocolError;
        return PropertyBlock.Check(packet.Properties, frame.Type, out _);
    }

    /// <summary>Appends one successful acknowledgement of <paramref name="type"/> for each identifier, in that order;
    /// the same bytes in both versions.</summary>
    public static void WriteMany(PacketBuffer to, PacketType type, ReadOnlySpan<ushort> packetIds)
    {
        var header = (int)type << 4 | (type == PacketType.PubRel ? 2 : 0);
        foreach (var id in packetIds) to.WriteUInt32((uint)header << 24 | 2u << 16 | id);
    }
}
