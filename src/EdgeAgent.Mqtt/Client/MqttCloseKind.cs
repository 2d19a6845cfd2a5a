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
