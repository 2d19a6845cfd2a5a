using System.Globalization;

namespace EdgeAgent.Web;

/// <summary>The header <c>Retry-After</c>, RFC 9110 §10.2.3.</summary>
static class RetryAfter
{
    /// <summary>Seconds, or a date; anything else is no wait.</summary>
    public static TimeSpan Read(string? text, DateTime utcNow)
    {
        if (text is null) return TimeSpan.Zero;
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return TimeSpan.FromSeconds(seconds);
        if (!DateTime.TryParseExact(text, "r", CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return TimeSpan.Zero;
        return at > utcNow ? at - utcNow : TimeSpan.Zero;
    }
}
