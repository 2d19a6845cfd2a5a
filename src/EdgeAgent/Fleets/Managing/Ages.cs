using System.Globalization;

namespace EdgeAgent.Fleets.Managing;

/// <summary>Times as tables show them.</summary>
static class Ages
{
    /// <summary>How long ago, in the one unit that says most; <c>-</c> for never.</summary>
    public static string Of(DateTimeOffset moment, DateTimeOffset now)
    {
        if (moment == DateTimeOffset.MinValue) return "-";
        var span = now - moment;
        return span.TotalSeconds < 0 ? "0s"
            : span.TotalSeconds < 120 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds}s")
            : span.TotalMinutes < 120 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes}m")
            : span.TotalHours < 48 ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}h")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalDays}d");
    }
}
