using System.Text;

namespace EdgeAgent.Learning.Inference;

/// <summary>Says why payloads are not read, and what can be done.</summary>
static class UnreadWords
{
    static readonly (byte[] Start, string What)[] Starts =
    [
        ([0x1f, 0x8b], "compressed (gzip): `encoding: gzip` undoes it in front of any format"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G'], "a picture (PNG)"),
        ([0xff, 0xd8, 0xff], "a picture (JPEG)"), ([(byte)'P', (byte)'K', 3, 4], "a ZIP archive"),
            ([0x28, 0xb5, 0x2f, 0xfd], "compressed (zstd)"),
    ];

    /// <summary>A sentence without its end mark.</summary>
    public static string Why(SurveyedTopic topic, PayloadKind kind) => kind switch
    {
        PayloadKind.Empty => "only empty messages came: on a retained topic they delete what lay there",
        PayloadKind.Large => $"messages of more than {Survey.MaxPayload >> 10} KiB are not looked at",
        PayloadKind.Binary => Binary(topic),
        _ => Text(topic),
    };

    static string Binary(SurveyedTopic topic)
    {
        var payload = topic.Samples.First(s => PayloadKinds.Of(s.Payload) == PayloadKind.Binary).Payload;
        foreach (var (start, what) in Starts)
            if (payload.AsSpan().StartsWith(start)) return what;
        return "binary: `format: binary` reads values at fixed places, once it is known what stands where";
    }

    static string Text(SurveyedTopic topic)
    {
        var text = Encoding.UTF8.GetString(topic.Samples.First(s => PayloadKinds.Of(s.Payload) == PayloadKind.Text).Payload).Trim();
        if (text[0] is '{' or '[') return "it looks like JSON and breaks its grammar";
        if (PayloadKinds.IsAmbiguous(text))
            return "a number with a comma before three digits, which may be a decimal point or stand for thousands: "
                + "`format: number` with `decimal` reads it once that is known";
        if (text[0] == '<') return "it looks like XML";
        if (text[0] is '$' or '!' && text.Contains('*')
            && text.Contains(',')) return "it looks like NMEA 0183: `format: nmea0183` reads it";
        var end = text.AsSpan().LastIndexOfAnyInRange('0', '9') + 1;
        return end > 0 && PayloadKinds.IsNumber(text.AsSpan(0, end))
            ? "a number with something behind it: `format: number` reads it, and with `units` minds what that is"
            : "text: `format: regex` reads numbers that a pattern names";
    }
}
