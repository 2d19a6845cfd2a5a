namespace EdgeAgent.Core.Formats;

/// <summary>One number of a payload.</summary>
public sealed record FieldSettings
{
    internal static readonly Dictionary<string, double> NoNumbers = [];
    internal static readonly Dictionary<string, string> NoLabels = [];

    /// <summary>JSON path (<c>$.a.b[0]</c>) or CSV column.</summary>
    public required string Path { get; init; }

    /// <summary>Value of the <c>metric</c> label; null keeps the one of the topic, or else the last name of the path.</summary>
    public string? Metric { get; init; }

    /// <summary>Named states that stand for numbers, such as <c>open: 1</c>; without regard to case where exact text is none.</summary>
    public IReadOnlyDictionary<string, double> States { get; init; } = NoNumbers;

    /// <summary>Units that may stand after the number, and the factor of each; empty for any unit and no factor.</summary>
    public IReadOnlyDictionary<string, double> Units { get; init; } = NoNumbers;

    /// <summary>Labels of this field alone.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoLabels;

    /// <summary>From the number to the value.</summary>
    public LinearScale Scale { get; init; } = LinearScale.One;

    /// <summary>Lowest good value.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>Highest good value.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>Whether a payload without this field is still good.</summary>
    public bool Optional { get; init; }
}
