using EdgeAgent.Core.Settings;

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

    /// <summary>Forms of the time as text; empty for those of <see cref="Unit"/>.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    /// <summary>Path of the date when <see cref="Path"/> is the time of day; a blank is put between the two.</summary>
    public string? Date { get; init; }

    /// <summary>The zone of a time that does not say its offset; null for UTC.</summary>
    public ZoneRules? Zone { get; init; }

    /// <summary>How old a time may be at arrival; an older one is as if it were missing. Null for any age.</summary>
    public TimeSpan? MaxPast { get; init; }

    /// <summary>From one sample of an array to the next; null when they have no spacing.</summary>
    public TimeSpan? Spacing { get; init; }

    /// <summary>Path of the samples a second, instead of <see cref="Spacing"/>.</summary>
    public string? Rate { get; init; }
}
