namespace EdgeAgent.Core.Formats.Senml;

/// <summary><c>format: senml</c>.</summary>
public sealed record SenmlFormatSettings : FormatSettings
{
    /// <summary>Label for the base name, the metric then being the name after it; null for both together as the metric.</summary>
    public string? BaseLabel { get; init; }

    /// <summary>Label for the unit, or null.</summary>
    public string? UnitLabel { get; init; }

    internal override FormatReader CreateReader() => new SenmlReader(this);
}
