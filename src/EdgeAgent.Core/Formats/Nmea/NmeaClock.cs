namespace EdgeAgent.Core.Formats.Nmea;

/// <summary>Turns the times and dates of NMEA sentences into nanoseconds since the Unix epoch.</summary>
sealed class NmeaClock
{
    const long DayNs = 86_400_000_000_000;
    long _lastNs = long.MinValue;

    /// <summary><c>hhmmss.sss</c> and <c>ddmmyy</c> (RMC).</summary>
    public long? WithDate(ReadOnlySpan<byte> time, ReadOnlySpan<byte> date) =>
        date.Length == 6 && Digits(date[..2], out var day) && Digits(date[2..4], out var month) && Digits(date[4..], out var year)
            ? At(time, year < 80 ? 2000 + year : 1900 + year, month, day)
            : null;

    /// <summary>Time, day, month and four-digit year (ZDA).</summary>
    public long? WithDate(ReadOnlySpan<byte> time, ReadOnlySpan<byte> day, ReadOnlySpan<byte> month, ReadOnlySpan<byte> year) =>
        day.Length == 2 && month.Length == 2 && year.Length == 4 && Digits(day, out var d) && Digits(month, out var m)
            && Digits(year, out var y)
            ? At(time, y, m, d)
            : null;

    /// <summary>A time of day on the day nearest to the last full time; null before there was one.</summary>
    public long? WithoutDate(ReadOnlySpan<byte> time)
    {
        if (_lastNs == long.MinValue || !TimeOfDay(time, out var ns)) return null;
        var at = _lastNs / DayNs * DayNs + ns;
        if (at - _lastNs > DayNs / 2) at -= DayNs;
        else if (_lastNs - at > DayNs / 2) at += DayNs;
        return at;
    }

    long? At(ReadOnlySpan<byte> time, int year, int month, int day)
    {
        if (!TimeOfDay(time, out var ns) || year is < 1980 or > 2200 || month is < 1 or > 12 || day < 1
            || day > DateTime.DaysInMonth(year, month)) return null;
        return _lastNs = (new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch).Ticks * 100 + ns;
    }

    static bool TimeOfDay(ReadOnlySpan<byte> time, out long ns)
    {
        ns = 0;
        if (time.Length < 6 || !Digits(time[..2], out var hours) || !Digits(time[2..4], out var minutes)
            || !Digits(time[4..6], out var seconds)) return false;
        if (hours > 23 || minutes > 59 || seconds > 60) return false;
        ns = (hours * 3600L + minutes * 60 + seconds) * 1_000_000_000;
        if (time.Length == 6) return true;
        if (time[6] != '.' || time.Length > 16) return false;
        var unit = 100_000_000L;
        foreach (var digit in time[7..])
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            ns += (digit - '0') * unit;
            unit /= 10;
        }

        return true;
    }

    static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var b in text)
        {
            if (b is < (byte)'0' or > (byte)'9') return false;
            number = 10 * number + b - '0';
        }

        return true;
    }
}
