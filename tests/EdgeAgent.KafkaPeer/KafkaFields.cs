using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.KafkaPeer;

/// <summary>Reads the fields of a request in order; throws <see cref="ArgumentException"/> past its end.</summary>
ref struct KafkaReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _left = bytes;

    /// <summary>INT16.</summary>
    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    /// <summary>INT32.</summary>
    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    /// <summary>STRING or NULLABLE_STRING; null as empty.</summary>
    public string String() => Int16() is var length and > 0 ? Encoding.UTF8.GetString(Take(length)) : "";

    /// <summary>BYTES; null as empty.</summary>
    public byte[] Bytes() => Int32() is var length and > 0 ? Take(length).ToArray() : [];

    ReadOnlySpan<byte> Take(int count)
    {
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}

/// <summary>Writes the fields of a response in order.</summary>
sealed class KafkaWriter
{
    readonly MemoryStream _bytes = new();

    /// <summary>INT16.</summary>
    public KafkaWriter Int16(short value) => Put(BinaryPrimitives.WriteInt16BigEndian, value, 2);

    /// <summary>INT32.</summary>
    public KafkaWriter Int32(int value) => Put(BinaryPrimitives.WriteInt32BigEndian, value, 4);

    /// <summary>INT64.</summary>
    public KafkaWriter Int64(long value) => Put(BinaryPrimitives.WriteInt64BigEndian, value, 8);

    /// <summary>STRING.</summary>
    public KafkaWriter String(string text)
    {
        Int16((short)Encoding.UTF8.GetByteCount(text));
        _bytes.Write(Encoding.UTF8.GetBytes(text));
        return this;
    }

    /// <summary>BYTES.</summary>
    public KafkaWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        Int32(bytes.Length);
        return Raw(bytes);
    }

    /// <summary>Bytes as they are.</summary>
    public KafkaWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>What was written.</summary>
    public byte[] ToArray() => _bytes.ToArray();

    KafkaWriter Put<T>(WriteNumber<T> write, T value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        write(bytes, value);
        return Raw(bytes[..size]);
    }

    delegate void WriteNumber<T>(Span<byte> to, T value);
}
