using System.Text;
using System.Text.Unicode;
using EdgeAgent.Core.Formats;

namespace EdgeAgent.Learning.Inference;

/// <summary>Tells what payloads look like. Says nothing of what they mean.</summary>
static class PayloadKinds
{
    /// <summary>The kind of most payloads of a topic; empty ones do not count beside others.</summary>
    public static PayloadKind Of(SurveyedTopic topic)
    {
        if (topic.Samples.Count == 0) return topic.LargestBytes > Survey.MaxPayload ? PayloadKind.Large : PayloadKind.Empty;
        var counts = new int[Enum.GetValues<PayloadKind>().Length];
        foreach (var sample in topic.Samples) counts[(int)Of(sample.Payload)]++;
        counts[(int)PayloadKind.Empty] = 0;
        var most = counts.Max();
        return most == 0 ? PayloadKind.Empty : (PayloadKind)Array.IndexOf(counts, most);
    }

    /// <summary>The kind of one payload.</summary>
    public static PayloadKind Of(ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) return PayloadKind.Empty;
        if (HeardJson.TryParse(payload, out var json, out var kind))
            using (json) return kind == PayloadKind.Json && SenmlRecords.Are(json!.RootElement) ? PayloadKind.Senml : kind;
        var clean = HeardJson.Clean(payload);
        if (clean.IsEmpty || !Utf8.IsValid(clean)) return PayloadKind.Binary;
        foreach (var c in clean)
            if (c < 0x20 && c is not ((byte)'\t' or (byte)'\n' or (byte)'\r') || c == 0x7f) return PayloadKind.Binary;
        var text = Encoding.UTF8.GetString(clean).Trim();
        if (text.Length == 0) return PayloadKind.Empty;
        if (text[0] is '{' or '[') return PayloadKind.Text;
        if (IsNumber(text) || IsWord(text) || UnitNumber.TryRead(text, out _, out _)) return PayloadKind.Plain;
        if (InfluxLines.TryRead(text, out _)) return PayloadKind.Influx;
        if (TextPairs.TryRead(text, out _) || KeyValues.TryRead(text, out _)) return PayloadKind.Pairs;
        return CsvLines.TryRead(text, out _) ? PayloadKind.Csv : PayloadKind.Text;
    }

    /// <summary>Whether a text is a decimal number with a point, as every format takes it.</summary>
    public static bool IsNumber(ReadOnlySpan<char> text)
    {
        var at = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        var digits = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at])) (at, digits) = (at + 1, digits + 1);
        if (at < text.Length && text[at] == '.')
            for (at++; at < text.Length && char.IsAsciiDigit(text[at]); at++) digits++;
        if (digits == 0) return false;
        if (at == text.Length) return true;
        if (text[at++] is not ('e' or 'E')) return false;
        if (at < text.Length && text[at] is '+' or '-') at++;
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        return at > start && at == text.Length;
    }

    /// <summary>Whether a text is a number with a single comma before three digits, which may mean two things.</summary>
    public static bool IsAmbiguous(string text) =>
        NumberWithUnit.Read(text, DecimalMark.Any, out _, out _) == BadReason.AmbiguousNumber;

    /// <summary>Whether a text is a number whose only mark is a comma that must stand before decimals.</summary>
    public static bool IsPointless(string text) => text.Contains(',') && !text.Contains('.') && UnitNumber.TryRead(text, out _, out _);

    static bool IsWord(string text) =>
        text.Length <= 32 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '/') && char.IsAsciiLetter(text[0])
        || text is "--" or "-";
}
