namespace EdgeAgent.Core.Formats;

/// <summary>Undoes an encoding and lets the format's own reader read what comes out.</summary>
sealed class EncodedReader(FormatReader inner, PayloadEncoding encoding, int maxBytes) : FormatReader
{
    readonly Inflater? _inflater = encoding is PayloadEncoding.Gzip or PayloadEncoding.Zlib ? new() : null;
    byte[] _decoded = new byte[256];
    int _length;

    /// <inheritdoc/>
    public override SampleLayout Layout => inner.Layout;

    /// <inheritdoc/>
    public override PayloadValue[] Places => inner.Places;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> OwnText => inner.OwnText;

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref ReadCursor cursor)
    {
        if (!cursor.HasMore)
        {
            _length = 0;
            var at = encoding switch
            {
                PayloadEncoding.Base64 => PayloadCoding.Base64(payload, ref _decoded, out _length),
                PayloadEncoding.Gzip or PayloadEncoding.Zlib => _inflater!.Inflate(payload, ref _decoded, maxBytes, out _length),
                _ => PayloadCoding.Hex(payload, ref _decoded, out _length),
            };
            if (at >= 0 || _length > maxBytes) return cursor.Fail(BadReason.BadEncoding, null, Math.Max(at, 0));
        }

        var text = _decoded.AsSpan(0, _length);
        var isSample = inner.TryRead(text, ref cursor);
        Note ??= inner.Note;
        if (cursor.IsReplaced) return isSample;
        cursor.IsReplaced = true;
        cursor.Replacement = text;
        return isSample;
    }

    /// <inheritdoc/>
    public override void AddLabels(ReadOnlySpan<byte> text, List<KeyValuePair<string, string>> labels) => inner.AddLabels(text, labels);

    /// <inheritdoc/>
    public override int Unescape(ReadOnlySpan<byte> text, Span<byte> target) => inner.Unescape(text, target);
}
