using EdgeAgent.Core.Settings;

namespace EdgeAgent.Core.Stages.Windows;

/// <summary>Where the windows of a length start and end.</summary>
/// <remarks>
/// Without a calendar at whole multiples since the Unix epoch. With one when the local clock first shows a whole multiple of the
/// length since local midnight (lengths that divide a day), or since the midnight before Monday (whole days and weeks), plus the
/// offset: a window in which the clock is put forward is shorter by that, one in which it is put back is longer. Windows never
/// overlap and leave no gap.
/// </remarks>
sealed class WindowGrid
{
    const long SecondNs = 1_000_000_000;
    const long DaySeconds = 86_400;

    // 1970-01-05 was a Monday.
    const long MondaySeconds = 4 * DaySeconds;

    readonly long _sizeNs;
    readonly long _sizeSeconds;
    readonly long _anchorSeconds;
    readonly ZoneRules? _zone;

    /// <summary>A grid; with a calendar the length fits it (<see cref="Fits"/>).</summary>
    public WindowGrid(TimeSpan size, WindowCalendar? calendar)
    {
        _sizeNs = checked(size.Ticks * TimeSpan.NanosecondsPerTick);
        if (calendar is null) return;
        _zone = calendar.Zone;
        _sizeSeconds = (long)size.TotalSeconds;
        _anchorSeconds = (long)calendar.Offset.TotalSeconds + (_sizeSeconds > DaySeconds ? MondaySeconds : 0);
    }

    /// <summary>Whether windows follow a local clock.</summary>
    public bool IsCalendar => _zone is not null;

    /// <summary>Whether windows of a length can follow a local clock: it divides a day, or is whole days.</summary>
    public static bool Fits(TimeSpan size) =>
        size.Ticks > 0 && (TimeSpan.TicksPerDay % size.Ticks == 0 && size.Ticks % TimeSpan.TicksPerSecond == 0
            || size.Ticks % TimeSpan.TicksPerDay == 0);

    /// <summary>Start of the window of a time [ns].</summary>
    public long StartOf(long timeNs)
    {
        if (_zone is not null) return Boundary(IndexOf(timeNs)) * SecondNs;
        var rest = timeNs % _sizeNs;
        return timeNs - (rest < 0 ? rest + _sizeNs : rest);
    }

    /// <summary>End of the window that starts at <paramref name="startNs"/>.</summary>
    public long EndOf(long startNs) => _zone is null ? startNs + _sizeNs : Boundary(IndexOf(startNs) + 1) * SecondNs;

    long IndexOf(long timeNs)
    {
        var seconds = FloorDivide(timeNs, SecondNs);
        var index = FloorDivide(seconds + _zone!.OffsetAt(seconds) - _anchorSeconds, _sizeSeconds);

        // After a change of the clock the local time alone may name a window beside the one that holds the instant.
        while (Boundary(index) > seconds) index--;
        while (Boundary(index + 1) <= seconds) index++;
        return index;
    }

    long Boundary(long index) => _zone!.FirstReaching(_anchorSeconds + index * _sizeSeconds);

    static long FloorDivide(long number, long divisor) => number / divisor - (number % divisor < 0 ? 1 : 0);
}
