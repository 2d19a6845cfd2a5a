using System.Globalization;

namespace EdgeAgent.Core.Formats;

/// <summary>Value × factor + offset, as it is on paper: 1236 × 0.1 is 123.6 and not 123.60000000000001.</summary>
/// <remarks>
/// A factor and an offset written in decimals are whole numbers over one power of ten, and so is the result: it is rounded once, by one
/// division. Others (more than 15 digits), and those that a double holds exactly (0.5), are multiplied and added as they are.
/// </remarks>
public sealed record LinearScale
{
    /// <summary>The value as it is.</summary>
    public static readonly LinearScale One = new(1, 0);

    readonly double _numerator;
    readonly double _added;
    readonly double _divisor;
    readonly bool _isExact;

    /// <summary>A scale.</summary>
    public LinearScale(double factor, double offset)
    {
        (Factor, Offset) = (factor, offset);
        (_numerator, _added, _divisor) = (factor, offset, 1);
        var (number, places) = Decimals(factor);
        var (added, more) = Decimals(offset);
        var most = Math.Max(places, more);
        if (most > 15) return;
        var (whole, wholeAdded) = (number * Math.Pow(10, most - places), added * Math.Pow(10, most - more));
        if (Math.Abs(whole) < 1e15 && Math.Abs(wholeAdded) < 1e15) (_numerator, _added, _divisor) = (whole, wholeAdded, Math.Pow(10, most));
        // A fraction over a power of ten is one over a power of two when fives divide its number.
        _isExact = number % Math.Pow(5, places) == 0 && added % Math.Pow(5, more) == 0;
    }

    /// <summary>The factor.</summary>
    public double Factor { get; }

    /// <summary>What is added after it.</summary>
    public double Offset { get; }

    /// <summary>Whether it changes nothing.</summary>
    public bool IsOne => Factor == 1 && Offset == 0;

    /// <summary>The scaled value.</summary>
    public double Of(double value) => _isExact ? value * Factor + Offset : (value * _numerator + _added) / _divisor;

    /// <summary>The scaled value of a number whose digits are known, rounded once where they are few enough; <paramref name="value"/> is it
    /// as
    /// a double.</summary>
    internal double Of(in DecimalDigits number, double value)
    {
        if (number.Exponent is > 0 or < -15 || number.Mantissa > 1UL << 53 || number.IsCut) return Of(value);
        var power = Math.Pow(10, -number.Exponent);
        var digits = number.IsNegative ? -(double)number.Mantissa : number.Mantissa;
        var total = digits * _numerator + _added * power;
        return Math.Abs(total) < 1L << 53 && Math.Abs(digits * _numerator) < 1L << 53 && Math.Abs(_added * power) < 1L << 53
            && _divisor * power <= 1e22
            ? total / (_divisor * power) : Of(value);
    }

    /// <summary>A number without its decimal point, and how many decimals it has; more than 15 when it has no short form.</summary>
    static (double Number, int Places) Decimals(double number)
    {
        const int None = 99;
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) || Math.Abs(exact) >= 1e15m
            || exact == 0 && number != 0) return (number, None);
        var places = 0;
        while (exact != decimal.Truncate(exact) && places < 16)
        {
            exact *= 10;
            places++;
        }

        return places < 16 && Math.Abs(exact) < 1e15m ? ((double)exact, places) : (number, None);
    }
}
