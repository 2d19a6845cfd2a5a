namespace EdgeAgent.Core.Formats;

/// <summary>Forms of times as text that devices use, and which of them a text has.</summary>
public static class TimeForms
{
    static readonly (string Unit, TimeText Text)[] s_all =
    [
        ("iso8601", new(new() { Path = "", Unit = TimeUnit.Iso8601 })), ("rfc1123", new(new() { Path = "", Unit = TimeUnit.Rfc1123 })),
        .. ((string[])["yyyy-MM-dd-HH:mm:ss", "yyyy/MM/dd HH:mm:ss", "yyyyMMddHHmmss", "dd.MM.yyyy HH:mm:ss", "dd.MM.yyyy HH:mm",
            "dd/MM/yyyy HH:mm:ss", "MM/dd/yyyy HH:mm:ss", "dd/MM/yyyy HH:mm", "MM/dd/yyyy HH:mm"]).Select(Form),
    ];

    /// <summary>The unit (<c>iso8601</c>, <c>rfc1123</c>) or the form of a text, and the time it is; null when it has
    /// none of them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="arrivalNs">When it came: where day and month could be swapped, a reading counts that is within a day of it.</param>
    /// <param name="timeNs">The time.</param>
    public static string? Find(ReadOnlySpan<byte> text, long arrivalNs, out long timeNs)
    {
        const long DayNs = 86_400_000_000_000;
        timeNs = 0;
        if (text.Length is < 8 or > 40) return null;
        foreach (var (unit, form) in s_all)
        {
            if (unit == "iso8601" && text.Length <= 10 || !form.TryRead(text, arrivalNs, out timeNs)) continue;
            var isSwappable = unit.StartsWith("dd", StringComparison.Ordinal) || unit.StartsWith("MM", StringComparison.Ordinal);
            if (isSwappable && (Math.Abs(timeNs - arrivalNs) > DayNs
                || unit.Contains('/') && text[..2].SequenceEqual(text[3..5]))) continue;
            return unit;
        }

        return null;
    }

    /// <summary>As the configuration says it: <c>unit: …</c> or <c>format: …</c>.</summary>
    public static string Key(string unit) => unit is "iso8601" or "rfc1123" ? $"unit: {unit}" : $"format: \"{unit}\"";

    static (string, TimeText) Form(string form) => (form, new(new() { Path = "", Unit = TimeUnit.Formatted, Formats = [form] }));
}
