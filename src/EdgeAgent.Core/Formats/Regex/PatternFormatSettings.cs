namespace EdgeAgent.Core.Formats.Regex;

/// <summary><c>format: regex</c>.</summary>
public sealed record PatternFormatSettings : FormatSettings
{
    /// <summary>The pattern; it parses.</summary>
    public required string Pattern { get; init; }

    /// <summary>What is read; every field names a group of the pattern.</summary>
    public required IReadOnlyList<PatternField> Fields { get; init; }

    /// <summary>Named states of all fields.</summary>
    public IReadOnlyDictionary<string, double> States { get; init; } = FieldSettings.NoNumbers;

    /// <summary>The group of the event time, or null for arrival time.</summary>
    public TimeSettings? Time { get; init; }

    /// <inheritdoc/>
    public override bool CarriesTime => Time is not null;

    /// <summary>Groups whose text is a label.</summary>
    public IReadOnlyList<LabelSettings> LabelPaths { get; init; } = [];

    /// <summary>What texts mean.</summary>
    public TextRules Text { get; init; } = TextRules.Default;

    internal override FormatReader CreateReader() => new PatternFormatReader(this);
}
