using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Client;

/// <summary>Why a connection ended.</summary>
/// <param name="Kind">Who and how.</param>
/// <param name="ReasonCode">5.0 reason code that was sent or received; 0 when none was.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record MqttCloseReason(MqttCloseKind Kind, byte ReasonCode, string Message)
{
    internal static MqttCloseReason Violation(DecodeStatus status) => status == DecodeStatus.TooLarge
        ? new(MqttCloseKind.PacketTooLarge, (byte)status,
            "The broker sent a packet larger than the limit set here; raise the largest packet size.")
        : new(MqttCloseKind.ProtocolViolation, (byte)status,
            $"The broker broke the protocol: {ReasonCodes.Describe(PacketType.Disconnect, MqttVersion.V500, (byte)status).Sentence}");

    internal static MqttCloseReason FromPeer(DisconnectPacket packet)
    {
        var text = ReasonCodes.Describe(PacketType.Disconnect, MqttVersion.V500, packet.ReasonCode);
        return new(MqttCloseKind.PeerDisconnected, packet.ReasonCode, ServerSaid.Sentence(text, new PropertyBlock(packet.Properties)));
    }
}
