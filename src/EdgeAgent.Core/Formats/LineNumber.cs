using System.Runtime.InteropServices;

namespace EdgeAgent.Core.Formats;

/// <summary>Numbers in the fields of lines.</summary>
static class LineNumber
{
    /// <summary>The number that <paramref name="text"/> is from end to end, as people and instruments write it: <c>-1.5</c>, <c>+007</c>,
    /// <c>.5</c>, <c>1e3</c>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        return !text.IsEmpty && DecimalDigits.ScanLoose(ref MemoryMarshal.GetReference(text), 0, text.Length, out var number) == text.Length
            && number.TryToDouble(text, 0, text.Length, out value);
    }
}
