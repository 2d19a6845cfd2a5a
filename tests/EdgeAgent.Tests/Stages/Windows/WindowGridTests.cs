using EdgeAgent.Configuration.Binding;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Stages.Windows;
using Xunit;

namespace EdgeAgent.Tests.Stages.Windows;

/// <summary>Windows of a local clock against a walk along it, minute by minute: a new one starts when the clock first shows a boundary or
/// later.</summary>
public sealed class WindowGridTests
{
    const long MinuteNs = 60_000_000_000;

    [Theory]
    [InlineData("Europe/Berlin", "2026-03-27", 5)]
    [InlineData("Europe/Berlin", "2026-10-23", 5)]
    [InlineData("America/New_York", "2026-10-30", 5)]
    [InlineData("Australia/Lord_Howe", "2026-04-03", 5)]
    [InlineData("Australia/Lord_Howe", "2026-10-02", 5)]
    [InlineData("Asia/Kolkata", "2026-07-01", 3)]
    [InlineData("Pacific/Apia", "2011-12-28", 5)]
    [InlineData("UTC", "2026-07-01", 3)]
    public void Windows_start_when_the_local_clock_says(string id, string from, int days)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(id);
        var rules = (ZoneRules)TimeZones.Find(id)!;
        var first = new DateTimeOffset(DateTime.Parse(from, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero);
        var lengths = new[] { (1, 0), (1, 30), (8, 0), (8, 150), (12, 360), (24, 0), (24, 360), (24, 150), (168, 0) };
        foreach (var (hours, offsetMinutes) in lengths)
        {
            var grid = new WindowGrid(TimeSpan.FromHours(hours), new WindowCalendar(rules, TimeSpan.FromMinutes(offsetMinutes)));
            var (highest, startNs, isSure) = (long.MinValue, 0L, false);
            for (var minute = 0; minute < days * 1440; minute++)
            {
                var at = first.AddMinutes(minute);
                var timeNs = at.ToUnixTimeSeconds() * 1_000_000_000;
                var local = TimeZoneInfo.ConvertTime(at, zone).DateTime - DateTime.UnixEpoch;
                var anchor = (hours > 24 ? 4 * 1440 : 0) + offsetMinutes;
                var index = (long)Math.Floor((local.TotalMinutes - anchor) / (hours * 60));
                if (index > highest)
                {
                    (isSure, highest) = (highest != long.MinValue, index);
                    if (isSure && startNs != 0) Assert.Equal(timeNs, grid.EndOf(startNs));
                    startNs = isSure ? timeNs : 0;
                }

                if (startNs == 0) continue;
                Assert.Equal(startNs, grid.StartOf(timeNs));
                Assert.Equal(startNs, grid.StartOf(timeNs + MinuteNs - 1));
            }
        }
    }

    [Theory]
    [InlineData("2026-03-29T12:00:00Z", 23)]
    [InlineData("2026-10-25T12:00:00Z", 25)]
    [InlineData("2026-07-01T12:00:00Z", 24)]
    public void A_day_in_Berlin_has_its_hours(string at, int hours)
    {
        var grid = new WindowGrid(TimeSpan.FromDays(1), new WindowCalendar((ZoneRules)TimeZones.Find("Europe/Berlin")!, TimeSpan.Zero));
        var instant = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        var start = grid.StartOf(instant.ToUnixTimeSeconds() * 1_000_000_000);
        Assert.Equal(hours, (grid.EndOf(start) - start) / (60 * MinuteNs));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(8, true)]
    [InlineData(7, false)]
    [InlineData(24, true)]
    [InlineData(36, false)]
    [InlineData(168, true)]
    public void A_length_fits_a_calendar_when_days_are_made_of_it(int hours, bool fits) =>
        Assert.Equal(fits, WindowGrid.Fits(TimeSpan.FromHours(hours)));
}
