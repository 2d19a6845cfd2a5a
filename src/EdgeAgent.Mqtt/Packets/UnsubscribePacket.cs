namespace EdgeAgent.Mqtt.Packets;

/// <summary>UNSUBSCRIBE (MQTT 5.0 §3.10; 3.1.1 §3.10) as a view, or as the fields to write.</summary>
/// <remarks>Wire: 0xA2 · remaining length · packet id u16 · properties (5.0) · one or more filter texts.</remarks>
public ref struct UnsubscribePacket
{
    /// <summary>Packet identifier, never 0.</summary>
    public ushort PacketId { readonly get; set; }

    /// <summary>Properties as encoded, checked.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>The filters as encoded, each with its length in front; walk them with <see cref="TryNext"/>.</summary>
    public ReadOnlySpan<byte> Filters { readonly get; set; }

    /// <summary>Reads the body of an UNSUBSCRIBE frame.</summary>
    /// <returns><c>Ok</c>, <c>Malformed</c> or <c>ProtocolError</c> (identifier 0, no filter [MQTT-3.10.3-2]).</returns>
    public static DecodeStatus TryRead(PacketFrame frame, MqttVersion version, out UnsubscribePacket packet)
    {
        packet = default;
        var cursor = new ByteCursor(frame.Body);
        if (frame.Type != PacketType.Unsubscribe) return DecodeStatus.Malformed;
        var head = cursor.ReadHead(frame.Type, version, out var id, out var properties);
        if (head != DecodeStatus.Ok) return head;
        packet.PacketId = id;
        packet.Properties = properties;
        packet.Filters = cursor.Rest;
        if (cursor.AtEnd) return DecodeStatus.ProtocolError;
        while (!cursor.AtEnd)
            if (!cursor.TryText(out _)) return DecodeStatus.Malformed;
        return DecodeStatus.Ok;
    }

    /// <summary>Takes the first filter off <paramref name="filters"/>; false when none is left.</summary>
    public static bool TryNext(scoped ref ReadOnlySpan<byte> filters, out ReadOnlySpan<byte> filter)
    {
        var cursor = new ByteCursor(filters);
        if (!cursor.TryBinary(out filter)) return false;
        filters = cursor.Rest;
        return true;
    }

    /// <summary>Appends the packet.</summary>
    public readonly void WriteTo(PacketBuffer to, MqttVersion version)
    {
        to.WriteHeader((byte)PacketType.Unsubscribe << 4 | 2, 2 + PacketBuffer.PropertiesLength(version, Properties) + Filters.Length);
        to.WriteUInt16(PacketId);
        to.WriteProperties(version, Properties);
        to.WriteBytes(Filters);
    }
}
