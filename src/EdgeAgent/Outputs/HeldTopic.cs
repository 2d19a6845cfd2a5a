using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs;

/// <summary>A topic whose records wait in lanes of their own, and when they are tried again. Output thread.</summary>
/// <param name="name">The topic.</param>
/// <param name="lanes">Its lanes, in the order of the output's.</param>
/// <param name="firstWait">The first wait between tries; it doubles up to 30 s.</param>
/// <param name="clock">Says when a wait is over.</param>
sealed class HeldTopic(string name, Lane[] lanes, TimeSpan firstWait, IClock clock)
{
    static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);
    readonly Dictionary<Lane, long> _movedThrough = [];
    readonly TimeSpan _firstWait = firstWait;
    TimeSpan _wait = firstWait;

    /// <summary>The topic.</summary>
    public string Name => name;

    /// <summary>Its lanes.</summary>
    public Lane[] Lanes => lanes;

    /// <summary>Why its records wait, for people.</summary>
    public string Why { get; set; } = $"Records for topic {name} have waited since before this start.";

    /// <summary>When it is tried next.</summary>
    public MonotonicTime Due { get; private set; }

    /// <summary>Records of <paramref name="from"/> up to this number are on their way here.</summary>
    public void Moved(Lane from, long throughNumber) => _movedThrough[from] = throughNumber;

    /// <summary>Takes over what is on its way to <paramref name="before"/>, which held the topic for an output that was renewed.</summary>
    public void Continue(HeldTopic before)
    {
        foreach (var (lane, through) in before._movedThrough) _movedThrough[lane] = through;
    }

    /// <summary>Whether all that is on its way here is committed.</summary>
    public bool IsSettled(IStore store) => _movedThrough.All(moved => store.ConfirmedThrough(moved.Key) >= moved.Value);

    /// <summary>The next try comes after a wait.</summary>
    public void Rest()
    {
        Due = clock.Monotonic + _wait;
        _wait = _wait + _wait < s_longestWait ? _wait + _wait : s_longestWait;
    }

    /// <summary>Records went out: more may follow at once, and the next trouble begins with a short wait.</summary>
    public void Went() => (_wait, Due) = (_firstWait, default);
}
