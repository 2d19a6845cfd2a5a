namespace EdgeAgent.Sources.Mqtt;

/// <summary>Learns how many unacknowledged messages the sender allows: a broker never announces it.</summary>
/// <remarks>
/// A sender at its limit is silent until acknowledgements leave and goes on at once. Three times in a row at the same
/// count make it known, so that a commit comes when it is reached, not at the interval; more in flight forgets it.
/// Pure; times are monotonic nanoseconds. Under the source's gate.
/// </remarks>
sealed class StallProbe
{
    const long SilentNs = 100_000_000;
    const long AtOnceNs = 50_000_000;
    const int Proofs = 3;
    long _lastMessageNs;
    long _acknowledgedNs;
    int _candidate;
    int _suspect;
    int _seen;

    /// <summary>The limit, or 0 while none is known.</summary>
    public int Limit { get; private set; }

    /// <summary>Messages arrived; <paramref name="unacknowledged"/> now wait.</summary>
    public void OnMessages(long nowNs, int unacknowledged)
    {
        _lastMessageNs = nowNs;
        if (unacknowledged > Limit) Limit = 0;
        if (_suspect == 0) return;
        if (nowNs - _acknowledgedNs <= AtOnceNs)
        {
            _seen = _suspect == _candidate ? _seen + 1 : 1;
            _candidate = _suspect;
            if (_seen >= Proofs) Limit = _candidate;
        }
        else _seen = 0;
        _suspect = 0;
    }

    /// <summary>All <paramref name="unacknowledged"/> messages are being acknowledged.</summary>
    public void OnAcknowledge(long nowNs, int unacknowledged)
    {
        _suspect = unacknowledged > 0 && nowNs - _lastMessageNs >= SilentNs ? unacknowledged : 0;
        _acknowledgedNs = nowNs;
    }
}
