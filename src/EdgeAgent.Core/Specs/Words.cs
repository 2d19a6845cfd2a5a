using EdgeAgent.Core.Text;
using System.Globalization;
using System.Text;

namespace EdgeAgent.Core.Specs;

/// <summary>Values as they are written in a configuration, and the forms of names.</summary>
public static class Words
{
    static readonly (string Unit, long Ticks)[] DurationUnits =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
    ];

    static readonly (string Unit, long Bytes)[] SizeUnits =
    [
        ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1),
    ];

    /// <summary>Reads a duration: whole numbers with units from the largest to the smallest,
    /// such as <c>1h30m</c> or <c>500ms</c>.</summary>
    public static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        var ticks = 0L;
        var last = -1;
        var rest = text.AsSpan();
        if (rest.IsEmpty) return false;
        while (!rest.IsEmpty)
        {
            if (!TakeNumber(ref rest, out var number)) return false;
            var letters = rest.IndexOfAnyExceptInRange('a', 'z');
            var unit = letters < 0 ? rest : rest[..letters];
            var index = Array.FindIndex(DurationUnits, Matches(unit));
            if (index <= last || number > (long.MaxValue - ticks) / DurationUnits[index].Ticks) return false;
            ticks += number * DurationUnits[index].Ticks;
            last = index;
            rest = rest[unit.Length..];
        }

        value = new(ticks);
        return true;
    }

    /// <summary>Reads a size in bytes: a whole number with a unit, such as <c>64MiB</c>.</summary>
    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        var rest = text.AsSpan();
        if (!TakeNumber(ref rest, out var number)) return false;
        var index = Array.FindIndex(SizeUnits, Matches(rest));
        if (index < 0 || number > long.MaxValue / SizeUnits[index].Bytes) return false;
        bytes = number * SizeUnits[index].Bytes;
        return true;
    }

    /// <summary>A value as it is written in a configuration.</summary>
    public static string Of(object value) => value switch
    {
        TimeSpan span => Duration(span),
        bool flag => flag ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A size as it is written.</summary>
    public static string Size(long bytes)
    {
        foreach (var (unit, factor) in SizeUnits)
            if (bytes >= factor && bytes % factor == 0) return string.Create(CultureInfo.InvariantCulture, $"{bytes / factor}{unit}");
        return "0B";
    }

    /// <summary>A bound value of <paramref name="field"/> as it is written.</summary>
    public static string Of(FieldSpec field, object value) => field.Type switch
    {
        FieldType.Size => Size((long)value),
        FieldType.Enum => field.Choices.FirstOrDefault(c => c.Value.Equals(value))?.Name ?? Of(value),
        _ => Of(value),
    };

    /// <summary>The form of an agent id.</summary>
    public static TextFailure? Id(string text) => Form(text, 128, ".-_", "letters, digits, `.`, `_` and `-`");

    /// <summary>The form of a name of a component.</summary>
    public static TextFailure? Name(string text) => Form(text, 64, "-_", "letters, digits, `_` and `-`");

    /// <summary>The form of a label's name.</summary>
    public static TextFailure? Label(string text) =>
        text.Length > 0 && char.IsAsciiDigit(text[0]) ? new(0, "a label does not start with a digit")
            : Form(text, 64, "_", "letters, digits and `_`");

    static TextFailure? Form(string text, int most, string others, string words)
    {
        if (text.Length == 0) return new(0, $"the text is empty; expected {words}");
        if (text.Length > most) return new(most, $"longer than {most} characters");
        for (var i = 0; i < text.Length; i++)
            if (!char.IsAsciiLetterOrDigit(text[i]) && !others.Contains(text[i])) return new(i, $"only {words} are allowed");
        return null;
    }

    static string Duration(TimeSpan span)
    {
        if (span == TimeSpan.Zero) return "0s";
        var text = new StringBuilder();
        var rest = span.Ticks;
        foreach (var (unit, ticks) in DurationUnits)
        {
            if (rest / ticks > 0) text.Append(CultureInfo.InvariantCulture, $"{rest / ticks}{unit}");
            rest %= ticks;
        }

        return text.ToString();
    }

    static bool TakeNumber(ref ReadOnlySpan<char> rest, out long number)
    {
        var digits = rest.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = rest.Length;
        var ok = long.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number);
        rest = rest[digits..];
        return ok;
    }

    static Predicate<(string Unit, long Factor)> Matches(ReadOnlySpan<char> unit)
    {
        var text = unit.ToString();
        return u => u.Unit == text;
    }
}
