using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Tests.Mqtt.Packets;

/// <summary>The broker's side of CONNECT: reads it and judges it by the letter of MQTT 3.1.1 and 5.0 (§3.1).</summary>
static class ConnectReader
{
    const int UserFlag = 0x80, PasswordFlag = 0x40, WillRetainFlag = 0x20, WillFlag = 4, CleanFlag = 2, ReservedFlag = 1;

    /// <summary>Reads the body of a CONNECT frame; the version is in it.</summary>
    /// <returns><c>Ok</c>, <c>Malformed</c>, <c>ProtocolError</c> (also another protocol or level, and in 3.1.1 an empty client id
    /// without a clean session [MQTT-3.1.3-8]) or <c>TopicNameInvalid</c> (will).</returns>
    public static DecodeStatus TryRead(PacketFrame frame, out ConnectPacket packet)
    {
        packet = default;
        var cursor = new ByteCursor(frame.Body);
        if (frame.Type != PacketType.Connect || !cursor.TryBinary(out var name) || !cursor.TryByte(out var level))
            return DecodeStatus.Malformed;
        if (!name.SequenceEqual("MQTT"u8) || level is not (4 or 5)) return DecodeStatus.ProtocolError;
        packet.Version = (MqttVersion)level;
        if (!cursor.TryByte(out var flags) || !cursor.TryUInt16(out var keepAlive)) return DecodeStatus.Malformed;
        if (!TakeFlags(flags, ref packet)) return DecodeStatus.Malformed;
        packet.KeepAliveSeconds = keepAlive;
        if (level == 5)
        {
            if (!cursor.TryProperties(out var properties)) return DecodeStatus.Malformed;
            var status = PropertyBlock.Check(properties, PacketType.Connect, out _);
            if (status != DecodeStatus.Ok) return status;
            packet.Properties = properties;
        }
        return TakePayload(cursor, ref packet);
    }

    static bool TakeFlags(byte flags, ref ConnectPacket packet)
    {
        packet.HasUsername = (flags & UserFlag) != 0;
        packet.HasPassword = (flags & PasswordFlag) != 0;
        packet.HasWill = (flags & WillFlag) != 0;
        packet.WillRetain = (flags & WillRetainFlag) != 0;
        packet.WillQos = flags >> 3 & 3;
        packet.CleanStart = (flags & CleanFlag) != 0;
        // Reserved bit [MQTT-3.1.2-3]; will fields without a will [MQTT-3.1.2-11]; QoS 3 [MQTT-3.1.2-12];
        // 3.1.1 only: a password without a user name [MQTT-3.1.2-22].
        return (flags & ReservedFlag) == 0 && packet.WillQos < 3 && (packet.HasWill || (packet.WillQos == 0 && !packet.WillRetain))
            && (packet.Version == MqttVersion.V500 || packet.HasUsername || !packet.HasPassword);
    }

    static DecodeStatus TakePayload(ByteCursor cursor, ref ConnectPacket packet)
    {
        if (!cursor.TryBinary(out var clientId) || !MqttText.IsValid(clientId)) return DecodeStatus.Malformed;
        packet.ClientId = clientId;
        if (packet.HasWill)
        {
            if (packet.Version == MqttVersion.V500)
            {
                if (!cursor.TryProperties(out var properties)) return DecodeStatus.Malformed;
                var status = PropertyBlock.Check(properties, PropertyTable.Will, out _);
                if (status != DecodeStatus.Ok) return status;
                packet.WillProperties = properties;
            }
            if (!cursor.TryBinary(out var topic) || !cursor.TryBinary(out var payload)) return DecodeStatus.Malformed;
            packet.WillTopic = topic;
            packet.WillPayload = payload;
            if (MqttText.CheckTopicName(topic) is var judged && judged != DecodeStatus.Ok) return judged;
        }
        if (packet.HasUsername)
        {
            if (!cursor.TryBinary(out var username) || !MqttText.IsValid(username)) return DecodeStatus.Malformed;
            packet.Username = username;
        }
        if (packet.HasPassword)
        {
            if (!cursor.TryBinary(out var password)) return DecodeStatus.Malformed;
            packet.Password = password;
        }
        if (!cursor.AtEnd) return DecodeStatus.Malformed;
        return packet.Version == MqttVersion.V311 && clientId.IsEmpty && !packet.CleanStart ? DecodeStatus.ProtocolError : DecodeStatus.Ok;
    }
}
