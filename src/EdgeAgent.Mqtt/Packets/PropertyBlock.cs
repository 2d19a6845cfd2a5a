namespace EdgeAgent.Mqtt.Packets;

/// <summary>The properties of one packet (MQTT 5.0 §2.2.2) as a view over the receive buffer.</summary>
public readonly ref struct PropertyBlock(ReadOnlySpan<byte> encoded)
{
    /// <summary>The properties as they stand on the wire, without the length in front.</summary>
    public ReadOnlySpan<byte> Encoded { get; } = encoded;

    /// <summary>For <c>foreach</c>.</summary>
    public PropertyReader GetEnumerator() => new(Encoded);

    /// <summary>The number of the first property <paramref name="id"/>.</summary>
    public bool TryGetNumber(PropertyId id, out uint value)
    {
        var reader = new PropertyReader(Encoded);
        while (reader.MoveNext())
        {
            if (reader.Id != id) continue;
            value = reader.Number;
            return true;
        }
        value = 0;
        return false;
    }

    /// <summary>The text or binary data of the first property <paramref name="id"/>.</summary>
    public bool TryGetBytes(PropertyId id, out ReadOnlySpan<byte> value)
    {
        var reader = new PropertyReader(Encoded);
        while (reader.MoveNext())
        {
            if (reader.Id != id) continue;
            value = reader.Bytes;
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>Judges all properties for a packet type.</summary>
    /// <remarks>Unknown, misplaced or ill-formed ones are malformed (§2.2.2.2);
    /// repeated ones and values outside their range are protocol errors.</remarks>
    internal static DecodeStatus Check(ReadOnlySpan<byte> encoded, PacketType packet, out ushort topicAlias) =>
        Check(encoded, (ushort)(1 << (int)packet), out topicAlias);

    /// <summary>Judges the properties of a will (§3.1.3.2).</summary>
    internal static DecodeStatus CheckWill(ReadOnlySpan<byte> encoded) => Check(encoded, PropertyTable.Will, out _);

    static DecodeStatus Check(ReadOnlySpan<byte> encoded, ushort scope, out ushort topicAlias)
    {
        topicAlias = 0;
        var seen = 0UL;
        var reader = new PropertyReader(encoded);
        while (reader.MoveNext())
        {
            var id = reader.Id;
            if (!PropertyTable.IsAllowed((byte)id, scope)) return DecodeStatus.Malformed;
            var bit = 1UL << (int)id;
            var repeats = id == PropertyId.UserProperty
                || (id == PropertyId.SubscriptionIdentifier && scope == 1 << (int)PacketType.Publish);
            if ((seen & bit) != 0 && !repeats) return DecodeStatus.ProtocolError;
            seen |= bit;
            var status = CheckValue(ref reader);
            if (status != DecodeStatus.Ok) return status;
            if (id == PropertyId.TopicAlias) topicAlias = (ushort)reader.Number;
        }
        if (reader.IsDamaged) return DecodeStatus.Malformed;
        var dataWithoutMethod = (seen >> (int)PropertyId.AuthenticationMethod & 3) == 2;
        return dataWithoutMethod ? DecodeStatus.ProtocolError : DecodeStatus.Ok;
    }

    static DecodeStatus CheckValue(ref PropertyReader reader) => PropertyTable.KindOf((byte)reader.Id) switch
    {
        PropertyKind.Flag when reader.Number > 1 => DecodeStatus.ProtocolError,
        PropertyKind.Text or PropertyKind.Pair when !MqttText.IsValid(reader.Bytes) || !MqttText.IsValid(reader.Name) =>
            DecodeStatus.Malformed,
        _ => reader.Id switch
        {
            PropertyId.TopicAlias when reader.Number == 0 => DecodeStatus.TopicAliasInvalid,
            PropertyId.ReceiveMaximum or PropertyId.MaximumPacketSize or PropertyId.SubscriptionIdentifier when reader.Number == 0 =>
                DecodeStatus.ProtocolError,
            PropertyId.ResponseTopic => MqttText.CheckTopicName(reader.Bytes),
            _ => DecodeStatus.Ok,
        },
    };
}
