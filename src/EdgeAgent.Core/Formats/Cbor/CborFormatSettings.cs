using EdgeAgent.Core.Formats.Documents;

namespace EdgeAgent.Core.Formats.Cbor;

/// <summary><c>format: cbor</c>.</summary>
public sealed record CborFormatSettings : DocumentFormatSettings
{
    internal override FormatReader CreateReader() => new DocumentReader(this, CreateParser());

    internal override DocumentParser CreateParser() => new BinaryDocumentParser<CborItems>();
}
