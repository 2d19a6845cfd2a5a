namespace EdgeAgent.Models.Loading;

/// <summary>The sessions in use: one for all who load the same bytes with the same options. Any thread.</summary>
sealed class SessionPool
{
    readonly Lock _lock = new();
    readonly Dictionary<SessionKey, SharedSession> _sessions = [];

    /// <summary>Sessions that somebody holds; for tests.</summary>
    internal int Count
    {
        get { lock (_lock) return _sessions.Count; }
    }

    /// <summary>The session of a key, held once more; the caller makes it and lets it go.</summary>
    public SharedSession Take(SessionKey key)
    {
        lock (_lock)
        {
            if (!_sessions.TryGetValue(key, out var session)) _sessions[key] = session = new SharedSession(this, key);
            session.Holders++;
            return session;
        }
    }

    /// <summary>One more holds it.</summary>
    public void Hold(SharedSession session)
    {
        lock (_lock) session.Holders++;
    }

    /// <summary>One holder lets go; true when it was the last, who frees it.</summary>
    public bool Leave(SharedSession session)
    {
        lock (_lock) return --session.Holders == 0 && _sessions.Remove(session.Key);
    }
}
