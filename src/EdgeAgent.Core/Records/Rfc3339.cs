namespace EdgeAgent.Core.Records;

/// <summary>Writes times as RFC 3339 §5.6 in UTC: <c>2026-11-22T10:00:00Z</c>, with 3, 6 or 9 digits of a second when needed.</summary>
public static class Rfc3339
{
    /// <summary>Most bytes one time takes.</summary>
    public const int MaxLength = 30;

    const long SecondNs = 1_000_000_000;

    /// <summary>Writes <paramref name="timeNs"/> [ns since the Unix epoch, any value] to the front of <paramref name="to"/>.</summary>
    /// <returns>Bytes written.</returns>
    public static int Format(long timeNs, Span<byte> to)
    {
        var (seconds, ns) = Math.DivRem(timeNs, SecondNs);
        if (ns < 0) (seconds, ns) = (seconds - 1, ns + SecondNs);
        var at = DateTime.UnixEpoch.AddSeconds(seconds);
        Digits(to, at.Year, 4);
        to[4] = (byte)'-';
        Digits(to[5..], at.Month, 2);
        to[7] = (byte)'-';
        Digits(to[8..], at.Day, 2);
        to[10] = (byte)'T';
        Digits(to[11..], at.Hour, 2);
        to[13] = (byte)':';
        Digits(to[14..], at.Minute, 2);
        to[16] = (byte)':';
        Digits(to[17..], at.Second, 2);
        var n = 19;
        if (ns != 0)
        {
            var (fraction, digits) = ns % 1_000_000 == 0 ? (ns / 1_000_000, 3) : ns % 1000 == 0 ? (ns / 1000, 6) : (ns, 9);
            to[n] = (byte)'.';
            Digits(to[(n + 1)..], (int)fraction, digits);
            n += 1 + digits;
        }

        to[n] = (byte)'Z';
        return n + 1;
    }

    static void Digits(Span<byte> to, int value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            to[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }
}
