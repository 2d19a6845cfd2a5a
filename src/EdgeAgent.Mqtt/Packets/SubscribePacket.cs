namespace EdgeAgent.Mqtt.Packets;

/// <summary>SUBSCRIBE (MQTT 5.0 §3.8; 3.1.1 §3.8) as the fields to write.</summary>
/// <remarks>
/// Wire: 0x82 · remaining length · packet id u16 · properties (5.0) · one or more of (filter text, options u8).
/// </remarks>
public ref struct SubscribePacket
{
    /// <summary>Packet identifier, never 0.</summary>
    public ushort PacketId { readonly get; set; }

    /// <summary>Properties as encoded.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>The entries as encoded; <see cref="Append"/> builds them.</summary>
    public ReadOnlySpan<byte> Entries { readonly get; set; }

    /// <summary>Appends one entry to a list that becomes <see cref="Entries"/>.</summary>
    /// <remarks>In 3.1.1 only <paramref name="qos"/> may be set. <paramref name="retainHandling"/>: 0 send retained, 1 only for a new
    /// subscription, 2 never (§3.8.3.1).</remarks>
    public static void Append(PacketBuffer list, ReadOnlySpan<byte> filter, int qos, bool noLocal = false, bool retainAsPublished = false,
        int retainHandling = 0)
    {
        list.WriteBinary(filter);
        list.WriteByte((byte)(qos | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | retainHandling << 4));
    }

    /// <summary>Appends the packet.</summary>
    public readonly void WriteTo(PacketBuffer to, MqttVersion version)
    {
        to.WriteHeader((byte)PacketType.Subscribe << 4 | 2, 2 + PacketBuffer.PropertiesLength(version, Properties) + Entries.Length);
        to.WriteUInt16(PacketId);
        to.WriteProperties(version, Properties);
        to.WriteBytes(Entries);
    }
}
