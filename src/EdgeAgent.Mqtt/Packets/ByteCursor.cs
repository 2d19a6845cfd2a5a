using System.Buffers.Binary;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>Takes the data types of MQTT 5.0 §1.5 from the front of a packet's body.</summary>
/// <remarks>Every method returns false, and takes nothing, where the bytes do not suffice or are not valid.
/// Keeps spans of the input.</remarks>
ref struct ByteCursor(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _rest = bytes;

    public readonly ReadOnlySpan<byte> Rest => _rest;

    public readonly bool AtEnd => _rest.IsEmpty;

    public bool TryByte(out byte value)
    {
        value = _rest.IsEmpty ? (byte)0 : _rest[0];
        if (_rest.IsEmpty) return false;
        _rest = _rest[1..];
        return true;
    }

    public bool TryUInt16(out ushort value)
    {
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out value)) return false;
        _rest = _rest[2..];
        return true;
    }

    public bool TryUInt32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32BigEndian(_rest, out value)) return false;
        _rest = _rest[4..];
        return true;
    }

    /// <summary>Variable byte integer (§1.5.5): at most four bytes, in the shortest form [MQTT-1.5.5-1].</summary>
    public bool TryVariable(out uint value)
    {
        value = 0;
        for (var i = 0; i < 4 && i < _rest.Length; i++)
        {
            var b = _rest[i];
            value |= (uint)(b & 0x7F) << (7 * i);
            if (b >= 0x80) continue;
            if (b == 0 && i > 0) return false;
            _rest = _rest[(i + 1)..];
            return true;
        }
        return false;
    }

    /// <summary>Two bytes of length, then that many bytes (§1.5.6).</summary>
    public bool TryBinary(out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!BinaryPrimitives.TryReadUInt16BigEndian(_rest, out var length) || _rest.Length - 2 < length) return false;
        value = _rest.Slice(2, length);
        _rest = _rest[(2 + length)..];
        return true;
    }

    /// <summary>Variable length, then that many bytes of properties (§2.2.2), not yet looked at.</summary>
    public bool TryProperties(out ReadOnlySpan<byte> encoded)
    {
        encoded = default;
        if (!TryVariable(out var length) || length > (uint)_rest.Length) return false;
        encoded = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    /// <summary>A packet identifier that is not 0 (§2.2.1) and, with 5.0, checked properties.</summary>
    public DecodeStatus ReadHead(PacketType type, MqttVersion version, out ushort id, out ReadOnlySpan<byte> properties)
    {
        properties = default;
        if (!TryUInt16(out id)) return DecodeStatus.Malformed;
        if (id == 0) return DecodeStatus.ProtocolError;
        if (version != MqttVersion.V500) return DecodeStatus.Ok;
        return TryProperties(out properties) ? PropertyBlock.Check(properties, type, out _) : DecodeStatus.Malformed;
    }
}
