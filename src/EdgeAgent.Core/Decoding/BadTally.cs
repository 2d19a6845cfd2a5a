using System.Text;
using EdgeAgent.Core.Formats;
using EdgeAgent.Core.Formats.Documents;
using EdgeAgent.Core.Formats.Json;

namespace EdgeAgent.Core.Decoding;

/// <summary>Counts of what was wrong, by reason, and the last message of each.</summary>
/// <remarks>Counting copies at most 440 bytes and does not allocate; text is made only when a sample is taken. Counts may be read by
/// any thread, the rest is single-threaded.</remarks>
sealed class BadTally
{
    /// <summary>In place of where a time stands: it is older than <c>max_past</c>.</summary>
    public const int TooOld = -2;

    /// <summary>In place of where a rate stands.</summary>
    public const int OfRate = -3;

    const int TopicBytes = 256;
    const int PayloadBytes = 120;
    const int NameBytes = 64;

    readonly long[] _counts = new long[Enum.GetValues<BadReason>().Length];
    readonly Entry?[] _last = new Entry?[Enum.GetValues<BadReason>().Length];

    /// <summary>How often <paramref name="reason"/> was counted.</summary>
    public long CountOf(BadReason reason) => Volatile.Read(ref _counts[(int)reason]);

    /// <summary>Counts one.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="subject">The path or column that was wanted; null when the message as a whole is wrong.</param>
    /// <param name="at">Where in the payload, or -1.</param>
    /// <param name="name">The value's name in the payload, where <paramref name="subject"/> is no path; empty for none.</param>
    /// <param name="limits">The bounds of the value, in words; null where they are not the reason.</param>
    public void Add(BadReason reason, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, string? subject, int at,
        ReadOnlySpan<byte> name = default, string? limits = null)
    {
        Volatile.Write(ref _counts[(int)reason], _counts[(int)reason] + 1);
        var entry = _last[(int)reason] ??= new Entry();
        entry.IsNew = true;
        entry.TopicLength = Copy(topic, entry.Topic);
        entry.PayloadLength = Copy(payload, entry.Payload);
        entry.NameLength = Copy(name, entry.Name);
        entry.Subject = subject;
        entry.Limits = limits;
        entry.At = at;
    }

    /// <summary>The last message counted under <paramref name="reason"/> since this was last asked, or null.</summary>
    public BadSample? Take(BadReason reason)
    {
        if (_last[(int)reason] is not { IsNew: true } entry) return null;
        entry.IsNew = false;
        var payload = entry.Payload.AsSpan(0, entry.PayloadLength);
        var subject = entry.NameLength > 0 ? Printable(entry.Name.AsSpan(0, entry.NameLength)) : entry.Subject;
        return new(reason, Printable(entry.Topic.AsSpan(0, entry.TopicLength)), Printable(payload),
            Sentence(reason, subject, entry.At, payload, entry.Limits)
                + BadAdvice.Of(reason, subject, entry.At, entry.Topic.AsSpan(0, entry.TopicLength), payload));
    }

    static string Sentence(BadReason reason, string? subject, int at, ReadOnlySpan<byte> payload, string? limits) => reason switch
    {
        BadReason.NotJson => $"The payload is not JSON: it breaks the grammar at byte {at}.",
        BadReason.TooDeep => $"Arrays and objects are nested deeper than {JsonScanner.MaxDepth} at byte {at}.",
        BadReason.BadUtf8 => subject is null ? "The topic or the payload is not valid UTF-8."
            : $"The label at {subject} is not valid UTF-8.",
        BadReason.WrongType when subject?.StartsWith(SampleLayout.SamplesKey, StringComparison.Ordinal) is true =>
            $"What `{subject}` names is no array, as `samples` needs.",
        BadReason.WrongType => $"The value{At(subject)} is neither a number, a boolean nor a state named in the configuration.",
        BadReason.NoField when IsNull(at, payload) =>
            $"There is no value{At(subject)}: it is null. `missing: [\"null\"]` or `optional` lets that pass.",
        BadReason.NoField => $"There is no value{At(subject)}.",
        BadReason.NotFinite =>
            subject is null ? $"NaN or infinity at byte {at}; JSON has no such number." : $"The value{At(subject)} is NaN or infinite.",
        BadReason.OutOfRangeNumber => $"The number{At(subject)} is too large for a 64-bit floating-point number.",
        BadReason.BadTime or BadReason.MissingTime when at == OfRate =>
            $"At {subject} is no rate: a number above 0, the elements a second, is expected.",
        BadReason.MissingTime when at == TooOld => $"The time at {subject} is older than `max_past`.",
        BadReason.BadTime => $"The time at {subject} cannot be read in the configured unit.",
        BadReason.MissingTime => $"There is no time at {subject}.",
        BadReason.BadCsv => $"The CSV line at byte {at} has an unclosed quote or text after a closing quote.",
        BadReason.BadColumns => at < 0 ? $"The header names the column `{subject}` twice, so which is meant is not known."
            : $"A row has {at} values where there are {subject} columns. Name all columns; a value with the separator in it, as a decimal "
                + "comma can be, needs quotes.",
        BadReason.UnknownPort => $"Bytes on port {at}: no entry of `uplinks` says what they are.",
        BadReason.NoRoute => "No subscription of the source matches the topic.",
        BadReason.TooManySeries => $"The series of {subject} is new and agent.max_series or agent.max_series_bytes is reached; "
            + "the least useful series give way at the next commit.",
        BadReason.LabelTooLong => $"The label {subject} has {at} bytes, more than agent.max_label_bytes.",
        BadReason.TooLarge => $"The message of {at} bytes is larger than the source takes; its payload was passed over. "
            + "Raise `max_packet_size`, or send less in one message.",
        BadReason.Truncated => $"The payload of {at} bytes is shorter than its fields need.",
        BadReason.BadCheck => "The check at the end of the sentence is wrong or missing.",
        BadReason.NotValid => "The sentence calls its own values invalid, as without a fix.",
        BadReason.Malformed => at > 0 ? $"The payload is not of the configured format from byte {at}."
            : "The payload is not of the configured format.",
        BadReason.AmbiguousNumber => Readings(subject, at, payload),
        BadReason.WrongUnit =>
            $"The value{At(subject)} has {(Unit(at, payload) is { Length: > 0 } unit ? $"the unit `{unit}`" : "a unit")}, "
                + "which `units` does not name. Add it there with its factor.",
        BadReason.OutsideRange => $"The value{Seen(at, payload)}{At(subject)} is {limits}.",
        BadReason.TooManyValues => $"The payload has more values than {Document.MaxNodes}, the most that are held at once. "
            + "Send less in one message.",
        BadReason.BadEncoding => "The payload is not in the configured `encoding`, or is larger than `max_decoded` when decoded; see "
            + $"byte {at}.",
        BadReason.OnlyAlias => "Its metrics have only an alias and no name. Let the device send names.",
        BadReason.NoMatch when subject is not null => $"The payload has no {subject}.",
        BadReason.NoMatch => "The pattern does not match the payload, or none of its groups is a number.",
        _ => "",
    };

