namespace EdgeAgent.Core.Drift;

/// <summary>The <c>drift</c> section of a model.</summary>
public sealed record DriftSettings
{
    /// <summary>JSON file of the distributions the model was made for.</summary>
    public required string Reference { get; init; }

    /// <summary>Event time over which values are gathered; windows lie on whole multiples since the Unix epoch.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Values below which a window goes on into the next.</summary>
    public int MinCount { get; init; } = 200;

    /// <summary>An index above it opens an alert.</summary>
    public double Threshold { get; init; } = 0.25;

    /// <summary>An index below it ends the alert.</summary>
    public double Release { get; init; } = 0.1;
}
