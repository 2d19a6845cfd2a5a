
namespace EdgeAgent.Core.Formats.Binary;

/// <summary><c>format: binary</c>.</summary>
public sealed record BinaryFormatSettings : LineFormatSettings
{
    /// <summary>What is read.</summary>
    public required IReadOnlyList<BinaryField> Fields { get; init; }

    /// <inheritdoc/>
    public override ILineDecoder CreateDecoder() => new BinaryDecoder(Fields);
}
