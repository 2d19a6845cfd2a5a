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

    /// <summary>Appends one record; <paramref name="key"/> may be null.</summary>
    public void Append(RecordKind kind, long timeNs, string topic, string? key, string id, ReadOnlySpan<byte> payload)
    {
        var utf8 = Encoding.UTF8;
        var size = FixedBytes + utf8.GetByteCount(topic) + (key is null ? 0 : utf8.GetByteCount(key)) + utf8.GetByteCount(id) + payload.Length;
        if (Length + 4 + size > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Max(Math.Min(2L * _bytes.Length, Array.MaxLength), Length + 4L + size));
        var span = _bytes.AsSpan(Length, 4 + size);
        BinaryPrimitives.WriteUInt32LittleEndian(span, (uint)size);
        span[4] = (byte)kind;
        BinaryPrimitives.WriteInt64LittleEndian(span[5..], timeNs);
        var at = 13;
        PutText(span, ref at, topic);
        PutText(span, ref at, key);
        PutText(span, ref at, id);
        BinaryPrimitives.WriteUInt32LittleEndian(span[at..], (uint)payload.Length);
        payload.CopyTo(span[(at + 4)..]);
        Length += 4 + size;
        Count++;
    }

    /// <summary>Forgets all records; keeps the memory.</summary>
    public void Clear() => (Count, Length) = (0, 0);

    static void PutText(Span<byte> span, ref int at, string? text)
    {
        var n = text is null ? 0 : Encoding.UTF8.GetBytes(text, span[(at + 2)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(span[at..], text is null ? ushort.MaxValue : checked((ushort)n));
        at += 2 + n;
    }
}
