namespace EdgeAgent.Mqtt.Packets;

/// <summary>The topic aliases the other side has defined on one connection (MQTT 5.0 §3.3.2.3.4).</summary>
/// <remarks>Holds at most <c>maximum</c> topics. Allocates only when an alias first gets a topic longer than it had. One thread.</remarks>
public sealed class TopicAliases(int maximum)
{
    readonly byte[][] _topics = new byte[maximum][];
    readonly int[] _lengths = new int[maximum];

    /// <summary>Defines or looks up the alias of a PUBLISH that has one;
    /// afterwards its topic is set and its characters are checked.</summary>
    /// <remarks>A looked-up topic is a span into this table, valid until the alias is defined anew.</remarks>
    /// <returns><c>Ok</c>, <c>TopicAliasInvalid</c> (0, above the maximum [MQTT-3.3.2-8], [MQTT-3.3.2-10]), <c>ProtocolError</c> (never
    /// defined), or what is wrong with the topic.</returns>
    public DecodeStatus Resolve(ref PublishPacket packet)
    {
        var at = packet.TopicAlias - 1;
        if ((uint)at >= (uint)_topics.Length) return DecodeStatus.TopicAliasInvalid;
        if (packet.Topic.IsEmpty)
        {
            if (_topics[at] == null) return DecodeStatus.ProtocolError;
            packet.Topic = _topics[at].AsSpan(0, _lengths[at]);
            return DecodeStatus.Ok;
        }
        var status = packet.CheckTopic();
        if (status != DecodeStatus.Ok) return status;
        if (_topics[at] == null || _topics[at].Length < packet.Topic.Length) _topics[at] = new byte[packet.Topic.Length];
        packet.Topic.CopyTo(_topics[at]);
        _lengths[at] = packet.Topic.Length;
        return DecodeStatus.Ok;
    }
}
