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
    /// <summary>A sentence for the log.</summary>
    public string Message => Suggested is { } unit
        ? $"The time {Seen} at {Path} is years from now when read as {Name(Configured)}; it looks like {Name(unit)}. Use "
            + $"`unit: {Key(unit)}`."
        : IsText ? $"The time {Seen} at {Path} is not {Name(Configured)}. `format` says how it is written{Form}."
        : $"The time {Seen} at {Path} is more than ten years from now in every unit. Is the sender's clock set, and the gateway's? With "
            + "`max_past` such a reading has the time of its arrival, or is dropped.";

    bool IsText => Seen.AsSpan().IndexOfAnyExcept("+-.0123456789eE \"") >= 0;

    string Form => TimeForms.Find(System.Text.Encoding.UTF8.GetBytes(Seen), 0, out _) is { } form ? $", here {TimeForms.Key(form)}" : "";

    static string Name(TimeUnit unit) => unit switch
    {
        TimeUnit.Seconds => "seconds",
        TimeUnit.Milliseconds => "milliseconds",
        TimeUnit.Microseconds => "microseconds",
        TimeUnit.Nanoseconds => "nanoseconds",
        TimeUnit.Rfc1123 => "RFC 1123 text",
        TimeUnit.Formatted => "text of the given format",
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
