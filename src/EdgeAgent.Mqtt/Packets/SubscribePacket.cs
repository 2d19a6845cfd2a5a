namespace EdgeAgent.Mqtt.Packets;

/// <summary>SUBSCRIBE (MQTT 5.0 §3.8; 3.1.1 §3.8) as a view, or as the fields to write.</summary>
/// <remarks>
/// Wire: 0x82 · remaining length · packet id u16 · properties (5.0) · one or more of (filter text, options u8).
/// Filters are valid UTF-8 when read; whether their wildcards stand right is <see cref="TopicFilter.IsValid"/>'s business,
/// because a server refuses a bad filter in SUBACK without closing.
/// </remarks>
public ref struct SubscribePacket
{
    /// <summary>Packet identifier, never 0.</summary>
    public ushort PacketId { readonly get; set; }

    /// <summary>Properties as encoded, checked.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>The entries as encoded; walk them with <see cref="GetEnumerator"/>, build them with <see cref="Append"/>.</summary>
    public ReadOnlySpan<byte> Entries { readonly get; set; }

    /// <summary>Walks the entries.</summary>
    public readonly SubscribeReader GetEnumerator() => new(Entries);

    /// <summary>Reads the body of a SUBSCRIBE frame.</summary>
    /// <returns><c>Ok</c>, <c>Malformed</c> or <c>ProtocolError</c> (identifier 0, no filter [MQTT-3.8.3-2], options out of range, No Local
    /// on a shared one [MQTT-3.8.3-4]).</returns>
    public static DecodeStatus TryRead(PacketFrame frame, MqttVersion version, out SubscribePacket packet)
    {
        packet = default;
        var cursor = new ByteCursor(frame.Body);
        if (frame.Type != PacketType.Subscribe) return DecodeStatus.Malformed;
        var head = cursor.ReadHead(frame.Type, version, out var id, out var properties);
        if (head != DecodeStatus.Ok) return head;
        packet.PacketId = id;
        packet.Properties = properties;
        packet.Entries = cursor.Rest;
        if (cursor.AtEnd) return DecodeStatus.ProtocolError;
        while (!cursor.AtEnd)
        {
            if (!cursor.TryText(out var filter) || !cursor.TryByte(out var options)) return DecodeStatus.Malformed;
            var status = CheckOptions(filter, options, version);
            if (status != DecodeStatus.Ok) return status;
        }
        return DecodeStatus.Ok;
    }

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

    static DecodeStatus CheckOptions(ReadOnlySpan<byte> filter, byte options, MqttVersion version)
    {
        // 3.1.1 [MQTT-3.8.3-4] makes reserved bits and QoS 3 malformed; 5.0 §3.8.3.1 reserved bits malformed, values of 3 protocol errors.
        if (version == MqttVersion.V311) return options > 2 ? DecodeStatus.Malformed : DecodeStatus.Ok;
        if (options > 0x3F) return DecodeStatus.Malformed;
        var localShared = (options & 4) != 0 && filter.StartsWith("$share/"u8);
        return (options & 3) == 3 || options >> 4 == 3 || localShared ? DecodeStatus.ProtocolError : DecodeStatus.Ok;
    }
}
