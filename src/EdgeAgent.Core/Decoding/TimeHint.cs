using EdgeAgent.Core.Formats;

namespace EdgeAgent.Core.Decoding;

/// <summary>Times of a topic that look wrong, and the unit that would make them right.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Path">Where the time was read.</param>
/// <param name="Seen">The time as written, at most 40 bytes of it.</param>
/// <param name="Configured">The unit it was read in.</param>
/// <param name="Suggested">The unit that gives a time near arrival; null when none does.</param>
public sealed record TimeHint(string Topic, string Path, string Seen, TimeUnit Configured, TimeUnit? Suggested)
{
    /// <summary>Whether it was read in that unit all the same.</summary>
    public bool IsRead { get; init; }

    /// <summary>The key that says the unit; null for a format that has its own.</summary>
    public string? UnitKey { get; init; } = "unit";

    /// <summary>A sentence for the log.</summary>
    public string Message => $"The {(Seen.Length > 0 ? $"time {Seen}" : "empty time")} at {Path} " + (
        Suggested is { } unit
            ? $"is {(IsRead ? $"years from now when read as {Name(Configured)}" : $"not {Name(Configured)}")}; it looks like {Name(unit)}."
                + (UnitKey is { } key ? $" Use `{key}: {Key(unit)}`{Instead}." : "")
        : IsRead || IsNumber
            ? $"is more than ten years from now{(IsRead && !IsNumber ? "" : " in every unit")}. "
                + "Is the sender's clock set, and the gateway's? With `max_past` such a reading has the time of its arrival, or is dropped."
        : Seen.Length == 0 ? $"is not {Name(Configured)}. With `on_missing: arrival` such a reading has the time of its arrival."
        : Path.StartsWith('$') || Seen.AsSpan().IndexOfAny(";\t|") < 0
            ? $"is not {Name(Configured)}. `format` says how it is written{Form}."
        : $"is not {Name(Configured)}. It looks like several columns: is `separator` another?");

    string Instead => Configured == TimeUnit.Formatted ? " instead, or add its form" : "";

    bool IsNumber => Seen.Length > 0 && Seen.AsSpan().IndexOfAnyExcept("+-.0123456789eE \"") < 0;

    string Form => TimeForms.Find(System.Text.Encoding.UTF8.GetBytes(Seen), 0, out _) is { } form ? $", here {TimeForms.Key(form)}" : "";

    static string Name(TimeUnit unit) => unit switch
    {
        TimeUnit.Seconds => "seconds",
        TimeUnit.Milliseconds => "milliseconds",
        TimeUnit.Microseconds => "microseconds",
        TimeUnit.Nanoseconds => "nanoseconds",
        TimeUnit.Rfc1123 => "RFC 1123 text",
        TimeUnit.Formatted => "text of a given `format`",
        _ => "ISO 8601 text",
    };

    static string Key(TimeUnit unit) => unit switch
    {
        TimeUnit.Seconds => "s",
        TimeUnit.Milliseconds => "ms",
        TimeUnit.Microseconds => "us",
        TimeUnit.Nanoseconds => "ns",
        _ => "iso8601",
    };
}
