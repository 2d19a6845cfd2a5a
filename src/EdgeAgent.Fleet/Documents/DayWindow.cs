using System.Globalization;

namespace EdgeAgent.Fleet.Documents;

/// <summary>Part of a day in a time zone: <c>01:00-05:00 Europe/Berlin</c>; over midnight when its end comes first.</summary>
/// <param name="From">First minute of the day.</param>
/// <param name="To">The minute after the last.</param>
/// <param name="Zone">IANA name, or <c>UTC</c>.</param>
public sealed record DayWindow(TimeSpan From, TimeSpan To, string Zone)
{
    /// <summary>Reads one; null when it is none. Whether the zone is known, the gateway says.</summary>
    public static DayWindow? TryParse(string text)
    {
        var parts = text.Split(' ');
        var times = parts[0].Split('-');
        return parts.Length <= 2 && times.Length == 2 && IsTime(times[0], out var from) && IsTime(times[1], out var to) && from != to
            && (parts.Length == 1 || parts[1].Length > 0) ? new(from, to, parts.Length == 2 ? parts[1] : "UTC") : null;
    }

    static bool IsTime(string text, out TimeSpan time) =>
        TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out time) && time < TimeSpan.FromDays(1);

    /// <summary>Whether a time of day, in the zone, lies in it.</summary>
    public bool Holds(TimeSpan timeOfDay) =>
        From < To ? timeOfDay >= From && timeOfDay < To : timeOfDay >= From || timeOfDay < To;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:hh\\:mm}-{To:hh\\:mm} {Zone}");
}
