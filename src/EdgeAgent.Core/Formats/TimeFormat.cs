using System.Text;

namespace EdgeAgent.Core.Formats;

/// <summary>A form of times as text, such as <c>dd.MM.yyyy HH:mm:ss</c>.</summary>
/// <remarks>
/// <c>yyyy yy MM M dd d HH H hh h tt mm m ss s</c>, <c>f</c> a fraction of any length (with the point before it, if there is one),
/// <c>MMM</c> an English month, <c>ddd</c> an English weekday that is passed over, <c>z</c> an offset (<c>Z</c>, <c>+02</c>, <c>+0200</c>,
/// <c>+02:00</c>, <c>UTC</c>, <c>GMT</c>); text in <c>'quotes'</c> and all else stands for itself. Two-digit years are 1970–2069. Hour 24
/// with
/// nothing after it is the next midnight, second 60 the first of the next minute. Does not allocate when it reads.
/// </remarks>
sealed class TimeFormat
{
    const string Letters = "yMdHhmstfz";

    static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    readonly (char Kind, int Length, byte[] Text)[] _parts;

    TimeFormat((char, int, byte[])[] parts) => _parts = parts;

    /// <summary>Whether it has a date.</summary>
    public bool HasDate => _parts.Any(p => p.Kind == 'd' && p.Length < 3);

    /// <summary>The form that is meant when minutes stand where the month belongs or a month where minutes do; null when neither does.
    /// </summary>
    public static string? Unswapped(string form)
    {
        var runs = new List<(int At, int Length)>();
        for (var i = 0; i < form.Length; i += runs.Count > 0 && runs[^1].At == i ? runs[^1].Length : 1)
            if (form[i] == '\'') return null;
            else if (Letters.Contains(form[i]))
                runs.Add((i, form.AsSpan(i).IndexOfAnyExcept(form[i]) is >= 0 and var n ? n : form.Length - i));
        var meant = form.ToCharArray();
        for (var k = 0; k < runs.Count; k++)
        {
            var isMinute = form[runs[k].At] == 'm';
            if (!isMinute && form[runs[k].At] != 'M') continue;
            var around = $"{(k > 0 ? form[runs[k - 1].At] : ' ')}{(k + 1 < runs.Count ? form[runs[k + 1].At] : ' ')}";
            var isClock = around.AsSpan().ContainsAny("Hhs");
            if (isClock != around.AsSpan().ContainsAny("yd") && isClock != isMinute)
                meant.AsSpan(runs[k].At, runs[k].Length).Fill(isClock ? 'm' : 'M');
        }

        return new string(meant) is var other && other != form ? other : null;
    }

    /// <summary>Reads a form; null with a sentence when it is none.</summary>
    public static TimeFormat? TryParse(string text, out string error)
    {
        error = "";
        var parts = new List<(char Kind, int Length, byte[] Text)>();
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (c == '\'')
            {
                var end = text.IndexOf('\'', i + 1);
                if (end < 0)
                {
                    error = "a quote is not closed";
                    return null;
                }

                parts.Add(('\'', 0, Encoding.UTF8.GetBytes(text[(i + 1)..end])));
                i = end + 1;
                continue;
            }

            var length = 1;
            if (!Letters.Contains(c))
            {
                if (char.IsAsciiLetter(c) && c != 'T')
                {
                    error = $"the letter {c} means nothing; put text in 'quotes'. Known: yyyy yy MMM MM M ddd dd d HH H hh h tt mm ss f z";
                    return null;
                }

                parts.Add(('\'', 0, Encoding.UTF8.GetBytes(text[i..(i + 1)])));
            }
            else
            {
                while (i + length < text.Length && text[i + length] == c) length++;
                if (!IsPart(c, length))
                {
                    error = $"{new string(c, length)} means nothing. Known: yyyy yy MMM MM M ddd dd d HH H hh h tt mm ss f z";
                    return null;
                }

                parts.Add((c, length, []));
            }

            i += length;
        }

