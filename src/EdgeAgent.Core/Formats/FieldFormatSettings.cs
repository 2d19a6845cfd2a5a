namespace EdgeAgent.Core.Formats;

/// <summary>A format whose values have a path or a column.</summary>
public abstract record FieldFormatSettings : FormatSettings
{
    /// <summary>The numbers to read. For <c>value: $.x</c> one field with <see cref="FieldSettings.Metric"/> null.</summary>
    public IReadOnlyList<FieldSettings> Fields { get; init; } = [new() { Path = "$" }];

    /// <summary>Where the event time is, or null for arrival time.</summary>
    public TimeSettings? Time { get; init; }

    /// <summary>Whether every number of a sample is read, its metric its path; <see cref="Fields"/> is then as by default.</summary>
    public bool AllFields { get; init; }

    /// <summary>Labels read from the payload.</summary>
    public IReadOnlyList<LabelSettings> LabelPaths { get; init; } = [];

    /// <summary>What texts mean.</summary>
    public TextRules Text { get; init; } = TextRules.Default;

    /// <inheritdoc/>
    public override bool CarriesTime => Time is not null;
}
