using System.Buffers.Binary;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>PUBLISH (MQTT 5.0 §3.3; 3.1.1 §3.3) as a view over the bytes it was read from, or as the fields to write.</summary>
/// <remarks>
/// Wire: 0011 DUP QoS2 RETAIN · remaining length · topic (u16 length, UTF-8) · packet id u16 (QoS &gt; 0) · properties (5.0) · payload.
/// Reading does not allocate and checks everything but the topic's characters: a caller that knows this very topic already
/// skips <see cref="CheckTopic"/>, any other calls it. An empty topic with an alias is left to the holder of the aliases.
/// </remarks>
public ref struct PublishPacket
{
    const byte TypeBits = (byte)PacketType.Publish << 4;

    byte _header;

    /// <summary>Topic name, UTF-8; empty when only an alias came.</summary>
    public ReadOnlySpan<byte> Topic { readonly get; set; }

    /// <summary>The application message.</summary>
    public ReadOnlySpan<byte> Payload { readonly get; set; }

    /// <summary>Properties as encoded, checked; empty in 3.1.1.</summary>
    public ReadOnlySpan<byte> Properties { readonly get; set; }

    /// <summary>Packet identifier; 0 at QoS 0.</summary>
    public ushort PacketId { readonly get; set; }

    /// <summary>Topic alias as read, or 0. For writing, put it in <see cref="Properties"/>.</summary>
    public ushort TopicAlias { readonly get; private set; }

    /// <summary>Length of the whole packet [bytes]; also set with <c>NeedMore</c> and <c>TooLarge</c> when known.</summary>
    public int LengthBytes { readonly get; private set; }

    /// <summary>0, 1 or 2.</summary>
    public int Qos
    {
        readonly get => _header >> 1 & 3;
        set => _header = (byte)((_header & ~6) | value << 1);
    }

    /// <summary>Set when it may have been sent before [MQTT-3.3.1-1].</summary>
    public bool Dup
    {
        readonly get => (_header & 8) != 0;
        set => _header = (byte)(value ? _header | 8 : _header & ~8);
    }

    /// <summary>Retained message.</summary>
    public bool Retain
    {
        readonly get => (_header & 1) != 0;
        set => _header = (byte)(value ? _header | 1 : _header & ~1);
    }

    /// <summary>Reads the PUBLISH at the front of <paramref name="bytes"/>, whose first byte must be of that type.</summary>
    /// <returns><c>Ok</c>, <c>NeedMore</c>, <c>Malformed</c>, <c>ProtocolError</c>, <c>TopicNameInvalid</c> (response topic),
    /// <c>TopicAliasInvalid</c> or <c>TooLarge</c>.</returns>
    public static DecodeStatus TryRead(ReadOnlySpan<byte> bytes, MqttVersion version, int maxPacketBytes, out PublishPacket packet)
    {
        packet = default;
        // QoS 0, length in one or two bytes, no properties, a topic: all else goes the long way round.
        if (bytes.Length >= 4 && (bytes[0] & 0xFE) == TypeBits)
        {
            int length = bytes[1];
            var bodyAt = 2;
            if (length >= 0x80)
            {
                int high = bytes[2];
                if ((uint)(high - 1) >= 0x7F) return TryReadAny(bytes, version, maxPacketBytes, ref packet);
                length = length & 0x7F | high << 7;
                bodyAt = 3;
            }
            var total = bodyAt + length;
            if (total <= bytes.Length && total <= maxPacketBytes && length > 2)
            {
                var body = bytes.Slice(bodyAt, length);
                var topicEnd = 2 + BinaryPrimitives.ReadUInt16BigEndian(body);
                var payloadAt = topicEnd;
                if (topicEnd > 2 && topicEnd <= length
                    && (version == MqttVersion.V311 || (topicEnd < length && body[payloadAt++] == 0)))
                {
                    packet._header = bytes[0];
                    packet.LengthBytes = total;
                    packet.Topic = body[2..topicEnd];
                    packet.Payload = body[payloadAt..];
                    return DecodeStatus.Ok;
                }
            }
        }
        return TryReadAny(bytes, version, maxPacketBytes, ref packet);
    }

    /// <summary>Reads only topic and identifier of a PUBLISH of 3.1.1, however large it is; the payload stays empty.</summary>
    /// <returns><c>Ok</c> with <see cref="LengthBytes"/> of the whole; <c>NeedMore</c> with the bytes needed for the head in it;
    /// else as <see cref="TryRead"/>.</returns>
    internal static DecodeStatus TryReadHead(ReadOnlySpan<byte> bytes, out PublishPacket packet)
    {
        packet = default;
        var status = PacketFrame.TryRead(bytes, int.MaxValue, out var frame);
        if (status is not (DecodeStatus.Ok or DecodeStatus.NeedMore) || frame.LengthBytes == 0) return status;
        var bodyAt = 1;
        while (bytes[bodyAt] >= 0x80) bodyAt++;
        bodyAt++;
        var headBytes = bodyAt + 2;
        if (bytes.Length >= headBytes)
            headBytes += BinaryPrimitives.ReadUInt16BigEndian(bytes[bodyAt..]) + ((frame.Header & 6) != 0 ? 2 : 0);
        if (headBytes > frame.LengthBytes) return DecodeStatus.Malformed;
        if (bytes.Length < headBytes)
        {
            packet.LengthBytes = headBytes;
            return DecodeStatus.NeedMore;
        }

        status = TryReadBody(new PacketFrame(frame.Header, bytes[bodyAt..headBytes], headBytes), MqttVersion.V311, ref packet);
        packet.LengthBytes = frame.LengthBytes;
        return status;
    }

    /// <summary>Judges the topic's characters: <c>Ok</c>, <c>Malformed</c> (not UTF-8, U+0000) or <c>TopicNameInvalid</c> (wildcard, empty)
    /// [MQTT-3.3.2-1], [MQTT-3.3.2-2].</summary>
    public readonly DecodeStatus CheckTopic() => MqttText.CheckTopicName(Topic);

    /// <summary>Length of the packet as <see cref="WriteTo"/> would write it [bytes].</summary>
    public readonly int EncodedLength(MqttVersion version)
    {
        var length = RemainingLength(version);
        return 1 + PacketBuffer.VariableLength(length) + length;
    }

    /// <summary>Appends the packet.</summary>
    public readonly void WriteTo(PacketBuffer to, MqttVersion version)
    {
        if (Qos == 3 || Qos > 0 && PacketId == 0) throw new ArgumentException("QoS is 0 to 2, and above 0 a packet identifier is needed");
        to.WriteHeader((byte)(TypeBits | _header & 0x0F), RemainingLength(version));
        to.WriteBinary(Topic);
        if (Qos > 0) to.WriteUInt16(PacketId);
        to.WriteProperties(version, Properties);
        to.WriteBytes(Payload);
    }

    readonly int RemainingLength(MqttVersion version) =>
        2 + Topic.Length + (Qos > 0 ? 2 : 0) + PacketBuffer.PropertiesLength(version, Properties) + Payload.Length;

    static DecodeStatus TryReadAny(ReadOnlySpan<byte> bytes, MqttVersion version, int maxPacketBytes, ref PublishPacket packet)
    {
        var status = PacketFrame.TryRead(bytes, maxPacketBytes, out var frame);
        packet.LengthBytes = frame.LengthBytes;
        return status == DecodeStatus.Ok ? TryReadBody(frame, version, ref packet) : status;
    }

    static DecodeStatus TryReadBody(PacketFrame frame, MqttVersion version, ref PublishPacket packet)
    {
        packet._header = frame.Header;
        var cursor = new ByteCursor(frame.Body);
        if (frame.Type != PacketType.Publish || !cursor.TryBinary(out var topic)) return DecodeStatus.Malformed;
        packet.Topic = topic;
        if (packet.Qos > 0)
        {
            if (!cursor.TryUInt16(out var id)) return DecodeStatus.Malformed;
            // [MQTT-2.2.1-3]: an identifier of 0 is a protocol error.
            if (id == 0) return DecodeStatus.ProtocolError;
            packet.PacketId = id;
        }
        if (version == MqttVersion.V500)
        {
            if (!cursor.TryProperties(out var properties)) return DecodeStatus.Malformed;
            var status = PropertyBlock.Check(properties, PacketType.Publish, out var alias);
            if (status != DecodeStatus.Ok) return status;
            packet.Properties = properties;
            packet.TopicAlias = alias;
        }
        packet.Payload = cursor.Rest;
        // §3.3.2.1: a topic of no length without an alias is a protocol error in 5.0; 3.1.1 [MQTT-4.7.3-1] forbids it as well.
        return topic.IsEmpty && packet.TopicAlias == 0 ? DecodeStatus.ProtocolError : DecodeStatus.Ok;
    }
}
