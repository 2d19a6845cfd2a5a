using System.Buffers.Binary;
using System.Text;

namespace EdgeAgent.Core.Records;

/// <summary>Encoded records of one lane (an output and a priority) between two cuts.</summary>
/// <remarks>
/// <para>Each record, all integers little-endian, is</para>
/// <list type="table">
/// <item><term>u32</term><description>bytes that follow this field</description></item>
/// <item><term>u8</term><description><see cref="RecordKind"/></description></item>
/// <item><term>i64</term><description>time [ns since the Unix epoch]: window end or event time</description></item>
/// <item><term>u16 + bytes</term><description>topic, UTF-8</description></item>
/// <item><term>u16 + bytes</term><description>key, UTF-8; length 0xFFFF means none</description></item>
/// <item><term>u16 + bytes</term><description>id (<c>ce_id</c>), UTF-8</description></item>
/// <item><term>u32 + bytes</term><description>payload, JSON</description></item>
/// </list>
/// <para>The same bytes are an outbox segment on disk, so this is the disk format. Single-threaded; owned by one
/// pipeline, emptied by the host at a cut. Grows by doubling and keeps its memory.</para>
/// </remarks>
public sealed class LaneBuffer
{
    const int FixedBytes = 1 + 8 + 2 + 2 + 2 + 4;
    byte[] _bytes = new byte[1024];

    /// <summary>Records held.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes held.</summary>
    public int Length { get; private set; }

    /// <summary>The encoded records; valid until the next call.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Most bytes a topic, a key or an id may have.</summary>
    public const int MaxTextBytes = ushort.MaxValue - 1;

    /// <summary>Appends one record; <paramref name="key"/> may be null. For the places where a record is rare.</summary>
    /// <returns>False, with nothing appended, when a text is over <see cref="MaxTextBytes"/>.</returns>
    public bool Append(RecordKind kind, long timeNs, string topic, string? key, string id, ReadOnlySpan<byte> payload)
    {
        var utf8 = Encoding.UTF8;
        return Append(kind, timeNs, utf8.GetBytes(topic), key is null ? null : utf8.GetBytes(key), utf8.GetBytes(id), payload);
    }

    /// <summary>Appends one record whose texts are UTF-8; <paramref name="key"/> may be null. Allocates only to grow.</summary>
    /// <returns>False, with nothing appended, when a text is over <see cref="MaxTextBytes"/>.</returns>
    public bool Append(
        RecordKind kind, long timeNs, ReadOnlySpan<byte> topic, byte[]? key, ReadOnlySpan<byte> id, ReadOnlySpan<byte> payload)
    {
        var keyLength = key?.Length ?? 0;
        if (Math.Max(topic.Length, Math.Max(keyLength, id.Length)) > MaxTextBytes) return false;
        var size = FixedBytes + topic.Length + keyLength + id.Length + payload.Length;
        if (Length + 4L + size > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Max(Math.Min(2L * _bytes.Length, Array.MaxLength), Length + 4L + size));
        var span = _bytes.AsSpan(Length, 4 + size);
        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)size);
        span[4] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(span[5..], timeNs);
        var at = 13;
        PutText(span, ref at, topic, true);
        PutText(span, ref at, key, key is not null);
        PutText(span, ref at, id, true);
        BinaryPrimitives.WriteUInt32LittleEndian(span[at..], (uint)payload.Length);
        payload.CopyTo(span[(at + 4)..]);
        Length += 4 + size;
        Count++;
        return true;
    }

    /// <summary>Forgets all records; keeps the memory.</summary>
    public void Clear() => (Count, Length) = (0, 0);

    static void PutText(Span<byte> span, ref int at, ReadOnlySpan<byte> text, bool present)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(span[at..], present ? (ushort)text.Length : ushort.MaxValue);
        text.CopyTo(span[(at + 2)..]);
        at += 2 + text.Length;
    }
}
