using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Client;

/// <summary>Who ended a connection, and how.</summary>
public enum MqttCloseKind
{
    /// <summary>We sent DISCONNECT.</summary>
    Disconnected,

    /// <summary><see cref="MqttConnection.Abort"/> was called.</summary>
    Aborted,

    /// <summary>The broker closed the socket.</summary>
    PeerClosed,

    /// <summary>The broker sent DISCONNECT.</summary>
    PeerDisconnected,

    /// <summary>The broker sent something malformed or not allowed.</summary>
    ProtocolViolation,

    /// <summary>The broker sent a packet above our limit.</summary>
    PacketTooLarge,

    /// <summary>The broker did not answer a ping.</summary>
    KeepAliveTimeout,

    /// <summary>The broker did not read for too long, or too much was waiting.</summary>
    SendStalled,

    /// <summary>The network failed.</summary>
    NetworkError,
}

/// <summary>Why a connection ended.</summary>
/// <param name="Kind">Who and how.</param>
/// <param name="ReasonCode">5.0 reason code that was sent or received; 0 when none was.</param>
/// <param name="Message">One sentence for people.</param>
public sealed record MqttCloseReason(MqttCloseKind Kind, byte ReasonCode, string Message)
{
    internal static MqttCloseReason Violation(DecodeStatus status) => status == DecodeStatus.TooLarge
        ? new(MqttCloseKind.PacketTooLarge, (byte)status, "The broker sent a packet larger than the limit set here; raise the largest packet size.")
        : new(MqttCloseKind.ProtocolViolation, (byte)status,
            $"The broker broke the protocol: {ReasonCodes.Describe(PacketType.Disconnect, MqttVersion.V500, (byte)status).Sentence}");

    internal static MqttCloseReason FromPeer(DisconnectPacket packet)
    {
        var text = ReasonCodes.Describe(PacketType.Disconnect, MqttVersion.V500, packet.ReasonCode);
        return new(MqttCloseKind.PeerDisconnected, packet.ReasonCode, ServerSaid.Sentence(text, new PropertyBlock(packet.Properties)));
    }
}
