using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Tests.Mqtt.Packets;

/// <summary>The broker's side of SUBSCRIBE: judges it by the letter of MQTT 3.1.1 and 5.0 (§3.8), and walks its entries.</summary>
ref struct SubscribeReader
{
    ByteCursor _cursor;
    byte _options;

    public SubscribeReader(ReadOnlySpan<byte> entries) => _cursor = new ByteCursor(entries);

    /// <summary>Topic filter, UTF-8.</summary>
    public ReadOnlySpan<byte> Filter { get; private set; }

    /// <summary>Maximum QoS asked for.</summary>
    public readonly int Qos => _options & 3;

    /// <summary>Do not send back what the subscriber itself published.</summary>
    public readonly bool NoLocal => (_options & 4) != 0;

    /// <summary>Keep the RETAIN flag as published.</summary>
    public readonly bool RetainAsPublished => (_options & 8) != 0;

    /// <summary>0 send retained messages, 1 only if the subscription is new, 2 never.</summary>
    public readonly int RetainHandling => _options >> 4 & 3;

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
            if (!cursor.TryBinary(out var filter) || !MqttText.IsValid(filter) || !cursor.TryByte(out var options))
                return DecodeStatus.Malformed;
            var status = CheckOptions(filter, options, version);
            if (status != DecodeStatus.Ok) return status;
        }
        return DecodeStatus.Ok;
    }

    /// <summary>Moves to the next entry.</summary>
    public bool MoveNext()
    {
        if (!_cursor.TryBinary(out var filter) || !_cursor.TryByte(out _options)) return false;
        Filter = filter;
        return true;
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
