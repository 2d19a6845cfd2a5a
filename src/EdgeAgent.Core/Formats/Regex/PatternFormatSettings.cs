namespace EdgeAgent.Core.Formats.Regex;

/// <summary><c>format: regex</c>.</summary>
public sealed record PatternFormatSettings : FormatSettings
{
    /// <summary>The pattern; it parses.</summary>
    public required string Pattern { get; init; }

    /// <summary>What is read; every field names a group of the pattern.</summary>
    public required IReadOnlyList<PatternField> Fields { get; init; }

    internal override FormatReader CreateReader() => new PatternFormatReader(this);
}
