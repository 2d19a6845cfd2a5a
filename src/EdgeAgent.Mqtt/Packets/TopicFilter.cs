namespace EdgeAgent.Mqtt.Packets;

/// <summary>Topic names and topic filters as UTF-8 bytes (MQTT 5.0 §4.7, §4.8; 3.1.1 §4.7). Pure; allocates nothing.</summary>
public static class TopicFilter
{
    static ReadOnlySpan<byte> SharePrefix => "$share/"u8;

    /// <summary>Judges a topic name: <c>Ok</c>, <c>Malformed</c> (UTF-8, U+0000,
    /// longer than 65,535 bytes) or <c>TopicNameInvalid</c> (empty, wildcard).</summary>
    public static DecodeStatus CheckName(ReadOnlySpan<byte> topic) =>
        topic.Length > ushort.MaxValue ? DecodeStatus.Malformed : MqttText.CheckTopicName(topic);

    /// <summary>Judges a filter, shared or not [MQTT-4.7.1-1], [MQTT-4.7.1-2], [MQTT-4.8.2-1], [MQTT-4.8.2-2].</summary>
    /// <remarks><c>#</c> only alone in the last level, <c>+</c> only alone in a level, a share name without <c>/ + #</c>,
    /// at least one character.</remarks>
    public static bool IsValid(ReadOnlySpan<byte> filter)
    {
        if (filter.IsEmpty || filter.Length > ushort.MaxValue || !MqttText.IsValid(filter)) return false;
        if (filter.StartsWith(SharePrefix) && !TrySplitShare(filter, out _, out filter)) return false;
        var left = filter;
        while (true)
        {
            var level = NextLevel(ref left, out var isLast);
            if (level.IndexOfAny((byte)'+', (byte)'#') >= 0 && (level.Length > 1 || (level[0] == '#' && !isLast))) return false;
            if (isLast) return true;
        }
    }

    /// <summary>Splits <c>$share/group/filter</c> (§4.8.2); false for any other filter and for one without a group or a filter.</summary>
    public static bool TrySplitShare(ReadOnlySpan<byte> shared, out ReadOnlySpan<byte> group, out ReadOnlySpan<byte> filter)
    {
        group = filter = default;
        if (!shared.StartsWith(SharePrefix)) return false;
        var rest = shared[SharePrefix.Length..];
        var slash = rest.IndexOf((byte)'/');
        if (slash <= 0 || slash == rest.Length - 1 || rest[..slash].IndexOfAny((byte)'+', (byte)'#') >= 0) return false;
        group = rest[..slash];
        filter = rest[(slash + 1)..];
        return true;
    }

    static ReadOnlySpan<byte> NextLevel(ref ReadOnlySpan<byte> rest, out bool isLast)
    {
        var slash = rest.IndexOf((byte)'/');
        isLast = slash < 0;
        var level = isLast ? rest : rest[..slash];
        rest = isLast ? default : rest[(slash + 1)..];
        return level;
    }
}
