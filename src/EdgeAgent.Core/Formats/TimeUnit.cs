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

    /// <summary>Text as of RFC 1123 and RFC 5322, in headers of HTTP and mail.</summary>
    Rfc1123,

    /// <summary>Text of a form that the configuration gives.</summary>
    Formatted,
}
