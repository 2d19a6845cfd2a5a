namespace EdgeAgent.Core.Formats.Pairs;

/// <summary><c>format: pairs</c>.</summary>
public sealed record PairsFormatSettings : FormatSettings
{
    /// <summary>Names that are read; each is the metric.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    internal override FormatReader CreateReader() => new PairsFormatReader(this);
}
