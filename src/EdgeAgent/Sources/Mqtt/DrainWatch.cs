using EdgeAgent.Core.Readings;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Finds out when a broker has nothing more of its backlog to send, so that idle time may count.</summary>
/// <remarks>
/// A PINGREQ sent while nothing is unacknowledged is answered after whatever the broker still had to send, since it refills its
/// window when it reads an acknowledgement. Few or no messages before the answer mean that the backlog is gone; the
/// moment is the earliest that idle time counts from on this connection. Pure; under the source's gate.
/// </remarks>
sealed class DrainWatch
{
    const int FewMessages = 8;
    long _ping = -1;
    long _messages;

    /// <summary>The time of the proof; never, before it.</summary>
    public MonotonicTime DrainedAt { get; private set; } = MonotonicTime.Never;

    /// <summary>Whether a ping should be sent now to learn whether the backlog is gone. One at a time.</summary>
    public bool WantsPing(long unacknowledged) => _ping < 0 && DrainedAt == MonotonicTime.Never && unacknowledged == 0;

    /// <summary>The ping <paramref name="number"/> was sent after <paramref name="messages"/> messages of this connection;
    /// 0 when it could not be sent.</summary>
    public void OnPing(long number, long messages)
    {
        if (number > 0) (_ping, _messages) = (number, messages);
    }

    /// <summary>Pings up to <paramref name="answered"/> are answered.</summary>
    public void OnAnswer(long answered, long messages, int limit, MonotonicTime now)
    {
        if (_ping < 0 || answered < _ping) return;
        _ping = -1;
        var isQuiet = messages - _messages < (limit > 0 ? Math.Min(limit, FewMessages) : FewMessages);
        if (isQuiet && DrainedAt == MonotonicTime.Never) DrainedAt = now;
    }

    /// <summary>A new connection begins, or the last ended.</summary>
    public void Reset() => (_ping, DrainedAt) = (-1, MonotonicTime.Never);
}
