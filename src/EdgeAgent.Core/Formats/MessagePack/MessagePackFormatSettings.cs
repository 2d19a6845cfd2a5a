using EdgeAgent.Core.Formats.Documents;

namespace EdgeAgent.Core.Formats.MessagePack;

/// <summary><c>format: msgpack</c>.</summary>
public sealed record MessagePackFormatSettings : DocumentFormatSettings
{
    internal override FormatReader CreateReader() => new DocumentReader(this, CreateParser());

    internal override DocumentParser CreateParser() => new BinaryDocumentParser<MessagePackItems>();
}
