using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace EdgeAgent.Learning.Inference;

/// <summary>Tells what payloads look like. Says nothing of what they mean.</summary>
static class PayloadKinds
{
    static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

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
        if (!Utf8.IsValid(payload)) return PayloadKind.Binary;
        foreach (var c in payload)
            if (c < 0x20 && c is not ((byte)'\t' or (byte)'\n' or (byte)'\r') || c == 0x7f) return PayloadKind.Binary;
        var text = Encoding.UTF8.GetString(payload).Trim();
        if (text.Length == 0) return PayloadKind.Empty;
        if (text[0] is '{' or '[') return TryParse(payload, out _) ? PayloadKind.Json : PayloadKind.Text;
        if (IsNumber(text) || IsWord(text) || UnitNumber.TryRead(text, out _, out _)) return PayloadKind.Plain;
        if (TextPairs.TryRead(text, out _)) return PayloadKind.Pairs;
        return CsvLines.TryRead(text, out _) ? PayloadKind.Csv : PayloadKind.Text;
    }

    /// <summary>Parses JSON; the caller disposes of it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out JsonDocument? json)
    {
        json = null;
        if (!Utf8.IsValid(payload)) return false;
        try
        {
            json = JsonDocument.Parse(payload.ToArray(), Options);
            if (payload.IndexOf("\\u"u8) < 0 || HasGoodNames(json.RootElement)) return true;
            json.Dispose();
        }
        catch (JsonException)
        {
            // Another kind.
        }

        json = null;
        return false;
    }

    /// <summary>Whether no name is half of a surrogate pair, which is no text.</summary>
    static bool HasGoodNames(JsonElement of)
    {
        try
        {
            return of.ValueKind switch
            {
                JsonValueKind.Object => of.EnumerateObject().All(member => member.Name.Length >= 0 && HasGoodNames(member.Value)),
                JsonValueKind.Array => of.EnumerateArray().All(HasGoodNames),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
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

    /// <summary>Whether a text is digits with a comma where a point is expected, and so may mean two things.</summary>
    public static bool HasDecimalComma(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        var comma = text.LastIndexOf(',');
        return comma > 0 && comma < text.Length - 1 && char.IsAsciiDigit(text[comma - 1]) && IsNumber(text[(comma + 1)..])
            && char.IsAsciiDigit(text[comma + 1]) && text[..comma].IndexOfAnyExcept("+-.0123456789 ") < 0;
    }

    static bool IsWord(string text) =>
        text.Length <= 32 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '/') && char.IsAsciiLetter(text[0])
        || text is "--" or "-";
}
