using EdgeAgent.Core.Readings;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Learns how many unacknowledged messages the sender allows: a broker never announces it.</summary>
/// <remarks>
/// A sender at its limit is silent until acknowledgements leave and goes on at once. Three times in a row at the same
/// count make it known, so that a commit comes when it is reached, not at the interval; more in flight forgets it.
/// Pure. Under the source's gate.
/// </remarks>
sealed class StallWatch
{
    static readonly TimeSpan Silent = TimeSpan.FromMilliseconds(100), AtOnce = TimeSpan.FromMilliseconds(50);
    const int Proofs = 3;
    MonotonicTime _lastMessage;
    MonotonicTime _acknowledged;
    int _candidate;
    int _suspect;
    int _seen;

    /// <summary>The limit, or 0 while none is known.</summary>
    public int Limit { get; private set; }

    /// <summary>Messages arrived; <paramref name="unacknowledged"/> now wait.</summary>
    public void OnMessages(MonotonicTime now, int unacknowledged)
    {
        _lastMessage = now;
        if (unacknowledged > Limit) Limit = 0;
        if (_suspect == 0) return;
        if (now - _acknowledged <= AtOnce)
        {
            _seen = _suspect == _candidate ? _seen + 1 : 1;
            _candidate = _suspect;
            if (_seen >= Proofs) Limit = _candidate;
        }
        else _seen = 0;
        _suspect = 0;
    }

    /// <summary>All <paramref name="unacknowledged"/> messages are being acknowledged.</summary>
    public void OnAcknowledge(MonotonicTime now, int unacknowledged)
    {
        _suspect = unacknowledged > 0 && now - _lastMessage >= Silent ? unacknowledged : 0;
        _acknowledged = now;
    }
}
