namespace EdgeAgent.Mqtt.Packets;

/// <summary>One control packet cut from a stream of bytes: fixed header and body, the body not yet looked at.</summary>
/// <remarks>
/// Wire: type and flags u8 · remaining length, 1–4 bytes of 7 bits, lowest first · body (MQTT 5.0 §2.1).
/// A view over the input; valid while that is. Not the shortest form of the length is malformed for both versions.
/// </remarks>
public readonly ref struct PacketFrame
{
    /// <summary>Largest remaining length the format can carry (§2.1.4).</summary>
    public const int MaxRemainingLength = 268_435_455;

    internal PacketFrame(byte header, ReadOnlySpan<byte> body, int lengthBytes)
    {
        Header = header;
        Body = body;
        LengthBytes = lengthBytes;
    }

    /// <summary>The first byte: type and flags.</summary>
    public byte Header { get; }

    /// <summary>Packet type.</summary>
    public PacketType Type => (PacketType)(Header >> 4);

    /// <summary>Everything after the fixed header; empty unless the status was <c>Ok</c>.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Length of the whole packet [bytes]; 0 while the length itself is not complete.</summary>
    public int LengthBytes { get; }

    /// <summary>Cuts the packet at the front of <paramref name="bytes"/>. Type 0,
    /// wrong flag bits [MQTT-2.1.3-1] and size are judged as soon as they are known.</summary>
    /// <returns><c>Ok</c>, <c>NeedMore</c> (with <see cref="LengthBytes"/> when known), <c>Malformed</c> or <c>TooLarge</c>.</returns>
    public static DecodeStatus TryRead(ReadOnlySpan<byte> bytes, int maxPacketBytes, out PacketFrame frame)
    {
        frame = default;
        if (bytes.IsEmpty) return DecodeStatus.NeedMore;
        var header = bytes[0];
        if (!HasValidFlags(header)) return DecodeStatus.Malformed;
        var length = 0;
        for (var i = 1; i <= 4; i++)
        {
            if (i >= bytes.Length) return DecodeStatus.NeedMore;
            var b = bytes[i];
            length |= (b & 0x7F) << (7 * (i - 1));
            if (b >= 0x80) continue;
            if (b == 0 && i > 1) return DecodeStatus.Malformed;
            var total = i + 1 + length;
            if (total > maxPacketBytes)
            {
                frame = new PacketFrame(header, default, total);
                return DecodeStatus.TooLarge;
            }
            var whole = bytes.Length >= total;
            frame = new PacketFrame(header, whole ? bytes.Slice(i + 1, length) : default, total);
            return whole ? DecodeStatus.Ok : DecodeStatus.NeedMore;
        }
        return DecodeStatus.Malformed;
    }

    /// <summary>Flag bits by type (Table 2-2): 0010 for PUBREL, SUBSCRIBE and UNSUBSCRIBE; for PUBLISH no QoS 3 [MQTT-3.3.1-4] and no DUP
    /// with QoS 0 [MQTT-3.3.1-2]; else 0.</summary>
    static bool HasValidFlags(byte header)
    {
        var flags = header & 0x0F;
        return (PacketType)(header >> 4) switch
        {
            0 => false,
            PacketType.Publish => (flags & 6) != 6 && flags is not (8 or 9),
            PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe => flags == 2,
            _ => flags == 0,
        };
    }
}
