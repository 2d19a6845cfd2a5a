namespace EdgeAgent.Web;

/// <summary>What a server has done since the start. Any thread.</summary>
sealed class HttpCounts
{
    long _answered, _refused, _dropped;

    /// <summary>Requests answered.</summary>
    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Requests refused: malformed, too long, for another host, without the password, to no path of ours.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Connections ended by us: too many, too slow, or a reader that does not read.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>One more.</summary>
    public void OnAnswered() => Interlocked.Increment(ref _answered);

    /// <inheritdoc cref="OnAnswered"/>
    public void OnRefused() => Interlocked.Increment(ref _refused);

    /// <inheritdoc cref="OnAnswered"/>
    public void OnDropped() => Interlocked.Increment(ref _dropped);
}
