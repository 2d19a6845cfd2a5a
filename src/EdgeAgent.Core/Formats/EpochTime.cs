using System.Runtime.CompilerServices;

namespace EdgeAgent.Core.Formats;

/// <summary>Numbers as times: exact integer arithmetic, never through a double.</summary>
static class EpochTime
{
    static readonly ulong[] Powers =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];

    /// <summary>The largest mantissa that a power of ten leaves below 2^63.</summary>
    static readonly ulong[] Largest =
    [
        9_223_372_036_854_775_807, 922_337_203_685_477_580, 92_233_720_368_547_758, 9_223_372_036_854_775, 922_337_203_685_477,
        92_233_720_368_547, 9_223_372_036_854, 922_337_203_685, 92_233_720_368, 9_223_372_036, 922_337_203, 92_233_720, 9_223_372,
        922_337, 92_233, 9_223, 922, 92, 9, 0,
    ];

    /// <summary>Power of ten that turns the unit into nanoseconds.</summary>
    public static int NsExponent(TimeUnit unit) => unit switch
    {
        TimeUnit.Seconds => 9,
        TimeUnit.Milliseconds => 6,
        TimeUnit.Microseconds => 3,
        _ => 0,
    };

    /// <summary>As <see cref="TryToNs(in DecimalDigits, int, out long)"/> for a number that is no text; whole parts stay exact.</summary>
    public static bool TryToNs(double number, int unitExponent, out long timeNs)
    {
        timeNs = 0;
        var whole = Math.Truncate(number);
        var factor = (long)Powers[unitExponent];
        if (!double.IsFinite(number) || Math.Abs(whole) >= long.MaxValue / factor) return false;
        timeNs = (long)whole * factor + (long)Math.Round((number - whole) * factor);
        return true;
    }

    /// <summary>The number × 10^<paramref name="unitExponent"/> ns since the Unix epoch; what is below a nanosecond is cut off.</summary>
    /// <returns>False when it does not fit (before 1677 or after 2262).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryToNs(in DecimalDigits number, int unitExponent, out long timeNs)
    {
        var exponent = number.Exponent + unitExponent;
        timeNs = 0;
        if (number.Mantissa == 0) return true;
        ulong magnitude;
        if (exponent < 0) magnitude = exponent < -19 ? 0 : number.Mantissa / Powers[-exponent];
        else
        {
            if (exponent > 18 || number.Mantissa > Largest[exponent]) return false;
            magnitude = number.Mantissa * Powers[exponent];
        }

        if (magnitude > long.MaxValue) return false;
        timeNs = number.IsNegative ? -(long)magnitude : (long)magnitude;
        return true;
    }
}
