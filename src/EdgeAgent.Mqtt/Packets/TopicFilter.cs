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

    /// <summary>Whether a valid filter matches a topic name. A wildcard in the first level does not match a topic that
    /// starts with <c>$</c> [MQTT-4.7.2-1].</summary>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        if (TrySplitShare(filter, out _, out var inner)) filter = inner;
        if (IsHidden(topic) && StartsWithWildcard(filter)) return false;
        while (true)
        {
            var wanted = NextLevel(ref filter, out var filterEnds);
            if (wanted is [(byte)'#']) return true;
            var level = NextLevel(ref topic, out var topicEnds);
            if (wanted is not [(byte)'+'] && !wanted.SequenceEqual(level)) return false;
            // "a/#" also matches "a" (§4.7.1.2).
            if (topicEnds) return filterEnds || filter is [(byte)'#'];
            if (filterEnds) return false;
        }
    }

    /// <summary>Whether some topic name is matched by both valid filters, so that a broker may deliver its messages twice (§3.3.4).
    /// Share groups are left aside.</summary>
    public static bool Overlap(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        if (TrySplitShare(first, out _, out var inner)) first = inner;
        if (TrySplitShare(second, out _, out inner)) second = inner;
        if (IsHidden(first) ? StartsWithWildcard(second) : IsHidden(second) && StartsWithWildcard(first)) return false;
        for (var depth = 0; ; depth++)
        {
            var a = NextLevel(ref first, out var firstEnds);
            var b = NextLevel(ref second, out var secondEnds);
            if (a is [(byte)'#'] || b is [(byte)'#']) return true;
            if (a is not [(byte)'+'] && b is not [(byte)'+'] && !a.SequenceEqual(b)) return false;
            // "a/#" also matches "a"; but "/#" and "+" would have only the empty topic in common, which does not exist.
            var isNothing = depth == 0 && (a.IsEmpty || b.IsEmpty);
            if (firstEnds) return secondEnds || (second is [(byte)'#'] && !isNothing);
            if (secondEnds) return first is [(byte)'#'] && !isNothing;
        }
    }

    static bool IsHidden(ReadOnlySpan<byte> topic) => topic is [(byte)'$', ..];

    static bool StartsWithWildcard(ReadOnlySpan<byte> filter) => filter is [(byte)'+' or (byte)'#', ..];

    static ReadOnlySpan<byte> NextLevel(ref ReadOnlySpan<byte> rest, out bool isLast)
    {
        var slash = rest.IndexOf((byte)'/');
        isLast = slash < 0;
        var level = isLast ? rest : rest[..slash];
        rest = isLast ? default : rest[(slash + 1)..];
        return level;
    }
}