    /// <summary>Where a value is; nothing when the payload is the value.</summary>
    static string At(string? subject) => string.IsNullOrEmpty(subject) ? "" : $" at {subject}";

    static bool IsNull(int at, ReadOnlySpan<byte> payload) => at >= 0 && at < payload.Length && payload[at..].StartsWith("null"u8);

    /// <summary>The number as it is written, with a blank before it; nothing when it is no text or was cut off.</summary>
    static string Seen(int at, ReadOnlySpan<byte> payload) =>
        at >= 0 && at < payload.Length && NumberWithUnit.Run(payload[at..].TrimStart(" \""u8)) is { IsEmpty: false } run
            ? $" {Encoding.ASCII.GetString(run)}" : "";

    /// <summary>What stands after a number.</summary>
    static string Unit(int at, ReadOnlySpan<byte> payload)
    {
        if (at < 0 || at >= payload.Length) return "";
        var rest = payload[at..].TrimStart(" \""u8);
        rest = rest[NumberWithUnit.Run(rest).Length..].TrimStart(" "u8);
        var end = rest.IndexOfAny("\",;|&}]\r\n\t"u8);
        return Printable((end < 0 ? rest : rest[..end]).TrimEnd(" "u8));
    }

    /// <summary>Shows both readings of a comma before three digits, or of a letter that is a unit or a factor.</summary>
    static string Readings(string? subject, int at, ReadOnlySpan<byte> payload)
    {
        var seen = at >= 0 && at < payload.Length ? Encoding.ASCII.GetString(NumberWithUnit.Run(payload[at..].TrimStart(" \""u8))) : "";
        if (Unit(at, payload) is { Length: 1 } letter && NumberWithUnit.FactorOf(letter[0]) is { } factor
            && decimal.TryParse(seen, System.Globalization.CultureInfo.InvariantCulture, out var plain))
            return string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"`{seen}{letter}`{At(subject)} can be {plain} of a unit `{letter}` or {(plain * factor).ToString("0.############")}. "
                    + $"Say `units: {{ {letter}: 1 }}` or `units: {{ {letter}: {factor} }}`.");
        return seen.Contains(',')
            ? $"`{seen}`{At(subject)} can be {seen.Replace(',', '.')} or {seen.Replace(",", "", StringComparison.Ordinal)}. "
                + "Say `decimal: comma` or `decimal: point`."
            : $"The comma{At(subject)} can be decimal or stand between thousands. Say `decimal: comma` or `decimal: point`.";
    }

    static int Copy(ReadOnlySpan<byte> from, byte[] to)
    {
        var n = Math.Min(from.Length, to.Length);
        from[..n].CopyTo(to);
        return n;
    }

    /// <summary>Bytes as text for people; what is no text as <c>\xNN</c>.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune))
                text.Append(rune);
            else
                foreach (var b in bytes[..used]) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{b:X2}");
            bytes = bytes[used..];
        }

        return text.ToString();
    }

    sealed class Entry
    {
        public readonly byte[] Topic = new byte[TopicBytes];
        public readonly byte[] Payload = new byte[PayloadBytes];
        public readonly byte[] Name = new byte[NameBytes];
        public int TopicLength;
        public int NameLength;
        public int PayloadLength;
        public string? Subject;
        public string? Limits;
        public int At;
        public bool IsNew;
    }
}
