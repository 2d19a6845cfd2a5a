namespace EdgeAgent.Core.Formats;

/// <summary>The <c>time</c> section of <c>decode</c>.</summary>
public sealed record TimeSettings
{
    /// <summary>JSON path or CSV column.</summary>
    public required string Path { get; init; }

    /// <summary>Unit.</summary>
    public TimeUnit Unit { get; init; } = TimeUnit.Milliseconds;

    /// <summary>Policy for a missing or unreadable time.</summary>
    public MissingTimePolicy OnMissing { get; init; } = MissingTimePolicy.Drop;
}
