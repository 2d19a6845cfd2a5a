namespace EdgeAgent.Core.Formats.Binary;

/// <summary><c>format: binary</c>.</summary>
public sealed record BinaryFormatSettings : FormatSettings
{
    /// <summary>What is read; at least one.</summary>
    public required IReadOnlyList<BinaryField> Fields { get; init; }

    internal override FormatReader CreateReader() => new BinaryFormatReader(this);
}
