using EdgeAgent.Core.Readings;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>Lets messages gather before their commit is asked for, as a network card gathers packets before it interrupts.</summary>
/// <remarks>
/// Many messages in one commit cost little more than one. From <c>early_at</c> messages on the commit is asked for when the first of them
/// has waited for <c>commit.latency</c>, when as many wait as half of what the sender may have in flight,
/// or when nothing has come for <see cref="QuietMs"/>:
/// a sender at its limit is silent. Pure. Source thread.
/// </remarks>
sealed class Gather(TimeSpan latency)
{
    /// <summary>A sender that is silent for so long is taken to wait for acknowledgements [ms].</summary>
    public const int QuietMs = 2;

    /// <summary>How long to leave arrivals to the kernel while few come [ns].</summary>
    public const long RestNs = 1_000_000;

    // More in one read is a sender at full speed; it would only be held up.
    const int FewMessages = 64;

    MonotonicTime _since;
    long _uncommitted;
    long _came;

    /// <summary>Whether a commit will be asked for later.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Whether the source may leave arrivals to the kernel for <see cref="RestNs"/>.</summary>
    public bool MayRest => IsOn && _came < FewMessages;

    /// <summary>Messages may have come.</summary>
    /// <param name="now">Now.</param>
    /// <param name="uncommitted">Messages that no cut holds.</param>
    /// <param name="early">How many bring a commit forward.</param>
    /// <param name="most">How many wait for nothing.</param>
    /// <returns>Whether to ask for a commit now.</returns>
    public bool OnMessages(MonotonicTime now, long uncommitted, int early, int most)
    {
        if (uncommitted < _uncommitted || _uncommitted == 0) (_since, _uncommitted) = (now, 0); // a cut took the others
        (_came, _uncommitted) = (uncommitted - _uncommitted, uncommitted);
        IsOn = uncommitted >= early && uncommitted < most && now - _since < latency;
        return uncommitted >= early && !IsOn;
    }

    /// <summary>Nothing came: what has gathered waits no longer.</summary>
    /// <returns>Whether to ask for a commit now.</returns>
    public bool OnQuiet()
    {
        var was = IsOn;
        IsOn = false;
        return was;
    }
}
