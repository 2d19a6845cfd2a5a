using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Decoding;

/// <summary>What the start of a payload that could not be read says of how it could be; only what it says plainly.</summary>
static class BadAdvice
{
    const int MaxWord = 32;

    /// <summary>A sentence with a blank before it, or nothing.</summary>
    public static string Of(BadReason reason, string? subject, int at, ReadOnlySpan<byte> topic,
        ReadOnlySpan<byte> payload) => reason switch
    {
        BadReason.NoField or BadReason.MissingTime when at is not (BadTally.TooOld or BadTally.OfRate) => Name(subject, payload),
        BadReason.WrongType when at >= 0 && at < payload.Length => Value(subject, payload[at..]),
        BadReason.BadUtf8 or BadReason.NotJson or BadReason.Malformed => Format(topic, payload),
        BadReason.BadTime when at >= 0 && at < payload.Length => Time(Word(payload[at..])),
        _ => "",
    };

    static string Name(string? subject, ReadOnlySpan<byte> payload)
    {
        if (subject is null || payload.IsEmpty || payload[0] is not ((byte)'{' or (byte)'[')) return "";
        if (!JsonPath.TryParse(subject, out var path, out _) || path!.LastName is not { } wanted) return "";
        var names = Names(payload);
        if (names.Contains(wanted)) return "";
        var near = names.Find(name => name.Equals(wanted, StringComparison.OrdinalIgnoreCase)) ?? Nearest.Find(wanted, names);
        return near is null ? "" : $" Did you mean `{near}`?";
    }

    static string Value(string? subject, ReadOnlySpan<byte> from)
    {
        if (subject?.StartsWith(SampleLayout.SamplesKey, StringComparison.Ordinal) is true)
            return from[0] == (byte)'{' ? " For one object leave `samples` out and write whole paths." : "";
        // The payload itself is the value.
        if (subject is { Length: 0 } && from[0] is (byte)'{' or (byte)'[') return " It is JSON, which `format: json` reads.";
        if (Thousands(from) is { } thousands) return thousands;
        if (from[0] == (byte)'{') return " It is an object: `fields: all` reads every number in it.";
        if (from[0] == (byte)'[') return " It is an array: `[*]` behind its path reads its elements.";
        var word = Word(from);
        return word.Length is 0 or > MaxWord || !word.All(c => char.IsAsciiLetter(c) || c is '_' or '-')
            ? "" : $" `states: {{ {word}: 1 }}` makes a number of that word.";
    }

    /// <summary>What makes a number of a text with several commas or points before groups of three digits, which is else taken for a
    /// list.</summary>
    static string? Thousands(ReadOnlySpan<byte> from)
    {
        var run = Encoding.ASCII.GetString(NumberWithUnit.Run(from.TrimStart(" \""u8)));
        foreach (var (mark, said) in (ReadOnlySpan<(char, string)>)[(',', "point"), ('.', "comma")])
        {
            var groups = run.TrimStart('-', '+').Split(mark);
            if (groups.Length > 2 && groups[0].Length is > 0 and <= 3 && groups[0].All(char.IsAsciiDigit)
                && groups.Skip(1).All(group => group.Length == 3 && group.All(char.IsAsciiDigit)))
                return $" With `decimal: {said}` it is {run.Replace(mark.ToString(), "", StringComparison.Ordinal)}.";
        }

        return null;
    }

    static string Format(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (topic.StartsWith("spBv1.0/"u8)) return " By its topic it is Sparkplug B, which `format: sparkplug` reads.";
        if (payload.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return " It is compressed; `encoding: gzip` undoes that.";
        var text = payload.Trim(" \t\r\n"u8);
        return !text.IsEmpty && NumberWithUnit.TryRead(text, DecimalMark.Any, out _, out _, out _) == BadReason.None
            ? " It is a number alone, which `format: number` reads." : "";
    }

    static string Time(string text) => text.Length > 0 && TimeForms.Find(Encoding.UTF8.GetBytes(text), NowOf(text), out _) is { } form
        ? $" It has the form `{TimeForms.Key(form)}`." : "";

    // Where day and month could be swapped nothing is said: no time is near the beginning.
    static long NowOf(string text) => text.Length > 5 && text[2] == '.' ? DottedNs(text) : 0;

    // With points the day comes first everywhere.
    static long DottedNs(string text) =>
        DateTime.TryParseExact(text.Length > 10 ? text[..10] : text, "dd.MM.yyyy", null, System.Globalization.DateTimeStyles.AssumeUniversal
            | System.Globalization.DateTimeStyles.AdjustToUniversal, out var day) ? (day - DateTime.UnixEpoch).Ticks * 100 : 0;

    /// <summary>The text in quotes, or up to what ends a value.</summary>
    static string Word(ReadOnlySpan<byte> from)
    {
        from = from.TrimStart(" \""u8);
        var end = from.IndexOf((byte)'"');
        if (end < 0 || from[..end].IndexOfAny("{}[]"u8) >= 0) end = from.IndexOfAny(",}]\r\n"u8);
        return Encoding.UTF8.GetString((end < 0 ? from : from[..end]).TrimEnd(" \t"u8));
    }

    /// <summary>Texts in quotes with a colon behind them.</summary>
    static List<string> Names(ReadOnlySpan<byte> payload)
    {
        var names = new List<string>();
        while (payload.IndexOf((byte)'"') is >= 0 and var start)
        {
            payload = payload[(start + 1)..];
            var end = payload.IndexOf((byte)'"');
            if (end < 0) break;
            var name = payload[..end];
            payload = payload[(end + 1)..];
            if (payload.TrimStart(" \t\r\n"u8).StartsWith(":"u8)) names.Add(Encoding.UTF8.GetString(name));
        }

        return names;
    }
}
