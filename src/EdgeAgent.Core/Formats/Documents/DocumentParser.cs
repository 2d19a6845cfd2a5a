namespace EdgeAgent.Core.Formats.Documents;

/// <summary>Reads documents of one encoding (JSON, CBOR, MessagePack) into a <see cref="Document"/>.</summary>
/// <remarks>Does not allocate for what it has seen, never throws on input, takes time in proportion to the payload.</remarks>
abstract class DocumentParser
{
    /// <summary>Deepest nesting.</summary>
    public const int MaxDepth = 64;

    /// <summary>Reads the document that starts at <paramref name="at"/>, which then stands after it and what separates it from the
    /// next.</summary>
    /// <returns>False when it is broken; the cursor says why.</returns>
    public abstract bool TryRead(ReadOnlySpan<byte> payload, ref int at, Document document, ref ReadCursor cursor);

    /// <summary>The payload with documents in texts written out in place, in <paramref name="target"/>; false when there are
    /// none.</summary>
    public virtual bool TryUnfold(ReadOnlySpan<byte> payload, Document document, ref byte[] target, out int length)
    {
        length = 0;
        return false;
    }

    /// <summary>As <see cref="FormatReader.Unescape"/>.</summary>
    public virtual int Unescape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        text.CopyTo(target);
        return text.Length;
    }
}
