using System.Runtime.InteropServices;
using System.Text;

namespace EdgeAgent.Core.Formats;

/// <summary>Numbers as people and devices write them for people: <c>21.5 °C</c>, <c>1 234.5</c>, <c>-  3,2 kg</c>, <c>0x1F</c>.</summary>
/// <remarks>
/// A sign may stand apart. Between thousands stand blanks, apostrophes, or the mark that is not the decimal one, and only before groups of
/// three. Two kinds of mark in one number tell which is which; a single comma before exactly three digits does not and is refused unless
/// <c>decimal</c> says. After the number a unit may stand; digits in it are powers (<c>m3</c>, <c>m/s2</c>).
/// Does not allocate; takes time in proportion to the text.
/// </remarks>
public static class NumberWithUnit
{
    const int MaxDigits = 64;
    const int MaxUnitBytes = 24;

    /// <summary>Reads a text as payloads are read, for who asks once.</summary>
    /// <returns><see cref="BadReason.None"/>, or why it is no number.</returns>
    public static BadReason Read(string text, DecimalMark mark, out double value, out string unit)
    {
        var result = TryRead(Encoding.UTF8.GetBytes(text), mark, out value, out _, out var rest);
        unit = Encoding.UTF8.GetString(rest);
        return result;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mark">What stands before the decimals.</param>
    /// <param name="value">The number.</param>
    /// <param name="number">Its digits.</param>
    /// <param name="unit">What stands after it; empty for nothing.</param>
    /// <returns><see cref="BadReason.None"/>, <see cref="BadReason.AmbiguousNumber"/>, <see cref="BadReason.OutOfRangeNumber"/> or
    /// <see cref="BadReason.WrongType"/>.</returns>
    internal static BadReason TryRead(ReadOnlySpan<byte> text, DecimalMark mark, out double value, out DecimalDigits number,
        out ReadOnlySpan<byte> unit)
    {
        text = text.Trim(" \t\r\n"u8);
        if (mark != DecimalMark.Comma && IsPlain(text, out value, out number, out unit)) return BadReason.None;
        value = 0;
        number = new() { IsCut = true };
        unit = default;
        var negative = TakeSign(ref text, out var hasSign);
        if (hasSign) text = text.TrimStart(" "u8);
        if (text.Length > 1 && text[0] == (byte)'0' && (text[1] | 0x20) == 'x') return Hexadecimal(text[2..], negative, out value);

        Span<byte> digits = stackalloc byte[MaxDigits];
        if (!TryMark(text, ref mark, out var ambiguous)) return BadReason.WrongType;
        var length = 0;
        var at = 0;
        var group = 0;
        var isGrouped = false;
        var hasPoint = false;
        while (at < text.Length && length < MaxDigits - 8)
        {
            var c = text[at];
            if ((uint)(c - '0') <= 9)
            {
                digits[length++] = c;
                group++;
                at++;
                if (isGrouped && !hasPoint && group > 3) return BadReason.WrongType;
                continue;
            }

            var isDecimal = c == (mark == DecimalMark.Comma ? (byte)',' : (byte)'.');
            if (isDecimal && !hasPoint && (at + 1 < text.Length && (uint)(text[at + 1] - '0') <= 9 || length > 0))
            {
                if (isGrouped && group != 3) return BadReason.WrongType;
                hasPoint = true;
                digits[length++] = (byte)'.';
                at++;
                continue;
            }

            var width = GroupMark(text[at..], mark);
            if (width == 0 || hasPoint || !IsGroup(text[(at + width)..])) break;
            if (length == 0 || (isGrouped ? group != 3 : group > 3)) return BadReason.WrongType;
            isGrouped = true;
            group = 0;
            at += width;
        }

        if (length == 0 || length == 1 && hasPoint) return BadReason.WrongType;
        TakeExponent(text, ref at, digits, ref length);
        if (at < text.Length && (text[at] | 0x20) == 'e' && text.Length - at <= 2) return BadReason.WrongType;
        unit = text[at..].TrimStart(" \t"u8);
        if (!unit.IsEmpty && !IsUnit(unit)) return BadReason.WrongType;
        if (ambiguous) return BadReason.AmbiguousNumber;
        if (DecimalDigits.ScanLoose(ref MemoryMarshal.GetReference(digits), 0, length, out number) != length) return BadReason.WrongType;
        if (!number.TryToDouble(digits[..length], 0, length, out value)) return BadReason.OutOfRangeNumber;
        if (negative) (value, number.IsNegative) = (-value, true);
        return BadReason.None;
    }

    /// <summary>The common case: digits with a point or without, and a unit that cannot be part of the number.</summary>
    static bool IsPlain(ReadOnlySpan<byte> text, out double value, out DecimalDigits number, out ReadOnlySpan<byte> unit)
    {
        value = 0;
        unit = default;
        var end = DecimalDigits.ScanLoose(ref MemoryMarshal.GetReference(text), 0, text.Length, out number);
        if (end <= 0 || number.IsCut || number.Exponent is > 0 or < -15) return false;
        unit = text[end..];
        while (!unit.IsEmpty && unit[0] is (byte)' ' or (byte)'\t') unit = unit[1..];
        if (unit.IsEmpty || unit[0] is (byte)'\'' || (unit[0] | 0x20) == 'x' || !IsUnit(unit)) return false;
        return number.TryToDouble(text, 0, end, out value);
    }

    /// <summary>Whether a text ends in a letter right behind its digits that may be a factor without a unit: <c>4.7k</c>.</summary>
    internal static bool EndsInFactor(ReadOnlySpan<byte> text)
    {
        text = text.TrimEnd(" \t\r\n"u8);
        return text.Length > 1 && FactorOf((char)text[^1]) is not null && char.IsAsciiDigit((char)text[^2]);
    }

    /// <summary>What a letter multiplies a number by where it stands for a factor; null when it stands for none.</summary>
    internal static decimal? FactorOf(char letter) => letter switch
    {
        'k' => 1_000, 'M' => 1_000_000, 'G' => 1_000_000_000, _ => null, // `2.5m` is a length
    };

    /// <summary>The number that <paramref name="text"/> starts with, at most 40 bytes of it, for a message.</summary>
    internal static ReadOnlySpan<byte> Run(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExcept("0123456789.,+-"u8);
        return text[..Math.Min(40, end < 0 ? text.Length : end)];
    }

    static bool TakeSign(ref ReadOnlySpan<byte> text, out bool hasSign)
    {
        hasSign = true;
        if (text.StartsWith("\u2212"u8))
        {
            text = text[3..];
            return true;
        }

        hasSign = text.Length > 0 && text[0] is (byte)'-' or (byte)'+';
        if (!hasSign) return false;
        var negative = text[0] == (byte)'-';
        text = text[1..];
        return negative;
    }

    static BadReason Hexadecimal(ReadOnlySpan<byte> text, bool negative, out double value)
    {
        value = 0;
        if (text.Length is 0 or > 16) return BadReason.WrongType;
        ulong bits = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit((char)c)) return BadReason.WrongType;
            bits = bits << 4 | (uint)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
        }

