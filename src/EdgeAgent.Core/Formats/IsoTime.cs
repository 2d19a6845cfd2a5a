namespace EdgeAgent.Core.Formats;

/// <summary>Times as text: RFC 3339 and the extended format of ISO 8601.</summary>
/// <remarks>
/// <c>2026-11-22T20:35:19.123456789+01:00</c>. The separator is <c>T</c>, <c>t</c> or a blank; seconds, fraction (<c>.</c> or
/// <c>,</c>; digits past the ninth are cut off) and the whole time of day may be missing; the offset is <c>Z</c>, <c>±hh:mm</c>,
/// <c>±hhmm</c> or <c>±hh</c>, and UTC when it is missing. Second 60 is the first of the next minute.
/// </remarks>
public static class IsoTime
{
    /// <summary>Reads a whole text as nanoseconds since the Unix epoch.</summary>
    /// <returns>False when it is not such a text or is outside the years 1677 to 2262.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out long timeNs)
    {
        timeNs = 0;
        var at = 0;
        if (!Number(text, ref at, 4, out var year) || !Mark(text, ref at, '-') || !Number(text, ref at, 2, out var month) ||
            !Mark(text, ref at, '-') || !Number(text, ref at, 2, out var day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        var seconds = Days(year, month, day) * 86_400L;
        long fractionNs = 0;
        if (at < text.Length)
        {
            if (text[at] is not ((byte)'T' or (byte)'t' or (byte)' ')) return false;
            at++;
            if (!TimeOfDay(text, ref at, out var daySeconds, out fractionNs) || !Offset(text, ref at, out var offsetSeconds)) return false;
            seconds += daySeconds - offsetSeconds;
        }

        if (at != text.Length) return false;
        if (Math.Abs(seconds) < 9_223_372_036)
        {
            timeNs = seconds * 1_000_000_000 + fractionNs;
            return true;
        }

        // The first and the last second that fit, and all beyond.
        var total = (Int128)seconds * 1_000_000_000 + fractionNs;
        timeNs = (long)total;
        return timeNs == total;
    }

    /// <summary>Whether a text that <see cref="TryParse"/> takes says its offset.</summary>
    public static bool HasOffset(ReadOnlySpan<byte> text) => text.Length > 10 && text[10..].IndexOfAny("Zz+-"u8) >= 0;

    static bool TimeOfDay(ReadOnlySpan<byte> text, ref int at, out long seconds, out long fractionNs)
    {
        seconds = 0;
        fractionNs = 0;
        if (!Number(text, ref at, 2, out var hour) || !Mark(text, ref at, ':') || !Number(text, ref at, 2, out var minute)) return false;
        if (hour > 23 || minute > 59) return false;
        var second = 0;
        if (at < text.Length && text[at] == (byte)':')
        {
            at++;
            if (!Number(text, ref at, 2, out second) || second > 60) return false;
            if (at < text.Length && text[at] is (byte)'.' or (byte)',')
            {
                var first = ++at;
                for (var unit = 100_000_000L; at < text.Length && (uint)(text[at] - '0') <= 9; unit /= 10)
                    fractionNs += unit * (text[at++] - '0');
                if (at == first) return false;
            }
        }

        seconds = hour * 3_600 + minute * 60 + second;
        return true;
    }

    static bool Offset(ReadOnlySpan<byte> text, ref int at, out long seconds)
    {
        seconds = 0;
        if (at == text.Length) return true;
        var sign = text[at++];
        if (sign is (byte)'Z' or (byte)'z') return true;
        if (sign is not ((byte)'+' or (byte)'-') || !Number(text, ref at, 2, out var hours)) return false;
        var minutes = 0;
        if (at < text.Length)
        {
            if (text[at] == (byte)':') at++;
            if (!Number(text, ref at, 2, out minutes)) return false;
        }

        if (hours > 23 || minutes > 59) return false;
        seconds = hours * 3_600 + minutes * 60;
        if (sign == (byte)'-') seconds = -seconds;
        return true;
    }

    /// <summary>Days since 1970-01-01 of a date of the proleptic Gregorian calendar.</summary>
    static int Days(int year, int month, int day) => new DateOnly(year, month, day).DayNumber - 719_162;

    static bool Number(ReadOnlySpan<byte> text, ref int at, int digits, out int value)
    {
        value = 0;
        if (text.Length - at < digits) return false;
        for (var i = 0; i < digits; i++)
        {
            var digit = (uint)(text[at++] - '0');
            if (digit > 9) return false;
            value = value * 10 + (int)digit;
        }

        return true;
    }

    static bool Mark(ReadOnlySpan<byte> text, ref int at, char mark) => at < text.Length && text[at++] == mark;
}
