using EdgeAgent.Core.Settings;

namespace EdgeAgent.Configuration.Binding;

/// <summary>The system's time zones as plain data.</summary>
static class TimeZones
{
    const int FirstYear = 1970;
    const int LastYear = 2100;

    // Two changes of one zone are weeks apart at least (Ramadan in Morocco is the shortest).
    static readonly TimeSpan Step = TimeSpan.FromDays(5);

    /// <summary>The rules of an IANA name from 1970 to 2100; null when the system has none of it.</summary>
    public static object? Find(string id)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)) return null;
        var changes = new List<(long, int)>();
        var at = new DateTime(FirstYear, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        var first = Offset(zone, at);
        for (var offset = first; at.Year < LastYear; at += Step)
        {
            var next = Offset(zone, at + Step);
            if (next == offset) continue;
            var (low, high) = (Seconds(at), Seconds(at + Step));
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                if (Offset(zone, DateTime.UnixEpoch.AddSeconds(middle)) == offset) low = middle;
                else high = middle;
            }

            changes.Add((high, next));
            offset = next;
        }

        return new ZoneRules(id, first, changes);
    }

    static int Offset(TimeZoneInfo zone, DateTime utc) => (int)zone.GetUtcOffset(utc).TotalSeconds;

    static long Seconds(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerSecond;
}
