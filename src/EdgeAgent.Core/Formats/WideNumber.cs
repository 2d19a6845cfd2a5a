using System.Numerics;

namespace EdgeAgent.Core.Formats;

/// <summary>Mantissas past 2^53 (the 16 and 17 digits of a shortest double) times small powers of ten, correctly rounded.</summary>
/// <remarks>
/// The mantissa is multiplied by a 128-bit approximation of the power of five; for powers of ten from -27 to 27 the product
/// always decides the rounding. Source: D. Lemire, "Number Parsing at a Gigabyte per Second", 2021, §§5–8, and
/// N. Mushtak and D. Lemire, "Fast Number Parsing Without Fallback", 2022.
/// </remarks>
static class WideNumber
{
    const int LargestExponent = 27;

    /// <summary>5^q for q from -27 to 27, shifted to 128 bits (high half, low half); cut off for q ≥ 0, rounded up below.</summary>
    static readonly ulong[] PowersOfFive =
    [
        0x9E74D1B791E07E48, 0x775EA264CF55347E,
        0xC612062576589DDA, 0x95364AFE032A819E,
        0xF79687AED3EEC551, 0x3A83DDBD83F52205,
        0x9ABE14CD44753B52, 0xC4926A9672793543,
        0xC16D9A0095928A27, 0x75B7053C0F178294,
        0xF1C90080BAF72CB1, 0x5324C68B12DD6339,
        0x971DA05074DA7BEE, 0xD3F6FC16EBCA5E04,
        0xBCE5086492111AEA, 0x88F4BB1CA6BCF585,
        0xEC1E4A7DB69561A5, 0x2B31E9E3D06C32E6,
        0x9392EE8E921D5D07, 0x3AFF322E62439FD0,
        0xB877AA3236A4B449, 0x09BEFEB9FAD487C3,
        0xE69594BEC44DE15B, 0x4C2EBE687989A9B4,
        0x901D7CF73AB0ACD9, 0x0F9D37014BF60A11,
        0xB424DC35095CD80F, 0x538484C19EF38C95,
        0xE12E13424BB40E13, 0x2865A5F206B06FBA,
        0x8CBCCC096F5088CB, 0xF93F87B7442E45D4,
        0xAFEBFF0BCB24AAFE, 0xF78F69A51539D749,
        0xDBE6FECEBDEDD5BE, 0xB573440E5A884D1C,
        0x89705F4136B4A597, 0x31680A88F8953031,
        0xABCC77118461CEFC, 0xFDC20D2B36BA7C3E,
        0xD6BF94D5E57A42BC, 0x3D32907604691B4D,
        0x8637BD05AF6C69B5, 0xA63F9A49C2C1B110,
        0xA7C5AC471B478423, 0x0FCF80DC33721D54,
        0xD1B71758E219652B, 0xD3C36113404EA4A9,
        0x83126E978D4FDF3B, 0x645A1CAC083126EA,
        0xA3D70A3D70A3D70A, 0x3D70A3D70A3D70A4,
        0xCCCCCCCCCCCCCCCC, 0xCCCCCCCCCCCCCCCD,
        0x8000000000000000, 0x0000000000000000,
        0xA000000000000000, 0x0000000000000000,
        0xC800000000000000, 0x0000000000000000,
        0xFA00000000000000, 0x0000000000000000,
        0x9C40000000000000, 0x0000000000000000,
        0xC350000000000000, 0x0000000000000000,
        0xF424000000000000, 0x0000000000000000,
        0x9896800000000000, 0x0000000000000000,
        0xBEBC200000000000, 0x0000000000000000,
        0xEE6B280000000000, 0x0000000000000000,
        0x9502F90000000000, 0x0000000000000000,
        0xBA43B74000000000, 0x0000000000000000,
        0xE8D4A51000000000, 0x0000000000000000,
        0x9184E72A00000000, 0x0000000000000000,
        0xB5E620F480000000, 0x0000000000000000,
        0xE35FA931A0000000, 0x0000000000000000,
        0x8E1BC9BF04000000, 0x0000000000000000,
        0xB1A2BC2EC5000000, 0x0000000000000000,
        0xDE0B6B3A76400000, 0x0000000000000000,
        0x8AC7230489E80000, 0x0000000000000000,
        0xAD78EBC5AC620000, 0x0000000000000000,
        0xD8D726B7177A8000, 0x0000000000000000,
        0x878678326EAC9000, 0x0000000000000000,
        0xA968163F0A57B400, 0x0000000000000000,
        0xD3C21BCECCEDA100, 0x0000000000000000,
        0x84595161401484A0, 0x0000000000000000,
        0xA56FA5B99019A5C8, 0x0000000000000000,
        0xCECB8F27F4200F3A, 0x0000000000000000,
    ];

    /// <summary>The double nearest to <paramref name="mantissa"/> × 10^<paramref name="exponent"/>; the mantissa is not 0.</summary>
    /// <returns>False when the exponent is outside the table.</returns>
    public static bool TryToDouble(ulong mantissa, int exponent, out double value)
    {
        value = 0;
        if ((uint)(exponent + LargestExponent) > 2 * LargestExponent) return false;
        var shift = BitOperations.LeadingZeroCount(mantissa);
        var normal = mantissa << shift;
        var row = 2 * (exponent + LargestExponent);
        var high = Math.BigMul(normal, PowersOfFive[row], out var low);
        if ((high & 0x1FF) == 0x1FF)
        {
            var more = Math.BigMul(normal, PowersOfFive[row + 1], out _);
            low += more;
            if (low < more) high++;
        }

        // One bit more than a double has, for rounding; high has its top bit at 63 or 62.
        var top = (int)(high >> 63);
        var cut = top + 9;
        var bits = high >> cut;

        // Exactly half way between two doubles: only possible while 5^|q| fits; ties go to the even one.
        if (low <= 1 && exponent is >= -4 and <= 23 && (bits & 3) == 1 && bits << cut == high) bits &= ~1UL;
        bits = (bits + (bits & 1)) >> 1;
        var binary = ((217_706 * exponent) >> 16) + 63 + top - shift + 1023;
        if (bits >= 1UL << 53)
        {
            bits >>= 1;
            binary++;
        }

        value = BitConverter.UInt64BitsToDouble((bits & ((1UL << 52) - 1)) | ((ulong)binary << 52));
        return true;
    }
}
