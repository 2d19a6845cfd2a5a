using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EdgeAgent.Core.Formats.Cbor;
using EdgeAgent.Core.Formats.Documents;
using EdgeAgent.Core.Formats.MessagePack;

namespace EdgeAgent.Learning.Inference;

/// <summary>Payloads of nested values as JSON, whatever they came as; with the flaws that the agent reads over.</summary>
static class HeardJson
{
    static readonly JsonReaderOptions s_options = new() { MaxDepth = 32, AllowMultipleValues = true };

    /// <summary>The first document of a payload; the caller disposes of it.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out JsonDocument? json) => TryParse(payload, out json, out _);

    /// <summary>The first document of a payload, and what it came as.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out JsonDocument? json, out PayloadKind kind)
    {
        (json, kind) = (null, PayloadKind.Json);
        var text = Clean(payload);
        var first = text.IndexOfAnyExcept(" \t\r\n"u8);
        if (first < 0) return false;
        if (text[first] is (byte)'{' or (byte)'[' && TryText(text, out json)) return true;
        // Maps of MessagePack start with bytes that are arrays to CBOR, and seldom the other way round.
        foreach (var other in (ReadOnlySpan<PayloadKind>)(payload[0] is < 0x90 or >= 0xDC
            ? [PayloadKind.MessagePack, PayloadKind.Cbor] : [PayloadKind.Cbor, PayloadKind.MessagePack]))
        {
            DocumentFormatSettings format = other == PayloadKind.Cbor ? new CborFormatSettings() : new MessagePackFormatSettings();
            if (payload[0] < 0x80 || !DocumentJson.TryWrite(format, payload.ToArray(), out var written)) continue;
            if (written.Length < 5 || !(written[0] == '{' || written.AsSpan().StartsWith("[{"u8))) continue;
            kind = other;
            return TryText(written, out json);
        }

        return false;
    }

    /// <summary>Without a byte order mark before it and zeros behind it.</summary>
    public static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> payload)
    {
        if (payload.StartsWith("\uFEFF"u8)) payload = payload[3..];
        return payload.TrimEnd((byte)0);
    }

    static bool TryText(ReadOnlySpan<byte> text, out JsonDocument? json)
    {
        // What is no text is no label, and harms no value.
        if (!Utf8.IsValid(text)) text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        return TryStrict(text, out json) || text.IndexOfAny("NIn"u8) >= 0 && TryStrict(WithNulls(text), out json);
    }

    /// <summary>The text with null in place of what is no number: <c>NaN</c>, <c>nan</c>, <c>Infinity</c>.</summary>
    static byte[] WithNulls(ReadOnlySpan<byte> text)
    {
        var written = new List<byte>(text.Length + 16);
        var isInText = false;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (isInText && c == (byte)'\\' && at + 1 < text.Length) written.Add(text[at++]);
            else if (c == (byte)'"') isInText = !isInText;
            var rest = text[at..];
            var length = isInText ? 0 : rest.StartsWith("NaN"u8) || rest.StartsWith("nan"u8) ? 3 : rest.StartsWith("Infinity"u8) ? 8
                : rest.StartsWith("-Infinity"u8) ? 9 : 0;
            if (length == 0) written.Add(text[at]);
            else
            {
                written.AddRange("null"u8);
                at += length - 1;
            }
        }

        return [.. written];
    }

    static bool TryStrict(ReadOnlySpan<byte> text, out JsonDocument? json)
    {
        json = null;
        try
        {
            var reader = new Utf8JsonReader(text, s_options);
            if (!JsonDocument.TryParseValue(ref reader, out json)) return false;
            while (reader.Read()) reader.Skip();
            if (text.IndexOf("\\u"u8) < 0 || HasGoodNames(json.RootElement)) return true;
        }
        catch (JsonException)
        {
            // Another kind.
        }

        json?.Dispose();
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
}
