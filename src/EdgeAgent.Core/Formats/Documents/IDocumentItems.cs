namespace EdgeAgent.Core.Formats.Documents;

/// <summary>How an encoding writes keys and values. A struct without fields: the walk over a document is compiled for each encoding
/// by itself, and calls nothing virtual.</summary>
interface IDocumentItems
{
    /// <summary>Stands for the number of items of a container that a break ends (the byte 0xFF of CBOR).</summary>
    const long UntilBreak = -1;

    /// <summary>Reads a key: its place in the payload, or its number.</summary>
    static abstract BadReason ReadKey(ReadOnlySpan<byte> text, ref int at, ref DocumentNode name);

    /// <summary>Reads a value; of a container its head alone: <paramref name="items"/> is then how many are to come, or
    /// <see cref="UntilBreak"/>.</summary>
    static abstract BadReason ReadValue(ReadOnlySpan<byte> text, ref int at, ref PayloadValue value, out long items);
}
