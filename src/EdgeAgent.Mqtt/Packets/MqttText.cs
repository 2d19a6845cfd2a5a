using System.Text.Unicode;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>Checks of UTF-8 encoded strings (MQTT 5.0 §1.5.4; 3.1.1 §1.5.3).</summary>
static class MqttText
{
    /// <summary>Whether the bytes are well-formed UTF-8 without U+0000 [MQTT-1.5.4-1], [MQTT-1.5.4-2].</summary>
    public static bool IsValid(ReadOnlySpan<byte> text) => Utf8.IsValid(text) && !text.Contains((byte)0);

    /// <summary>Whether the bytes may be a topic name: valid text, not empty, no wildcard [MQTT-3.3.2-2], [MQTT-4.7.3-1].</summary>
    public static DecodeStatus CheckTopicName(ReadOnlySpan<byte> topic) =>
        !IsValid(topic) ? DecodeStatus.Malformed
        : topic.IsEmpty || topic.IndexOfAny((byte)'+', (byte)'#') >= 0 ? DecodeStatus.TopicNameInvalid
        : DecodeStatus.Ok;
}
