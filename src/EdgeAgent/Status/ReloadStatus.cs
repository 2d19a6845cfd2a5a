using EdgeAgent.Core.Readings;

namespace EdgeAgent.Status;

/// <summary>What reloads of the configuration have done.</summary>
sealed record ReloadStatus
{
    /// <summary>Reloads that ended with the file in force.</summary>
    public long Applied { get; init; }

    /// <summary>Those that changed nothing because the file could not be used.</summary>
    public long Refused { get; init; }

    /// <summary>When the last one ended.</summary>
    public WallTime At { get; init; }

    /// <summary>What came of it, in words.</summary>
    public string Message { get; init; } = "";

    /// <summary>How long it took [ms].</summary>
    public double TookMs { get; init; }

    /// <summary>How long the gates were closed by the last one that changed something [ms].</summary>
    public double ClosedMs { get; init; }

    /// <summary>The longest of these [ms].</summary>
    public double LongestClosedMs { get; init; }
}
