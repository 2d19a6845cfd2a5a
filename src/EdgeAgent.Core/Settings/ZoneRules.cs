using System.Globalization;

namespace EdgeAgent.Core.Settings;

/// <summary>The rules of one time zone as plain data: when its offset changes and to what.</summary>
/// <remarks>
/// Whoever has the system's time zones makes it; here is only arithmetic. A local time that does not exist (a clock put forward) is read
/// with the offset before the change; one that exists twice (a clock put back) is the first of the two. After the last change its offset
/// stays.
/// </remarks>
/// <param name="Id">IANA name, such as <c>Europe/Berlin</c>.</param>
/// <param name="FirstOffset">Offset before the first change [s east of UTC].</param>
/// <param name="Changes">When the offset changes [s since the Unix epoch], rising, and the offset from then on [s].</param>
public sealed record ZoneRules(string Id, int FirstOffset, IReadOnlyList<(long AtSeconds, int OffsetSeconds)> Changes)
{
    /// <summary>Seconds since the Unix epoch of a local time written as if it were UTC.</summary>
    public long ToUtc(long localSeconds)
    {
        var (low, high) = (0, Changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (localSeconds < Changes[middle].AtSeconds + Math.Max(OffsetBefore(middle), Changes[middle].OffsetSeconds)) high = middle;
            else low = middle + 1;
        }

        return localSeconds - OffsetBefore(low);
    }

    /// <summary>The offset at an instant [s].</summary>
    public int OffsetAt(long utcSeconds)
    {
        var (low, high) = (0, Changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (utcSeconds < Changes[middle].AtSeconds) high = middle;
            else low = middle + 1;
        }

        return OffsetBefore(low);
    }

    /// <summary>The first instant at which the local clock shows <paramref name="localSeconds"/> or later: of a time that exists twice the
    /// first, and for one that does not exist the change itself. Never falls when the local time rises.</summary>
    public long FirstReaching(long localSeconds)
    {
        var (low, high) = (0, Changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (localSeconds < Changes[middle].AtSeconds + OffsetBefore(middle)) high = middle;
            else low = middle + 1;
        }

        var reached = localSeconds - OffsetBefore(low);
        return low == 0 ? reached : Math.Max(reached, Changes[low - 1].AtSeconds);
    }

    /// <summary>The rules as a short text: equal for equal rules. FNV-1a over all of them.</summary>
    public string Digest()
    {
        var hash = 14695981039346656037UL;
        Mix(FirstOffset);
        foreach (var (at, offset) in Changes)
        {
            Mix(at);
            Mix(offset);
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);

        void Mix(long value)
        {
            for (var shift = 0; shift < 64; shift += 8) hash = (hash ^ (byte)(value >> shift)) * 1099511628211;
        }
    }

    int OffsetBefore(int change) => change == 0 ? FirstOffset : Changes[change - 1].OffsetSeconds;
}
