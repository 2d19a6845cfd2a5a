namespace EdgeAgent.Core.Formats.Number;

/// <summary><c>format: number</c>.</summary>
public sealed record NumberFormatSettings : FormatSettings
{
    /// <summary>Value of the <c>metric</c> label; null keeps the one of the topic, or else <c>value</c>.</summary>
    public string? Metric { get; init; }

    /// <summary>Named states that stand for numbers.</summary>
    public IReadOnlyDictionary<string, double> States { get; init; } = new Dictionary<string, double>();

    internal override FormatReader CreateReader() => new NumberFormatReader(this);
}
