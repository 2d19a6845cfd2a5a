using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Tests.Mqtt.Packets;

/// <summary>The broker's side of UNSUBSCRIBE: judges it by the letter of MQTT 3.1.1 and 5.0 (§3.10).</summary>
static class UnsubscribeReader
{
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
            if (!cursor.TryBinary(out var filter) || !MqttText.IsValid(filter)) return DecodeStatus.Malformed;
        return DecodeStatus.Ok;
    }

    /// <summary>The filters of a packet that was read.</summary>
    public static List<string> Filters(UnsubscribePacket packet)
    {
        var filters = new List<string>();
        var cursor = new ByteCursor(packet.Filters);
        while (cursor.TryBinary(out var filter)) filters.Add(Hex.Text(filter));
        return filters;
    }
}
