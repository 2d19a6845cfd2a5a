using System.Buffers.Binary;

namespace EdgeAgent.KafkaPeer;

/// <summary>Frames of Kafka's protocol: length i32 (big-endian, as all numbers) · that many bytes.</summary>
/// <remarks>
/// A request's bytes: api key i16 · api version i16 · correlation id i32 · client id (nullable string) · body. A response's:
/// correlation id i32 · body. Source: Kafka protocol guide, "Protocol Primitive Types" and "Request Header v1".
/// </remarks>
static class KafkaFrame
{
    const int MaxBytes = 100 << 20;

    /// <summary>The bytes of the next frame, or null at the end of the stream.</summary>
    public static async Task<byte[]?> ReadAsync(Stream from)
    {
        var size = new byte[4];
        if (await from.ReadAtLeastAsync(size, 4, throwOnEndOfStream: false) < 4) return null;
        var length = BinaryPrimitives.ReadInt32BigEndian(size);
        if (length is < 0 or > MaxBytes) throw new InvalidDataException($"a frame of {length} bytes");
        var frame = new byte[length];
        return await from.ReadAtLeastAsync(frame, length, throwOnEndOfStream: false) < length ? null : frame;
    }

    /// <summary>Writes one frame.</summary>
    public static async Task WriteAsync(Stream to, byte[] frame)
    {
        var bytes = new byte[4 + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, frame.Length);
        frame.CopyTo(bytes, 4);
        await to.WriteAsync(bytes);
        await to.FlushAsync();
    }
}
