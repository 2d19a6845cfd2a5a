using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Tests.Mqtt.Packets;

/// <summary>What only a broker writes, as bytes: CONNACK, SUBACK and UNSUBACK, and acknowledgements with a reason code.</summary>
static class BrokerPackets
{
    public static void WriteTo(this ConnAckPacket packet, PacketBuffer to, MqttVersion version)
    {
        to.WriteHeader((byte)PacketType.ConnAck << 4, 2 + PacketBuffer.PropertiesLength(version, packet.Properties));
        to.WriteByte(packet.SessionPresent ? (byte)1 : (byte)0);
        to.WriteByte(packet.ReasonCode);
        to.WriteProperties(version, packet.Properties);
    }

    public static void WriteTo(this SubAckPacket packet, PacketBuffer to, MqttVersion version)
    {
        to.WriteHeader((byte)((int)packet.Type << 4),
            2 + PacketBuffer.PropertiesLength(version, packet.Properties) + packet.Codes.Length);
        to.WriteUInt16(packet.PacketId);
        to.WriteProperties(version, packet.Properties);
        to.WriteBytes(packet.Codes);
    }

    /// <summary>In its shortest form.</summary>
    public static void WriteTo(this AckPacket packet, PacketBuffer to, MqttVersion version)
    {
        if (version == MqttVersion.V311 || packet.ReasonCode == 0 && packet.Properties.IsEmpty)
        {
            AckPacket.WriteMany(to, packet.Type, [packet.PacketId]);
            return;
        }
        var properties = packet.Properties.IsEmpty ? 0 : PacketBuffer.PropertiesLength(version, packet.Properties);
        to.WriteHeader((byte)((int)packet.Type << 4 | (packet.Type == PacketType.PubRel ? 2 : 0)), 3 + properties);
        to.WriteUInt16(packet.PacketId);
        to.WriteByte(packet.ReasonCode);
        if (properties > 0) to.WriteProperties(version, packet.Properties);
    }
}
