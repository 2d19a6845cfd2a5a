using EdgeAgent.Core.Formats.Documents;

namespace EdgeAgent.Core.Formats.Json;

/// <summary><c>format: json</c>.</summary>
public sealed record JsonFormatSettings : DocumentFormatSettings
{
    internal override FormatReader CreateReader() =>
        JsonFormatReader.CanRead(this) ? new JsonFormatReader(this) : new DocumentReader(this, CreateParser());

    internal override DocumentParser CreateParser() => new JsonDocumentParser();
}
