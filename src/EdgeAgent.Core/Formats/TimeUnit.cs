namespace EdgeAgent.Core.Formats;

/// <summary>Unit of a numeric time.</summary>
public enum TimeUnit
{
    /// <summary>Seconds, fractions allowed.</summary>
    Seconds,

    /// <summary>Milliseconds.</summary>
    Milliseconds,

    /// <summary>Microseconds.</summary>
    Microseconds,

    /// <summary>Nanoseconds.</summary>
    Nanoseconds,

    /// <summary>ISO 8601 / RFC 3339 text.</summary>
    Iso8601,
}
