namespace EdgeAgent.Core.Formats;

/// <summary>One number of a payload.</summary>
public sealed record FieldSettings
{
    /// <summary>JSON path (<c>$.a.b[0]</c>) or CSV column.</summary>
    public required string Path { get; init; }

    /// <summary>Value of the <c>metric</c> label; null keeps the one of the topic, or else the last name of the path.</summary>
    public string? Metric { get; init; }

    /// <summary>Named states that stand for numbers, such as <c>open: 1</c>.</summary>
    public IReadOnlyDictionary<string, double> States { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether a payload without this field is still good.</summary>
    public bool Optional { get; init; }
}
