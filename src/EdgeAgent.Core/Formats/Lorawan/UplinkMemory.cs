namespace EdgeAgent.Core.Formats.Lorawan;

/// <summary>The last uplinks of one topic, to tell one that comes again.</summary>
sealed class UplinkMemory
{
    const int Held = 16;
    const long WithinNs = 600L * 1_000_000_000;

    readonly (ulong Counter, ulong Hash, long TimeNs)[] _last = new (ulong, ulong, long)[Held];
    int _count;
    int _next;

    /// <summary>Whether an uplink is one of the last; if not, it is one from now on.</summary>
    public bool IsRepeat(ulong counter, ReadOnlySpan<byte> data, long timeNs)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in data) hash = (hash ^ c) * 1099511628211;
        for (var i = 0; i < _count; i++)
            if (_last[i].Counter == counter && _last[i].Hash == hash && Math.Abs(_last[i].TimeNs - (double)timeNs) < WithinNs) return true;
        _last[_next] = (counter, hash, timeNs);
        _next = (_next + 1) % Held;
        _count = Math.Min(_count + 1, Held);
        return false;
    }
}
