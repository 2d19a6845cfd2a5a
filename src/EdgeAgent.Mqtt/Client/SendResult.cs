namespace EdgeAgent.Mqtt.Client;

/// <summary>What became of a packet handed over for sending.</summary>
public enum SendResult
{
    /// <summary>Accepted: written to the socket or waiting in order to be.</summary>
    Accepted,

    /// <summary>The connection has ended; nothing was sent.</summary>
    Closed,

    /// <summary>Larger than the broker's Maximum Packet Size [MQTT-3.2.2-15]; nothing was sent.</summary>
    TooLarge,

    /// <summary>The broker said it does not support this QoS, retain, wildcard or shared subscription; nothing was sent.</summary>
    NotSupported,

    /// <summary>The topic or filter is not valid; nothing was sent.</summary>
    Invalid,
}
