using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Core.Formats;

/// <summary>Values written as plain text: a whole <c>number</c> payload or one CSV cell.</summary>
static class CellText
{
    /// <summary>What the text from <paramref name="start"/> to <paramref name="end"/> is, without white space around it.</summary>
    /// <param name="payload">The whole payload.</param>
    /// <param name="start">Start of the text.</param>
    /// <param name="end">End of the text.</param>
    /// <param name="hasEscapes">Whether the text has doubled quotes.</param>
    /// <param name="value">Becomes a number, <c>true</c>, <c>false</c> (any case), null when empty, or else a string.</param>
    /// <param name="isPointNumber">Whether a number may have a point; without it a text is what has one.</param>
    public static void Read(ReadOnlySpan<byte> payload, int start, int end, bool hasEscapes, ref PayloadValue value,
        bool isPointNumber = true)
    {
        while (start < end && IsSpace(payload[start])) start++;
        while (end > start && IsSpace(payload[end - 1])) end--;
        value.Set(start, end, ValueKind.Null, hasEscapes);
        if (start == end) return;
        var after = DecimalDigits.ScanLoose(ref MemoryMarshal.GetReference(payload), start, end, out value.Number);
        if (after == end && (isPointNumber || !payload[start..end].Contains((byte)'.')))
        {
            value.Kind = ValueKind.Number;
            return;
        }

        var text = payload[start..end];
        value.Kind = text[0] <= (byte)'9' ? ValueKind.String
            : Ascii.EqualsIgnoreCase(text, "true"u8) ? ValueKind.True
            : Ascii.EqualsIgnoreCase(text, "false"u8) ? ValueKind.False
            : ValueKind.String;
    }

    /// <summary>Whether a text says NaN or infinity.</summary>
    public static bool IsNotFinite(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        return Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "inf"u8) || Ascii.EqualsIgnoreCase(text, "infinity"u8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IsSpace(byte c) => c <= (byte)' ' && c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
}
