namespace EdgeAgent.Mqtt.Packets;

/// <summary>DISCONNECT (MQTT 5.0 §3.14; 3.1.1 §3.14) or AUTH (5.0 §3.15) as a view, or as the fields to write.</summary>
/// <remarks>
/// Wire: 0xE0 or 0xF0 · remaining length · 5.0 only, each may be left out: reason code u8 · properties. In 3.1.1 DISCONNECT has
/// no body and AUTH does not exist. Who may send which property or code is left to the receiver, who knows its side.
/// </remarks>
public ref struct DisconnectPacket
{
    /// <summary>DISCONNECT or AUTH.</summary>
    public PacketType Type { readonly get; set; }

    /// <summary>Reason code; 0 when left out.</summary>
    public byte ReasonCode { readonly get; set; }

    /// <summary>Properties as encoded, checked.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>Reads the body of a DISCONNECT or AUTH frame.</summary>
    /// <returns><c>Ok</c>, <c>Malformed</c> or <c>ProtocolError</c> (undefined code, AUTH without a method §3.15.2.2.2).</returns>
    public static DecodeStatus TryRead(PacketFrame frame, MqttVersion version, out DisconnectPacket packet)
    {
        packet = new DisconnectPacket { Type = frame.Type };
        if (frame.Type is not (PacketType.Disconnect or PacketType.Auth)) return DecodeStatus.Malformed;
        if (version == MqttVersion.V311)
            return frame.Type == PacketType.Disconnect && frame.Body.IsEmpty ? DecodeStatus.Ok : DecodeStatus.Malformed;
        var cursor = new ByteCursor(frame.Body);
        if (!cursor.TryByte(out var code)) return DecodeStatus.Ok;
        packet.ReasonCode = code;
        if (!cursor.AtEnd)
        {
            if (!cursor.TryProperties(out var properties) || !cursor.AtEnd) return DecodeStatus.Malformed;
            packet.Properties = properties;
        }
        if (!ReasonCodes.IsDefined(frame.Type, version, code)) return DecodeStatus.ProtocolError;
        var status = PropertyBlock.Check(packet.Properties, frame.Type, out _);
        if (status != DecodeStatus.Ok || frame.Type == PacketType.Disconnect) return status;
        var hasMethod = new PropertyBlock(packet.Properties).TryGetBytes(PropertyId.AuthenticationMethod, out _);
        return hasMethod ? DecodeStatus.Ok : DecodeStatus.ProtocolError;
    }

    /// <summary>Appends the packet in its shortest form.</summary>
    public readonly void WriteTo(PacketBuffer to, MqttVersion version)
    {
        var bare = version == MqttVersion.V311 || ReasonCode == 0 && Properties.IsEmpty;
        to.WriteHeader((byte)((int)Type << 4), bare ? 0 : Properties.IsEmpty ? 1 : 1 + PacketBuffer.PropertiesLength(version, Properties));
        if (bare) return;
        to.WriteByte(ReasonCode);
        if (!Properties.IsEmpty) to.WriteProperties(version, Properties);
    }
}
