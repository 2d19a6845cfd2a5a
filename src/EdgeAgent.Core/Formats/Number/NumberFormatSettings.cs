namespace EdgeAgent.Core.Formats.Number;

/// <summary><c>format: number</c>.</summary>
public sealed record NumberFormatSettings : FormatSettings
{
    /// <summary>What the number is; its path is empty.</summary>
    public FieldSettings Field { get; init; } = new() { Path = "" };

    /// <summary>What the text means.</summary>
    public TextRules Text { get; init; } = TextRules.Default;

    internal override FormatReader CreateReader() => new NumberFormatReader(this);
}
