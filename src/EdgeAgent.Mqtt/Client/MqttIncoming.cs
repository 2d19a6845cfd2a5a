using EdgeAgent.Mqtt.Packets;

namespace EdgeAgent.Mqtt.Client;

/// <summary>One packet from the broker, as a view over the receive buffer: valid until the next
/// <see cref="MqttConnection.Fill"/>.</summary>
/// <remarks>A topic that came as an alias is valid until the next <see cref="MqttConnection.TryNext"/>.</remarks>
public ref struct MqttIncoming
{
    internal PublishPacket Publish;

    /// <summary>Publish, PubAck, PubRec, PubRel, PubComp, SubAck, UnsubAck, PingResp or Disconnect.</summary>
    public PacketType Kind { readonly get; internal set; }

    /// <summary>PUBLISH: topic, alias resolved.</summary>
    public readonly ReadOnlySpan<byte> Topic => Publish.Topic;

    /// <summary>PUBLISH: the message. SUBACK, UNSUBACK: one code for each filter.</summary>
    public readonly ReadOnlySpan<byte> Payload => Publish.Payload;

    /// <summary>PUBLISH: 0, 1 or 2.</summary>
    public readonly int Qos => Publish.Qos;

    /// <summary>PUBLISH: may have been sent before.</summary>
    public readonly bool Dup => Publish.Dup;

    /// <summary>PUBLISH: retained.</summary>
    public readonly bool Retain => Publish.Retain;

    /// <summary>Identifier of a QoS 1 or 2 message or of what is answered; else 0.</summary>
    public readonly ushort PacketId => Publish.PacketId;

    /// <summary>Acknowledgements and DISCONNECT: reason code; 0x80 and above is a failure.</summary>
    public byte ReasonCode { readonly get; internal set; }

    /// <summary>PUBLISH of 3.1.1 above <see cref="MqttClientOptions.MaxPacketBytes"/>: the payload is left out,
    /// all else is there.</summary>
    public readonly bool IsTooLarge => ReasonCode == (byte)DecodeStatus.TooLarge && Kind == PacketType.Publish;

    /// <summary>PUBLISH: length of the whole packet [bytes].</summary>
    public readonly int LengthBytes => Publish.LengthBytes;

    /// <summary>Properties (5.0).</summary>
    public readonly PropertyBlock Properties => new(Publish.Properties);

    /// <summary>PUBLISH: judges the topic's characters. Not needed for a topic that was judged before.</summary>
    /// <returns><c>Ok</c>, or the status to close the connection with: <see cref="MqttConnection.Fail"/>.</returns>
    public readonly DecodeStatus CheckTopic() => Publish.CheckTopic();
}
