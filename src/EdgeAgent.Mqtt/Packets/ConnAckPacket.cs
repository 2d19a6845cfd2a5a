namespace EdgeAgent.Mqtt.Packets;

/// <summary>CONNACK (MQTT 5.0 §3.2; 3.1.1 §3.2) as a view.</summary>
/// <remarks>Wire: 0x20 · remaining length · acknowledge flags u8 (bit 0: session present) · code u8 · properties (5.0).</remarks>
public ref struct ConnAckPacket
{
    /// <summary>Whether the server continues a session it had.</summary>
    public bool SessionPresent { readonly get; set; }

    /// <summary>Return code (3.1.1) or reason code (5.0); 0 is accepted.</summary>
    public byte ReasonCode { readonly get; set; }

    /// <summary>Properties as encoded, checked; empty in 3.1.1.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>Reads the body of a CONNACK frame.</summary>
    /// <returns><c>Ok</c>, <c>Malformed</c> (also reserved flags) or <c>ProtocolError</c> (undefined code, or a refusal that claims
    /// a session [MQTT-3.2.2-6]; 3.1.1 [MQTT-3.2.2-4]).</returns>
    public static DecodeStatus TryRead(PacketFrame frame, MqttVersion version, out ConnAckPacket packet)
    {
        packet = default;
        var cursor = new ByteCursor(frame.Body);
        if (frame.Type != PacketType.ConnAck || !cursor.TryByte(out var flags) || !cursor.TryByte(out var code) || flags > 1)
            return DecodeStatus.Malformed;
        packet.SessionPresent = flags == 1;
        packet.ReasonCode = code;
        if (version == MqttVersion.V500)
        {
            if (!cursor.TryProperties(out var properties)) return DecodeStatus.Malformed;
            packet.Properties = properties;
        }
        if (!cursor.AtEnd) return DecodeStatus.Malformed;
        if (!ReasonCodes.IsDefined(PacketType.ConnAck, version, code) || code != 0 && packet.SessionPresent)
            return DecodeStatus.ProtocolError;
        return PropertyBlock.Check(packet.Properties, PacketType.ConnAck, out _);
    }
}
