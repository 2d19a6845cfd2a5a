using System.Buffers.Binary;

namespace EdgeAgent.Core.Formats.Binary;

/// <summary>Reads fields at fixed offsets; a payload is one sample.</summary>
sealed class BinaryFormatReader : FormatReader
{
    readonly BinaryField[] _fields;
    readonly int _leastBytes;

    /// <summary>A reader for checked settings.</summary>
    public BinaryFormatReader(BinaryFormatSettings settings)
    {
        _fields = [.. settings.Fields];
        _leastBytes = _fields.Max(f => f.Offset + f.SizeBytes);
        Layout = SampleLayout.OfMetrics(_fields.Select(f => f.Metric));
        Places = new PayloadValue[_fields.Length];
    }

    /// <inheritdoc/>
    public override SampleLayout Layout { get; }

    /// <inheritdoc/>
    public override PayloadValue[] Places { get; }

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (payload.Length < _leastBytes) return cursor.Fail(BadReason.Truncated, null, payload.Length);
        for (var i = 0; i < _fields.Length; i++)
        {
            var field = _fields[i];
            var value = field.Scale.Of(Read(field, payload.Slice(field.Offset, field.SizeBytes)));
            if (value >= field.Min && value <= field.Max && double.IsFinite(value)) Places[i].SetDouble(value);
            else Places[i].Kind = ValueKind.Absent;
        }

        return true;
    }

    static double Read(BinaryField field, ReadOnlySpan<byte> bytes)
    {
        var raw = 0UL;
        if (bytes.Length == 4)
            raw = field.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        else if (bytes.Length == 2)
            raw = field.BigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        else
            for (var i = 0; i < bytes.Length; i++) raw = raw << 8 | bytes[field.BigEndian ? i : bytes.Length - 1 - i];
        if (field.FirstBit is { } first) return (raw >> first) & (field.BitCount >= 64 ? ulong.MaxValue : (1UL << field.BitCount) - 1);
        var unused = 64 - 8 * bytes.Length;
        return field.Type switch
        {
            BinaryType.F32 => BitConverter.UInt32BitsToSingle((uint)raw),
            BinaryType.F64 => BitConverter.UInt64BitsToDouble(raw),
            BinaryType.I8 or BinaryType.I16 or BinaryType.I24 or BinaryType.I32 or BinaryType.I64 => (long)(raw << unused) >> unused,
            _ => raw,
        };
    }
}
