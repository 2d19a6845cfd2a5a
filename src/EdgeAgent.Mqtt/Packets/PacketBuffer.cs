using System.Buffers.Binary;

namespace EdgeAgent.Mqtt.Packets;

/// <summary>A growing run of bytes that packets are written to the end of and a sender takes from the front of.</summary>
/// <remarks>Grows by doubling and keeps its array; <see cref="Clear"/> gives an overgrown one back. Not thread-safe.</remarks>
public sealed class PacketBuffer
{
    /// <summary>An array above this is dropped once the buffer is empty [bytes].</summary>
    public const int KeptBytes = 64 * 1024;

    readonly int _initialBytes;
    byte[] _bytes;
    int _start;
    int _end;

    /// <summary>Starts empty.</summary>
    public PacketBuffer(int initialBytes = 256)
    {
        _initialBytes = initialBytes;
        _bytes = new byte[initialBytes];
    }

    /// <summary>What was written and not yet discarded; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Length of <see cref="Written"/> [bytes].</summary>
    public int LengthBytes => _end - _start;

    /// <summary>Forgets all bytes.</summary>
    public void Clear()
    {
        _start = _end = 0;
        if (_bytes.Length > KeptBytes && _bytes.Length > _initialBytes) _bytes = new byte[_initialBytes];
    }

    /// <summary>Forgets the first <paramref name="count"/> bytes.</summary>
    public void Discard(int count)
    {
        _start += count;
        if (_start == _end) Clear();
    }

    /// <summary>Appends one byte.</summary>
    public void WriteByte(byte value) => Reserve(1)[0] = value;

    /// <summary>Appends two bytes, big-endian.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);

    /// <summary>Appends four bytes, big-endian.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    /// <summary>Appends a variable byte integer (MQTT 5.0 §1.5.5).</summary>
    public void WriteVariable(int value)
    {
        if ((uint)value > PacketFrame.MaxRemainingLength)
            throw new ArgumentOutOfRangeException(nameof(value), value, "does not fit four bytes of seven bits");
        var rest = (uint)value;
        while (rest >= 0x80)
        {
            WriteByte((byte)(rest | 0x80));
            rest >>= 7;
        }
        WriteByte((byte)rest);
    }

    /// <summary>Appends the bytes as they are.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    /// <summary>Appends two bytes of length and the bytes: text or binary data (§1.5.4, §1.5.6).</summary>
    public void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ushort.MaxValue) throw new ArgumentOutOfRangeException(nameof(bytes), bytes.Length, "longer than 65,535 bytes");
        WriteUInt16((ushort)bytes.Length);
        WriteBytes(bytes);
    }

    /// <summary>Bytes a variable byte integer takes.</summary>
    internal static int VariableLength(int value) => value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;

    /// <summary>Bytes properties take with their length in front; none in 3.1.1.</summary>
    internal static int PropertiesLength(MqttVersion version, ReadOnlySpan<byte> encoded) =>
        version == MqttVersion.V500 ? VariableLength(encoded.Length) + encoded.Length : 0;

    internal void WriteHeader(byte header, int remainingLength)
    {
        WriteByte(header);
        WriteVariable(remainingLength);
    }

    internal void WriteProperties(MqttVersion version, ReadOnlySpan<byte> encoded)
    {
        if (version != MqttVersion.V500) return;
        WriteVariable(encoded.Length);
        WriteBytes(encoded);
    }

    Span<byte> Reserve(int count)
    {
        if (count > _bytes.Length - _end) MakeRoom(count);
        var at = _bytes.AsSpan(_end, count);
        _end += count;
        return at;
    }

    void MakeRoom(int count)
    {
        var length = _end - _start;
        var target = length + count <= _bytes.Length ? _bytes
            : new byte[Math.Max(length + count, (int)Math.Min(2L * _bytes.Length, Array.MaxLength))];
        Written.CopyTo(target);
        _bytes = target;
        _start = 0;
        _end = length;
    }
}
