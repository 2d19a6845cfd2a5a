using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace EdgeAgent.Core.Formats;

/// <summary>A decimal number read from text: ± <see cref="Mantissa"/> × 10^<see cref="Exponent"/>.</summary>
/// <remarks>
/// Up to 19 significant digits are exact; past them the rest is cut off and <see cref="IsCut"/> is set. Converting to
/// <c>double</c> is always correctly rounded: by one exact multiplication or division where the mantissa is at most 2^53 and
/// the power of ten at most 22 (W. Clinger, "How to read floating point numbers accurately", 1990), then by <see cref="WideNumber"/>,
/// and beyond that from the text again.
/// Eight digits are read at a time inside one 64-bit word.
/// </remarks>
struct DecimalDigits
{
    const ulong Zeros = 0x3030303030303030;
    const int ExponentCap = 100_000;

    static readonly double[] Powers =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    static readonly ulong[] SmallPowers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];

    /// <summary>Significant digits as an integer.</summary>
    public ulong Mantissa;

    /// <summary>Power of ten.</summary>
    public int Exponent;

    /// <summary>Whether a minus sign stood before it.</summary>
    public bool IsNegative;

    /// <summary>Whether digits past the nineteenth significant one were cut off.</summary>
    public bool IsCut;

    /// <summary>Reads a number by the grammar of RFC 8259 §6 from <paramref name="at"/>.</summary>
    /// <returns>The position after it; or, when it breaks the grammar, the complement of the position of the break (negative).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ScanJson(ref byte text, int at, int length, out DecimalDigits number)
    {
        var start = at;
        var negative = at < length && Unsafe.Add(ref text, at) == (byte)'-';
        if (negative) at++;
        var word = EightBytes(ref text, at, length) ^ Zeros;
        var others = Others(word);

        // Most numbers and the byte after them fit eight bytes: their digits are brought together and read at once.
        var whole = BitOperations.TrailingZeroCount(others);
        if ((uint)(whole - 8) <= 47 && (whole == 15 || (byte)word != 0))
        {
            whole &= ~7;
            var next = (byte)(word >> whole);
            if (next == ('.' ^ '0'))
            {
                var rest = word >> (whole + 8);
                var fraction = BitOperations.TrailingZeroCount(others >> (whole + 8)) & ~7;
                if ((uint)(fraction - 8) < 48 && (((byte)(rest >> fraction) ^ '0') | 0x20) != 'e')
                {
                    var digits = (word & ((1UL << whole) - 1)) | (rest << whole);
                    number.Mantissa = Eight(digits << (64 - whole - fraction));
                    number.Exponent = -(fraction >> 3);
                    number.IsNegative = negative;
                    number.IsCut = false;
                    return at + ((whole + fraction) >> 3) + 1;
                }
            }
            else if (((next ^ '0') | 0x20) != 'e')
            {
                number.Mantissa = Eight(word << (64 - whole));
                number.Exponent = 0;
                number.IsNegative = negative;
                number.IsCut = false;
                return at + (whole >> 3);
            }
        }
        else if (others == 0 && (byte)word != 0 && at + 16 <= length)
        {
            // Epoch times are integers of 10 (s) or 13 (ms) digits: they end in the second word.
            var more = Read(ref Unsafe.Add(ref text, at + 8)) ^ Zeros;
            var rest = BitOperations.TrailingZeroCount(Others(more)) & ~7;
            if ((uint)(rest - 8) < 56 && (byte)(more >> rest) is var next && next != ('.' ^ '0') && ((next ^ '0') | 0x20) != 'e')
            {
                number.Mantissa = Eight(word) * SmallPowers[rest >> 3] + Eight(more << (64 - rest));
                number.Exponent = 0;
                number.IsNegative = negative;
                number.IsCut = false;
                return at + 8 + (rest >> 3);
            }
        }

        return ScanLongJson(ref text, start, length, out number);
    }

    static int ScanLongJson(ref byte text, int at, int length, out DecimalDigits number)
    {
        number = default;
        ulong mantissa = 0;
        if (at < length && Unsafe.Add(ref text, at) == (byte)'-')
        {
            number.IsNegative = true;
            at++;
        }

        var first = at;
        at = Digits(ref text, at, length, ref mantissa);
        var digits = at - first;
        if (digits == 0) return ~at;
        if (digits > 1 && Unsafe.Add(ref text, first) == (byte)'0') return ~(first + 1);
        if (at < length)
        {
            var c = Unsafe.Add(ref text, at);
            if (c == (byte)'.')
            {
                var fraction = ++at;
                at = Digits(ref text, at, length, ref mantissa);
                if (at == fraction) return ~at;
                number.Exponent = fraction - at;
                digits += at - fraction;
                c = at < length ? Unsafe.Add(ref text, at) : (byte)0;
            }

            if ((c | 0x20) == 'e')
            {
                at = ExponentPart(ref text, at + 1, length, ref number);
                if (at < 0) return at;
            }
        }

        number.Mantissa = mantissa;
        if (digits > 19) number.Recount(ref text, first, at);
        return at;
    }

    /// <summary>Reads a number as people write it in text and tables: like JSON, and also <c>+1</c>, <c>.5</c>,
    /// <c>5.</c> and <c>007</c>.</summary>
    /// <returns>As <see cref="ScanJson"/>.</returns>
    public static int ScanLoose(ref byte text, int at, int length, out DecimalDigits number)
    {
        number = default;
        ulong mantissa = 0;
        if (at < length && Unsafe.Add(ref text, at) is (byte)'-' or (byte)'+')
            number.IsNegative = Unsafe.Add(ref text, at++) == (byte)'-';
        var first = at;
        at = Digits(ref text, at, length, ref mantissa);
        var digits = at - first;
        if (at < length && Unsafe.Add(ref text, at) == (byte)'.')
        {
            var fraction = ++at;
            at = Digits(ref text, at, length, ref mantissa);
            number.Exponent = fraction - at;
            digits += at - fraction;
        }

        if (digits == 0) return ~at;
        if (at < length && (Unsafe.Add(ref text, at) | 0x20) == 'e')
        {
            at = ExponentPart(ref text, at + 1, length, ref number);
            if (at < 0) return at;
        }

        number.Mantissa = mantissa;
        if (digits > 19) number.Recount(ref text, first, at);
        return at;
    }

    /// <summary>The nearest double, ties to even. The number was read from <paramref name="payload"/>,
    /// <paramref name="start"/> to <paramref name="end"/>.</summary>
    /// <returns>False when the number is too large for a double.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryToDouble(ReadOnlySpan<byte> payload, int start, int end, out double value)
    {
        if (Mantissa <= 1UL << 53 && (uint)(Exponent + 22) <= 44 && !IsCut)
        {
            value = (double)(long)Mantissa;
            if (Exponent < 0) value /= Powers[-Exponent];
            else value *= Powers[Exponent];
            if (IsNegative) value = -value;
            return true;
        }

        return TryWide(payload[start..end], out value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    readonly bool TryWide(ReadOnlySpan<byte> text, out double value)
    {
        if (IsCut || Mantissa == 0 || !WideNumber.TryToDouble(Mantissa, Exponent, out value)) return TryFromText(text, out value);
        if (IsNegative) value = -value;
        return true;
    }

    static bool TryFromText(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    static int ExponentPart(ref byte text, int at, int length, ref DecimalDigits number)
    {
        var negative = false;
        if (at < length && Unsafe.Add(ref text, at) is (byte)'-' or (byte)'+') negative = Unsafe.Add(ref text, at++) == (byte)'-';
        var first = at;
        var exponent = 0;
        while (at < length && (uint)(Unsafe.Add(ref text, at) - '0') <= 9)
            exponent = Math.Min(exponent * 10 + Unsafe.Add(ref text, at++) - '0', ExponentCap);
        if (at == first) return ~at;
        number.Exponent += negative ? -exponent : exponent;
        return at;
    }

    /// <summary>Reads the digits once more with care: leading zeros do not count, digits past the nineteenth are cut off.</summary>
    void Recount(ref byte text, int at, int end)
    {
        ulong mantissa = 0;
        var significant = 0;
        for (; at < end; at++)
        {
            var c = Unsafe.Add(ref text, at);
            if (c == (byte)'.') continue;
            if ((uint)(c - '0') > 9) break;
            if (significant == 19)
            {
                // The exponent already counts fraction digits; a cut digit of the fraction gives its place back,
                // one before the point adds one.
                Exponent++;
                if (c != (byte)'0') IsCut = true;
            }
            else
            {
                mantissa = mantissa * 10 + (uint)(c - '0');
                if (mantissa != 0) significant++;
            }
        }

        Mantissa = mantissa;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Digits(ref byte text, int at, int length, ref ulong mantissa)
    {
        while (true)
        {
            var word = EightBytes(ref text, at, length) ^ Zeros;
            var others = Others(word);
            if (others != 0)
            {
                var n = BitOperations.TrailingZeroCount(others) >> 3;
                if (n == 0) return at;
                mantissa = mantissa * SmallPowers[n] + Eight(word << (64 - 8 * n));
                return at + n;
            }

            mantissa = mantissa * 100_000_000 + Eight(word);
            at += 8;
        }
    }

    /// <summary>Marks the bytes above 9 by their highest bit. The lowest mark is always right;
    /// one above it may be wrong after a byte above 0x89.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Others(ulong word) => ((word + 0x7676767676767676) | word) & 0x8080808080808080;

    /// <summary>The value of eight digits 0–9 in eight bytes, the first in the lowest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Eight(ulong word)
    {
        word = word * 10 + (word >> 8);
        return ((word & 0x000000FF000000FF) * 0x000F424000000064 + ((word >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >> 32;
    }

    /// <summary>Eight bytes from <paramref name="at"/>, those past the end as 0; never reads outside 0 … length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong EightBytes(ref byte text, int at, int length)
    {
        if (at + 8 <= length) return Read(ref Unsafe.Add(ref text, at));
        return LastBytes(ref text, at, length);
    }

    static ulong LastBytes(ref byte text, int at, int length)
    {
        var n = length - at;
        if (n <= 0) return 0;
        if (length >= 8) return Read(ref Unsafe.Add(ref text, length - 8)) >> (64 - 8 * n);
        ulong word = 0;
        for (var i = n - 1; i >= 0; i--) word = (word << 8) | Unsafe.Add(ref text, at + i);
        return word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Read(ref byte at)
    {
        var word = Unsafe.ReadUnaligned<ulong>(ref at);
        return BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
    }
}
