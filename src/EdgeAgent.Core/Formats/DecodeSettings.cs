namespace EdgeAgent.Core.Formats;

/// <summary>The <c>decode</c> section.</summary>
public sealed record DecodeSettings
{
    /// <summary>Payload format.</summary>
    public PayloadFormat Format { get; init; } = PayloadFormat.Json;

    /// <summary>The numbers to read. For <c>value: $.x</c> one field with <see cref="FieldSettings.Metric"/> null.</summary>
    public IReadOnlyList<FieldSettings> Fields { get; init; } = [];

    /// <summary>JSON path of an array whose elements are samples, or null. Field and time paths are then relative to an element.</summary>
    public string? Samples { get; init; }

    /// <summary>Where the event time is, or null for arrival time.</summary>
    public TimeSettings? Time { get; init; }

    /// <summary>CSV: whether a payload starts with a header line. Columns are otherwise taken by <see cref="Columns"/>.</summary>
    public bool CsvHeader { get; init; }

    /// <summary>CSV: column names in order, when there is no header.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>CSV: the separator.</summary>
    public char CsvSeparator { get; init; } = ',';

    /// <summary>CSV or JSON: (label name, path or column) pairs read from the payload as labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> LabelPaths { get; init; } = [];
}