        var hasTime = parts.Exists(p => p.Kind is 'H' or 'h');
        var (year, month, day) = (parts.Exists(p => p.Kind == 'y'), parts.Exists(p => p.Kind == 'M'),
            parts.Exists(p => p is { Kind: 'd', Length: < 3 }));
        if (year != month || month != day) error = "a date has a year, a month and a day, or is left out as a whole";
        else if (!hasTime && !day) error = "there is neither a date nor an hour in it";
        return error.Length == 0 ? new TimeFormat([.. parts]) : null;
    }

    /// <summary>Reads a whole text: the time as if it were UTC, and its offset, which is null when the text has none.</summary>
    /// <returns>False when the text has another form. Without a date the day is 1970-01-01.</returns>
    public bool TryRead(ReadOnlySpan<byte> text, out long seconds, out int fractionNs, out int? offset)
    {
        (seconds, fractionNs, offset) = (0, 0, null);
        var (year, month, day, hour, minute, second, at) = (1970, 1, 1, 0, 0, 0, 0);
        bool? isAfternoon = null;
        foreach (var (kind, length, literal) in _parts)
        {
            var good = kind switch
            {
                '\'' => Literal(text, ref at, literal),
                'y' => Number(text, ref at, length, length, out year),
                'M' when length == 3 => Month(text, ref at, out month),
                'M' => Number(text, ref at, length, 2, out month),
                'd' when length == 3 => Word(text, ref at),
                'd' => Number(text, ref at, length, 2, out day),
                'H' or 'h' => Number(text, ref at, length, 2, out hour),
                'm' => Number(text, ref at, length, 2, out minute),
                's' => Number(text, ref at, length, 2, out second),
                't' => Half(text, ref at, out isAfternoon),
                'f' => Fraction(text, ref at, out fractionNs),
                _ => Offset(text, ref at, out offset),
            };
            if (!good) return false;
            if (kind == 'y' && length == 2) year += year < 70 ? 2000 : 1900;
        }

        if (at != text.Length) return false;
        if (isAfternoon is { } afternoon)
        {
            if (hour is < 1 or > 12) return false;
            hour = hour % 12 + (afternoon ? 12 : 0);
        }

        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        if (hour > 24 || hour == 24 && (minute | second | fractionNs) != 0 || minute > 59 || second > 60) return false;
        seconds = (new DateOnly(year, month, day).DayNumber - 719_162) * 86_400L + hour * 3_600 + minute * 60 + second;
        return true;
    }

    static bool IsPart(char c, int length) => c switch
    {
        'y' => length is 2 or 4,
        'M' or 'd' => length <= 3,
        't' => length == 2,
        'f' => length <= 9,
        'z' => length <= 3,
        _ => length <= 2,
    };

    static bool Literal(ReadOnlySpan<byte> text, ref int at, byte[] literal)
    {
        if (!text[at..].StartsWith(literal)) return false;
        at += literal.Length;
        return true;
    }

    static bool Number(ReadOnlySpan<byte> text, ref int at, int least, int most, out int value)
    {
        value = 0;
        var first = at;
        while (at < text.Length && at - first < most && (uint)(text[at] - '0') <= 9) value = value * 10 + text[at++] - '0';
        return at - first >= least;
    }

    static bool Word(ReadOnlySpan<byte> text, ref int at)
    {
        var first = at;
        while (at < text.Length && char.IsAsciiLetter((char)text[at])) at++;
        return at > first;
    }

    static bool Month(ReadOnlySpan<byte> text, ref int at, out int month)
    {
        month = 0;
        for (var i = 0; i < 12 && at + 3 <= text.Length; i++)
            if (Ascii.EqualsIgnoreCase(text.Slice(at, 3), Months[i])) month = i + 1;
        return month > 0 && Word(text, ref at);
    }

    static bool Half(ReadOnlySpan<byte> text, ref int at, out bool? isAfternoon)
    {
        isAfternoon = at + 2 <= text.Length && (text[at + 1] | 0x20) == 'm'
            ? (text[at] | 0x20) switch { 'p' => true, 'a' => false, _ => null } : null;
        at += 2;
        return isAfternoon is not null;
    }

    static bool Fraction(ReadOnlySpan<byte> text, ref int at, out int fractionNs)
    {
        fractionNs = 0;
        if (at < text.Length && text[at] is (byte)'.' or (byte)',') at++;
        var first = at;
        for (var unit = 100_000_000; at < text.Length && (uint)(text[at] - '0') <= 9; unit /= 10) fractionNs += unit * (text[at++] - '0');
        return true;
    }

    static bool Offset(ReadOnlySpan<byte> text, ref int at, out int? offset)
    {
        offset = null;
        if (at >= text.Length) return true;
        if (text[at] is (byte)'Z' or (byte)'z')
        {
            at++;
            offset = 0;
            return true;
        }

        if (text[at..].StartsWith("UTC"u8) || text[at..].StartsWith("GMT"u8))
        {
            at += 3;
            offset = 0;
            return true;
        }

        if (text[at] is not ((byte)'+' or (byte)'-')) return false;
        var negative = text[at++] == (byte)'-';
        if (!Number(text, ref at, 2, 2, out var hours)) return false;
        if (at < text.Length && text[at] == (byte)':') at++;
        var minutes = 0;
        if (at < text.Length && (uint)(text[at] - '0') <= 9 && !Number(text, ref at, 2, 2, out minutes)) return false;
        if (hours > 23 || minutes > 59) return false;
        offset = (negative ? -1 : 1) * (hours * 3_600 + minutes * 60);
        return true;
    }
}
