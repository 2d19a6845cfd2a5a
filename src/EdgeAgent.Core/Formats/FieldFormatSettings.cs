namespace EdgeAgent.Core.Formats;

/// <summary>A format whose values have a path or a column.</summary>
public abstract record FieldFormatSettings : FormatSettings
{
    /// <summary>The numbers to read. For <c>value: $.x</c> one field with <see cref="FieldSettings.Metric"/> null.</summary>
    public IReadOnlyList<FieldSettings> Fields { get; init; } = [new() { Path = "$" }];

    /// <summary>Where the event time is, or null for arrival time.</summary>
    public TimeSettings? Time { get; init; }

    /// <summary>(label name, path or column) pairs read from the payload as labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> LabelPaths { get; init; } = [];

    /// <inheritdoc/>
    public override bool CarriesTime => Time is not null;
}
