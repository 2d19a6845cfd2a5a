namespace EdgeAgent.Learning.Inference;

/// <summary>How payloads become readings, as a <c>decode</c> section says it.</summary>
/// <param name="Format">The format's name.</param>
sealed record ProposedDecode(string Format)
{
    /// <summary>Path of the array whose elements are samples.</summary>
    public string? Samples { get; init; }

    /// <summary>The values; of <c>number</c> one without a place.</summary>
    public IReadOnlyList<ProposedField> Fields { get; init; } = [];

    /// <summary>The event time, or null for the arrival.</summary>
    public ProposedTime? Time { get; init; }

    /// <summary>Labels of the payload: name and place.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary>Labels that wildcards of paths give.</summary>
    public IReadOnlyList<string> PathLabels { get; init; } = [];

    /// <summary>Labels of the payload that need no saying: tags of <c>influx</c>.</summary>
    public IReadOnlyList<string> OwnLabels { get; init; } = [];

    /// <summary><c>influx</c>: unit of the timestamps.</summary>
    public string? Precision { get; init; }

    /// <summary>Whether a comma stands before decimals where a number alone does not say so.</summary>
    public bool HasDecimalComma { get; init; }

    /// <summary><c>csv</c>: names of the columns; none when each payload has a header.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary><c>csv</c>: whether each payload has a header.</summary>
    public bool HasHeader { get; init; }

    /// <summary><c>csv</c>: what stands between values.</summary>
    public char Separator { get; init; } = ',';

    /// <summary><c>regex</c>: the pattern.</summary>
    public string? Pattern { get; init; }

    /// <summary>Whether messages have a time of their own.</summary>
    public bool HasTime => Time is not null || Format is "influx" or "senml" or "sparkplug";

    /// <summary>What was seen and not taken, or taken with doubt; for comments.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
