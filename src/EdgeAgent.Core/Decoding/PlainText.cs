using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Core.Decoding;

/// <summary>Values written as plain text: a whole <c>number</c> payload or one CSV cell.</summary>
static class PlainText
{
    /// <summary>What the text from <paramref name="start"/> to <paramref name="end"/> is, without white space around it.</summary>
    /// <returns>A number, <c>true</c>, <c>false</c> (any case), null when empty, or else a string.</returns>
    public static JsonValue Read(ReadOnlySpan<byte> payload, int start, int end)
    {
        while (start < end && IsSpace(payload[start])) start++;
        while (end > start && IsSpace(payload[end - 1])) end--;
        var value = new JsonValue { Start = start, End = end };
        if (start == end)
        {
            value.Kind = JsonKind.Null;
            return value;
        }

        var after = NumberText.ScanLoose(ref MemoryMarshal.GetReference(payload), start, end, out value.Number);
        var text = payload[start..end];
        value.Kind = after == end ? JsonKind.Number
            : Ascii.EqualsIgnoreCase(text, "true"u8) ? JsonKind.True
            : Ascii.EqualsIgnoreCase(text, "false"u8) ? JsonKind.False
            : JsonKind.String;
        return value;
    }

    /// <summary>Whether a text says NaN or infinity.</summary>
    public static bool IsNotFinite(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        return Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "inf"u8) || Ascii.EqualsIgnoreCase(text, "infinity"u8);
    }

    static bool IsSpace(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
