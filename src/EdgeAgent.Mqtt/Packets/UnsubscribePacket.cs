namespace EdgeAgent.Mqtt.Packets;

/// <summary>UNSUBSCRIBE (MQTT 5.0 §3.10; 3.1.1 §3.10) as the fields to write.</summary>
/// <remarks>Wire: 0xA2 · remaining length · packet id u16 · properties (5.0) · one or more filter texts.</remarks>
public ref struct UnsubscribePacket
{
    /// <summary>Packet identifier, never 0.</summary>
    public ushort PacketId { readonly get; set; }

    /// <summary>Properties as encoded.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>The filters as encoded, each with its length in front.</summary>
    public ReadOnlySpan<byte> Filters { readonly get; set; }

    /// <summary>Appends the packet.</summary>
    public readonly void WriteTo(PacketBuffer to, MqttVersion version)
    {
        to.WriteHeader((byte)PacketType.Unsubscribe << 4 | 2, 2 + PacketBuffer.PropertiesLength(version, Properties) + Filters.Length);
        to.WriteUInt16(PacketId);
        to.WriteProperties(version, Properties);
        to.WriteBytes(Filters);
    }
}
