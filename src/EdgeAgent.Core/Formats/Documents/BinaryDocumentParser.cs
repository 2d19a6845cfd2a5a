namespace EdgeAgent.Core.Formats.Documents;

/// <summary>A parser of documents in bytes (CBOR, MessagePack), which stand one after another with nothing between them.</summary>
abstract class BinaryDocumentParser : DocumentParser
{
    /// <inheritdoc/>
    public sealed override bool TryRead(ReadOnlySpan<byte> payload, ref int at, Document document, ref ReadCursor cursor)
    {
        document.Clear();
        var fault = Read(payload, ref at, document);
        return fault == BadReason.None || cursor.Fail(fault, null, fault == BadReason.Truncated ? payload.Length : at);
    }

    /// <summary>Reads the document that starts at <paramref name="at"/> into the empty <paramref name="document"/>.</summary>
    /// <returns>What is wrong with it.</returns>
    protected abstract BadReason Read(ReadOnlySpan<byte> text, ref int at, Document document);
}
