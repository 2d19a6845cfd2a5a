using System.Runtime.CompilerServices;

namespace EdgeAgent.Core.Formats;

/// <summary>What stands at a place of a payload.</summary>
enum ValueKind : byte
{
    /// <summary>Nothing: the place does not exist.</summary>
    Absent,

    /// <summary>A number; already read.</summary>
    Number,

    /// <summary>A string; start and end are those of its text inside the quotes.</summary>
    String,

    /// <summary><c>true</c>.</summary>
    True,

    /// <summary><c>false</c>.</summary>
    False,

    /// <summary><c>null</c>.</summary>
    Null,

    /// <summary>An object.</summary>
    Object,

    /// <summary>An array; start is that of its bracket.</summary>
    Array,

    /// <summary>A number that is no text: <see cref="PayloadValue.Double"/>.</summary>
    Double,

    /// <summary>A time that is no text: <see cref="PayloadValue.InstantNs"/>.</summary>
    Instant,

    /// <summary>A string in the reader's own <see cref="FormatReader.OwnText"/>.</summary>
    OwnString,

    /// <summary>Nothing, and nothing is wrong with that: the sample at hand has no such place.</summary>
    NotAsked,
}

/// <summary>One value found in a payload: its kind, where its text is, and the number itself.</summary>
struct PayloadValue
{
    /// <summary>First byte of the text.</summary>
    public int Start;

    /// <summary>One past the last byte of the text.</summary>
    public int End;

    /// <summary>What it is.</summary>
    public ValueKind Kind;

    /// <summary>For a string: whether its text has escapes.</summary>
    public bool HasEscapes;

    /// <summary>For a number: its value.</summary>
    public DecimalDigits Number;

    /// <summary>Sets everything but the number, in place: a copied value would wait for its parts to reach the cache.</summary>
    public void Set(int start, int end, ValueKind kind, bool hasEscapes = false)
    {
        Start = start;
        End = end;
        Kind = kind;
        HasEscapes = hasEscapes;
    }

    /// <summary>A number that is no text; kept in the bits of <see cref="Number"/>'s mantissa.</summary>
    public readonly double Double => BitConverter.UInt64BitsToDouble(Number.Mantissa);

    /// <summary>The number, of text or none.</summary>
    /// <returns>False when it is no number, or none that a double can hold.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryToDouble(ReadOnlySpan<byte> payload, out double value)
    {
        if (Kind == ValueKind.Number) return Number.TryToDouble(payload, Start, End, out value);
        value = Double;
        return Kind == ValueKind.Double && double.IsFinite(value);
    }

    /// <summary>A time that is no text [ns since the Unix epoch]; kept as <see cref="Double"/> is.</summary>
    public readonly long InstantNs => (long)Number.Mantissa;

    /// <summary>Becomes <paramref name="value"/>, which need not be finite; it is text from nowhere.</summary>
    public void SetDouble(double value)
    {
        Set(0, 0, ValueKind.Double);
        Number.Mantissa = BitConverter.DoubleToUInt64Bits(value);
    }

    /// <summary>Becomes the time <paramref name="ns"/>.</summary>
    public void SetInstant(long ns)
    {
        Set(0, 0, ValueKind.Instant);
        Number.Mantissa = (ulong)ns;
    }

    /// <summary>Becomes a whole number that is no text.</summary>
    public void SetInteger(ulong magnitude, bool isNegative)
    {
        Set(0, 0, ValueKind.Number);
        Number = new() { Mantissa = magnitude, IsNegative = isNegative };
    }

    /// <summary>The text inside <paramref name="payload"/>.</summary>
    public readonly ReadOnlySpan<byte> TextIn(ReadOnlySpan<byte> payload) => payload[Start..End];
}
