using System.Globalization;

namespace EdgeAgent.Core.Text;

/// <summary>Spans of time for people, each in the one unit that says most; as a configuration writes them, <c>Words</c> says.</summary>
public static class SpanText
{
    const double Minute = 60, Hour = 3600, Day = 86_400;

    static readonly Step[] s_spoken =
    [
        new(2 * Day, Day, " days"), new(2 * Hour, Hour, " hours"), new(2 * Minute, Minute, " min"), new(10, 1, " s"),
        new(0, 1, " s", "0.###"),
    ];

    static readonly Step[] s_rounded =
    [
        new(2 * Day, Day, " days", "0.0"), new(2 * Hour, Hour, " h", "0.0"), new(2 * Minute, Minute, " min"), new(1, 1, " s"),
        new(0, 0.001, " ms"),
    ];

    static readonly Step[] s_about =
    [
        new(2 * Day, Day, " days", "0.#"), new(Hour, Hour, " h", "0.#"), new(Minute, Minute, " min", "0.#"), new(1, 1, " s", "0.#"),
        new(0.001, 0.001, " ms", "0.#"), new(0.000_001, 0.000_001, " µs", "0.#"), new(0, 1, " s", "0"),
    ];

    static readonly Step[] s_whole = [new(2 * Day, Day, " days"), new(2 * Hour, Hour, " h"), new(0, Minute, " min")];
    static readonly Step[] s_short = [new(2 * Day, Day, "d"), new(2 * Hour, Hour, "h"), new(2 * Minute, Minute, "m"), new(0, 1, "s")];

    /// <summary>In a sentence: <c>0.25 s</c>, <c>40 min</c>, <c>101 days</c>.</summary>
    public static string Spoken(double seconds) => In(seconds, s_spoken);

    /// <summary>In a line of figures: <c>250 ms</c>, <c>40 min</c>, <c>2.1 h</c>.</summary>
    public static string Rounded(double seconds) => In(seconds, s_rounded);

    /// <summary>How much about, whatever its sign: <c>1.5 h</c>, <c>1.1 ms</c>.</summary>
    public static string About(TimeSpan span) => In(Math.Abs(span.TotalSeconds), s_about);

    /// <summary>In whole minutes, or more: <c>90 min</c>, <c>3 h</c>.</summary>
    public static string Whole(TimeSpan span) => In(span.TotalSeconds, s_whole);

    /// <summary>In a table, only what is full: <c>119s</c>, <c>47h</c>.</summary>
    public static string Short(TimeSpan span) => In(Math.Max(0, span.TotalSeconds), s_short, isFull: true);

    /// <summary>In seconds, however many: <c>90.5 s</c>.</summary>
    public static string Seconds(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.#} s");

    static string In(double seconds, Step[] steps, bool isFull = false)
    {
        var at = 0;
        while (at < steps.Length - 1 && !(seconds >= steps[at].From)) at++;
        var (_, size, unit, digits) = steps[at];
        var number = seconds / size;
        return (isFull ? Math.Floor(number) : number).ToString(digits, CultureInfo.InvariantCulture) + unit;
    }

    /// <summary>Spans from <paramref name="From"/> on are said in units of <paramref name="Size"/> seconds.</summary>
    readonly record struct Step(double From, double Size, string Unit, string Digits = "0");
}
