namespace EdgeAgent.Mqtt.Client;

/// <summary>When to ping, and when a silent broker is given up (MQTT 5.0 §3.1.2.10, §3.12). Pure: time is an argument [ms,
/// monotonic].</summary>
/// <remarks>
/// A ping is due after three quarters of the period without sending (so that the broker hears us in time even while nobody reads
/// here), or without receiving (so that a dead link is found). Only time spent waiting on an empty socket counts against an
/// unanswered ping: while the reader is held up, the answer may simply lie unread. A broker that sends is alive: a whole packet starts
/// the wait anew, single bytes do not. One that has just been given thousands of acknowledgements has work to do before it can answer, and
/// gets longer. Sending side and reading side may be two threads; <see cref="Sent"/>,
/// <see cref="PingSent"/> and <see cref="MsUntilPing"/> need the sender's lock.
/// </remarks>
sealed class KeepAlive
{
    readonly long _idleMs;
    readonly long _timeoutMs;
    long _lastSentMs;
    long _lastReceivedMs;
    long _pingsSent;
    long _pingsAnswered;
    long _waitedMs;
    long _owed; // acknowledgements sent since the last answer

    public KeepAlive(TimeSpan period, TimeSpan? pingTimeout, long nowMs)
    {
        _idleMs = (long)(period.TotalMilliseconds * 3 / 4);
        _timeoutMs = (long)(pingTimeout?.TotalMilliseconds ?? Math.Max(1000, period.TotalMilliseconds / 2));
        _lastSentMs = _lastReceivedMs = nowMs;
    }

    public long PingsSent => Volatile.Read(ref _pingsSent);

    public long PingsAnswered => Volatile.Read(ref _pingsAnswered);

    public bool IsPingOutstanding => PingsSent > PingsAnswered;

    public void Sent(long nowMs) => _lastSentMs = nowMs;

    public long PingSent(long nowMs)
    {
        _lastSentMs = nowMs;
        Volatile.Write(ref _pingsSent, _pingsSent + 1);
        return _pingsSent;
    }

    /// <summary>Milliseconds until a ping is due; 0 or less when it is; a day when there is no keep-alive.</summary>
    public long MsUntilPing(long nowMs)
    {
        if (_idleMs == 0) return 86_400_000;
        var untilSend = _lastSentMs + _idleMs - nowMs;
        return IsPingOutstanding ? untilSend : Math.Min(untilSend, Volatile.Read(ref _lastReceivedMs) + _idleMs - nowMs);
    }

    public void Received(long nowMs) => Volatile.Write(ref _lastReceivedMs, nowMs);

    /// <summary>A whole packet came. Reader's thread.</summary>
    public void Heard() => _waitedMs = 0;

    /// <summary>Acknowledgements were sent: each gives the broker a millisecond more, up to four times the time in all.
    /// Under the sender's lock.</summary>
    public void Owes(int acknowledgements) => Volatile.Write(ref _owed, _owed + acknowledgements);

    /// <summary>A PINGRESP came. One that nobody asked for is not counted, so it can never vouch for a later ping.</summary>
    public void Answered()
    {
        _waitedMs = 0;
        Volatile.Write(ref _owed, 0);
        if (IsPingOutstanding) Volatile.Write(ref _pingsAnswered, _pingsAnswered + 1);
    }

    /// <summary>The reader waited this long on an empty socket with a ping outstanding when it began.
    /// True when the broker is to be given up.</summary>
    public bool Waited(long ms, bool pingWasOutstanding)
    {
        _waitedMs = pingWasOutstanding ? _waitedMs + ms : 0;
        return _idleMs > 0 && IsPingOutstanding && _waitedMs >= LimitMs;
    }

    long LimitMs => _timeoutMs + Math.Min(Volatile.Read(ref _owed), 3 * _timeoutMs);

    /// <summary>Longest wait after which <see cref="Waited"/> should be told [ms].</summary>
    public int WaitLimitMs =>
        _idleMs == 0 ? int.MaxValue : (int)Math.Clamp(IsPingOutstanding ? LimitMs - _waitedMs : LimitMs, 1, int.MaxValue);
}
