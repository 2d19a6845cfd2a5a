namespace EdgeAgent.Core.Formats;

/// <summary>What a reader puts at which place of a sample.</summary>
sealed record SampleLayout
{
    /// <summary>What the subject of a fault starts with when it is what <c>samples</c> names.</summary>
    public const string SamplesKey = "samples: ";

    /// <summary>The numbers; at least one.</summary>
    public required IReadOnlyList<FieldPlace> Fields { get; init; }

    /// <summary>Where the event time is, or null for arrival time.</summary>
    public TimePlace? Time { get; init; }

    /// <summary>Labels in the payload.</summary>
    public IReadOnlyList<LabelPlace> Labels { get; init; } = [];

    /// <summary>Where the name of the one number of a sample stands, when its field has no path of its own; -1 for nowhere.</summary>
    public int NamePlace { get; init; } = -1;

    /// <summary>What texts mean.</summary>
    public TextRules Text { get; init; } = TextRules.Default;

    /// <summary>A layout of values that have a fixed metric each, at the places 0 … n − 1; a sample need not have them all.</summary>
    public static SampleLayout OfMetrics(IEnumerable<string> metrics) => new()
    {
        Fields = [.. metrics.Select((metric, place) => new FieldPlace(new() { Path = metric, Metric = metric, Optional = true }, place))],
    };
}

/// <summary>A number's place.</summary>
/// <param name="Settings">What it is.</param>
/// <param name="Place">Its place.</param>
/// <param name="LastName">The metric when neither the field nor the topic names one; null for <c>value</c>.</param>
sealed record FieldPlace(FieldSettings Settings, int Place, string? LastName = null);

/// <summary>The event time's place.</summary>
/// <param name="Settings">What it means.</param>
/// <param name="Place">Its place.</param>
/// <param name="RatePlace">Where the samples a second are, or -1.</param>
/// <param name="DatePlace">Where the date is, or -1.</param>
/// <param name="UnitKey">The key that says the unit; null when the format has its own.</param>
sealed record TimePlace(TimeSettings Settings, int Place, int RatePlace = -1, int DatePlace = -1, string? UnitKey = "unit");

/// <summary>A label's place.</summary>
/// <param name="Name">Name of the label.</param>
/// <param name="Path">Its path or column, for messages.</param>
/// <param name="Place">Its place.</param>
/// <param name="Optional">Whether a sample without it is good.</param>
/// <param name="Default">Its value where the payload has none; null for no label then.</param>
/// <param name="IsSet">Whether its text stands for several labels, which the reader tells apart.</param>
sealed record LabelPlace(string Name, string Path, int Place, bool Optional = false, string? Default = null, bool IsSet = false);
