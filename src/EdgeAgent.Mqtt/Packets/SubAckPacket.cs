namespace EdgeAgent.Mqtt.Packets;

/// <summary>SUBACK or UNSUBACK (MQTT 5.0 §3.9, §3.11; 3.1.1 §3.9, §3.11) as a view.</summary>
/// <remarks>Wire: 0x90 or 0xB0 · remaining length · packet id u16 · properties (5.0) · one code u8 for each
/// filter (none in a 3.1.1 UNSUBACK).</remarks>
public ref struct SubAckPacket
{
    /// <summary>SUBACK or UNSUBACK.</summary>
    public PacketType Type { readonly get; set; }

    /// <summary>Identifier of the request.</summary>
    public ushort PacketId { readonly get; set; }

    /// <summary>Properties as encoded, checked.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>One code for each filter of the request, in its order.</summary>
    public ReadOnlySpan<byte> Codes { readonly get; set; }

    /// <summary>Reads the body of a SUBACK or UNSUBACK frame.</summary>
    /// <returns><c>Ok</c>, <c>Malformed</c> or <c>ProtocolError</c> (identifier 0, no code, undefined code [MQTT-3.9.3-2]).</returns>
    public static DecodeStatus TryRead(PacketFrame frame, MqttVersion version, out SubAckPacket packet)
    {
        packet = new SubAckPacket { Type = frame.Type };
        var cursor = new ByteCursor(frame.Body);
        if (frame.Type is not (PacketType.SubAck or PacketType.UnsubAck)) return DecodeStatus.Malformed;
        var head = cursor.ReadHead(frame.Type, version, out var id, out var properties);
        if (head != DecodeStatus.Ok) return head;
        packet.PacketId = id;
        packet.Properties = properties;
        packet.Codes = cursor.Rest;
        if (frame.Type == PacketType.UnsubAck && version == MqttVersion.V311)
            return cursor.AtEnd ? DecodeStatus.Ok : DecodeStatus.Malformed;
        if (cursor.AtEnd) return DecodeStatus.ProtocolError;
        foreach (var code in cursor.Rest)
            // above, a refusal whatever it means
            if (code < 0x80 && !ReasonCodes.IsDefined(frame.Type, version, code)) return DecodeStatus.ProtocolError;
        return DecodeStatus.Ok;
    }
}
