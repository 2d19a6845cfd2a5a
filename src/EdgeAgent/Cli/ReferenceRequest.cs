namespace EdgeAgent.Cli;

/// <summary>What <c>model reference</c> is asked for.</summary>
/// <param name="Input">The recording.</param>
sealed record ReferenceRequest(RecordingPlace Input)
{
    /// <summary>The model; null for the only one.</summary>
    public string? Model { get; init; }

    /// <summary>Most bins of a quantity.</summary>
    public int Bins { get; init; } = 10;

    /// <summary>The file to write; null for standard output.</summary>
    public string? Output { get; init; }

    /// <summary>The file for the first rows that were scored; null for none.</summary>
    public string? Rows { get; init; }
}
