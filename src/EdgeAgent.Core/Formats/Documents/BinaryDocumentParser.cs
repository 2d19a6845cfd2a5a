namespace EdgeAgent.Core.Formats.Documents;

/// <summary>A parser of documents in bytes (CBOR, MessagePack), which stand one after another with nothing between them.</summary>
sealed class BinaryDocumentParser<TItems> : DocumentParser
    where TItems : struct, IDocumentItems
{
    readonly (int Node, long Left, bool IsMap)[] _above = new (int, long, bool)[MaxDepth];

    /// <inheritdoc/>
    public override bool TryRead(ReadOnlySpan<byte> payload, ref int at, Document document, ref ReadCursor cursor)
    {
        document.Clear();
        var failure = Read(payload, ref at, document);
        return failure == BadReason.None || cursor.Fail(failure, null, failure == BadReason.Truncated ? payload.Length : at);
    }

    BadReason Read(ReadOnlySpan<byte> text, ref int at, Document document)
    {
        var depth = 0;
        while (true)
        {
            var node = document.Add();
            if (node < 0) return BadReason.TooManyValues;
            ref var added = ref document[node];
            if (depth > 0 && _above[depth - 1].IsMap)
            {
                var key = TItems.ReadKey(text, ref at, ref added);
                if (key != BadReason.None) return key;
            }

            var failure = TItems.ReadValue(text, ref at, ref added.Value, out var items);
            if (failure != BadReason.None) return failure;
            if (depth > 0 && _above[depth - 1].Left > 0) _above[depth - 1].Left--;
            if (items != 0)
            {
                if (depth == MaxDepth) return BadReason.TooDeep;
                _above[depth++] = (node, items, added.Value.Kind == ValueKind.Object);
            }

            // Closes all that are complete: of known length, or ended by a break.
            for (; depth > 0; depth--)
            {
                ref var above = ref _above[depth - 1];
                if (above.Left > 0) break;
                if (above.Left == IDocumentItems.UntilBreak)
                {
                    if (at >= text.Length) return BadReason.Truncated;
                    if (text[at] != 0xFF) break;
                    at++;
                }

                document[above.Node].End = document.Count;
            }

            if (depth == 0) return BadReason.None;
        }
    }
}