        value = negative ? -(double)bits : bits;
        return BadReason.None;
    }

    /// <summary>Decides what the points and commas of the number are when nobody said.</summary>
    static bool TryMark(ReadOnlySpan<byte> text, ref DecimalMark mark, out bool ambiguous)
    {
        ambiguous = false;
        if (mark != DecimalMark.Any) return true;
        mark = DecimalMark.Point;
        var end = text.IndexOfAnyExcept("0123456789., '"u8);
        var run = text[..(end < 0 ? text.Length : end)].TrimEnd(" "u8);
        var (points, commas) = (run.Count((byte)'.'), run.Count((byte)','));
        if (commas == 0) return points <= 1;
        if (points > 0)
        {
            if (run.LastIndexOf((byte)',') > run.LastIndexOf((byte)'.')) mark = DecimalMark.Comma;
            return mark == DecimalMark.Comma ? commas == 1 : points == 1;
        }

        // Several commas may be a list, which is no number.
        if (commas > 1) return false;
        mark = DecimalMark.Comma;
        var decimals = run.Length - run.IndexOf((byte)',') - 1;
        ambiguous = decimals == 3;
        return decimals > 0;
    }

    /// <summary>Length of what stands between thousands, or 0.</summary>
    static int GroupMark(ReadOnlySpan<byte> text, DecimalMark mark) =>
        text[0] is (byte)' ' or (byte)'\'' || text[0] == (mark == DecimalMark.Comma ? (byte)'.' : (byte)',') ? 1
        : text.StartsWith("\u00A0"u8) ? 2
        : text.StartsWith("\u202F"u8) || text.StartsWith("\u2009"u8) || text.StartsWith("\u2019"u8) ? 3 : 0;

    static bool IsGroup(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < 3; i++)
            if (i >= text.Length || (uint)(text[i] - '0') > 9) return false;
        return text.Length == 3 || (uint)(text[3] - '0') > 9;
    }

    static void TakeExponent(ReadOnlySpan<byte> text, ref int at, Span<byte> digits, ref int length)
    {
        if (at >= text.Length || (text[at] | 0x20) != 'e') return;
        var end = at + 1;
        if (end < text.Length && text[end] is (byte)'-' or (byte)'+') end++;
        var first = end;
        while (end < text.Length && (uint)(text[end] - '0') <= 9) end++;
        if (end == first || end - at > 8) return;
        text[at..end].CopyTo(digits[length..]);
        length += end - at;
        at = end;
    }

    static bool IsUnit(ReadOnlySpan<byte> text)
    {
        if (text.Length > MaxUnitBytes
            || !(char.IsAsciiLetter((char)text[0]) || text[0] is >= 0x80 or (byte)'%' or (byte)'"' or (byte)'\'')) return false;
        for (var i = 1; i < text.Length; i++)
        {
            var c = text[i];
            var isPower = c is (byte)'2' or (byte)'3' && (char.IsAsciiLetter((char)text[i - 1]) || text[i - 1] is (byte)'^' or (byte)'-');
            if (!isPower && !char.IsAsciiLetter((char)c) && c < 0x80 && !"%/*^.- ()"u8.Contains(c)) return false;
        }

        return true;
    }
}
