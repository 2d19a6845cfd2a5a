namespace EdgeAgent.Core.Formats;

/// <summary>The <c>time</c> section of <c>decode</c>.</summary>
public sealed record TimeSettings
{
    /// <summary>JSON path, CSV column or key.</summary>
    public required string Path { get; init; }

    /// <summary>Unit.</summary>
    public TimeUnit Unit { get; init; } = TimeUnit.Milliseconds;

    /// <summary>Policy for a missing or unreadable time.</summary>
    public MissingTimePolicy OnMissing { get; init; } = MissingTimePolicy.Drop;

    /// <summary>From one sample of an array to the next; null when they have no spacing.</summary>
    public TimeSpan? Spacing { get; init; }

    /// <summary>Path of the samples a second, instead of <see cref="Spacing"/>.</summary>
    public string? Rate { get; init; }
}
