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
        for (var i = 0; i < _fields.Length; i++) _fields[i].Read(payload, ref Places[i]);
        return true;
    }
}
