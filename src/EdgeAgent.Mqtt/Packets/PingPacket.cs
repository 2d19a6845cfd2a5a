namespace EdgeAgent.Mqtt.Packets;

/// <summary>PINGREQ and PINGRESP (MQTT 5.0 §3.12, §3.13): two bytes, no body.</summary>
public static class PingPacket
{
    /// <summary>Whether the frame is a PINGREQ or PINGRESP: <c>Ok</c> or <c>Malformed</c>.</summary>
    public static DecodeStatus Check(PacketFrame frame) =>
        frame.Type is PacketType.PingReq or PacketType.PingResp && frame.Body.IsEmpty ? DecodeStatus.Ok : DecodeStatus.Malformed;

    /// <summary>Appends a PINGREQ.</summary>
    public static void WriteRequest(PacketBuffer to) => to.WriteHeader((byte)PacketType.PingReq << 4, 0);
}
