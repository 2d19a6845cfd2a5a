namespace EdgeAgent.Fleet.Gateway;

/// <summary>Whether a document's time has come: its day and window, this gateway's share of the spread, open alerts.</summary>
public static class StartTime
{
    /// <summary>Why not yet, in words; null when it has.</summary>
    /// <param name="upcoming">The document.</param>
    /// <param name="now">The wall clock.</param>
    /// <param name="isSynchronised">Without a synchronised clock day and window are not looked at.</param>
    /// <param name="waited">How long it has waited here.</param>
    /// <param name="hasOpenAlerts">Whether an alert is open.</param>
    public static string? NotYet(Upcoming upcoming, DateTimeOffset now, bool isSynchronised, TimeSpan waited, bool hasOpenAlerts)
    {
        if (waited < upcoming.Delay) return "its turn within the spread has not come";
        if (isSynchronised && upcoming.NotBefore is { } start && now < start) return "not_before has not come";
        if (isSynchronised && upcoming.Window is { } window)
        {
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(window.Zone, out var zone)) return $"the time zone {window.Zone} is unknown here";
            if (!window.Holds(TimeZoneInfo.ConvertTime(now, zone).TimeOfDay)) return $"outside {window}";
        }

        return upcoming.WaitsForAlerts && hasOpenAlerts ? "an alert is open" : null;
    }
}
