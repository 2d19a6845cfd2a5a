using System.Globalization;

namespace EdgeAgent.Fleet.Rollouts;

/// <summary>One rollout as its manager sees it: takes reports and the time, says what is next. No clock, no broker, no file.</summary>
/// <remarks>
/// All it knows can be had from the plan, the retained target and the retained reports: <see cref="Restore"/> and <see cref="Observe"/> in
/// the order of the outcomes' times bring another one to the same place. Not thread-safe. <see cref="Decide"/> looks at every gateway.
/// </remarks>
/// <param name="plan">The plan.</param>
public sealed class Rollout(RolloutPlan plan)
{
    struct Member
    {
        public int Bucket, Wave;
        public Outcome Outcome;
        public DateTimeOffset Heard, HeardBefore, Admitted;
        public TimeSpan HeardClock;
        public int Place;
        public bool HasFailed;
    }

    readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _canaries = Canaries(plan);
    readonly SequentialTest _test = new();
    Member[] _members = new Member[64];
    int _silentCounted;
    TimeSpan _clock;
    DateTimeOffset _lastHeard;
    DateTimeOffset? _reached;

    /// <summary>The wave that is admitted; −1 before the first.</summary>
    public int Wave { get; private set; } = -1;

    /// <summary>When it was published.</summary>
    public DateTimeOffset Published { get; private set; }

    /// <summary>The score of the sequential test.</summary>
    public double Score => _test.Score;

    /// <summary>Adds a gateway of the group; one that is known stays as it is.</summary>
    /// <param name="id">The gateway.</param>
    /// <param name="bucket">Its bucket in this rollout, 0 to 9,999.</param>
    public void Add(string id, int bucket)
    {
        if (!_index.TryAdd(id, _index.Count)) return;
        if (_members.Length < _index.Count) Array.Resize(ref _members, _members.Length * 2);
        var wave = _canaries.GetValueOrDefault(id, int.MaxValue);
        for (var i = 0; i < plan.Waves.Count && i < wave; i++)
            if (bucket < plan.Waves[i].Admit) wave = i;
        _members[_index.Count - 1] = new() { Bucket = bucket, Wave = wave, Heard = DateTimeOffset.MinValue, Place = -1 };
        if (wave <= Wave) _members[_index.Count - 1].Admitted = Published;
    }

    /// <summary>Since when the wave has been good enough; null for not yet.</summary>
    public DateTimeOffset? Reached => _reached;

    /// <summary>Says that a wave was published, now or before this manager began.</summary>
    /// <param name="wave">The wave.</param>
    /// <param name="published">When.</param>
    /// <param name="reached">Since when it has been good enough, where somebody remembers it.</param>
    public void Restore(int wave, DateTimeOffset published, DateTimeOffset? reached = null)
    {
        for (var i = 0; i < _index.Count; i++)
        {
            ref var member = ref _members[i];
            if (member.Wave <= Wave || member.Wave > wave) continue;
            member.Admitted = published;
            member.HeardBefore = member.Heard;
        }

        (Wave, Published, _reached) = (wave, published, reached);
    }

    /// <summary>Takes what a report says whose signature was checked. A gateway counts once as tried and
    /// once as failed; what it says later only shows.</summary>
    /// <param name="id">The gateway, which was added.</param>
    /// <param name="outcome">What it made of the document.</param>
    /// <param name="at">When that was heard.</param>
    public void Observe(string id, Outcome outcome, DateTimeOffset at)
    {
        ref var member = ref _members[_index[id]];
        if (at > _lastHeard) (_clock, _lastHeard) = (ClockAt(at), at);
        if (at > member.Heard) (member.Heard, member.HeardClock) = (at, _clock);
        if (at < member.Admitted && at > member.HeardBefore) member.HeardBefore = at;
        member.Outcome = outcome;
        if (outcome == Outcome.None) return;
        Try(ref member, hasFailed: outcome == Outcome.Failed);
    }

    /// <summary>Counts what wave <paramref name="wave"/> and those before it admit.</summary>
    public WaveCount Count(int wave, DateTimeOffset now)
    {
        var (admitted, good, failed, trying, silent, absent) = (0, 0, 0, 0, 0, 0);
        var quiet = plan.Within + plan.Alive;
        var clock = ClockAt(now);
        for (var i = 0; i < _index.Count; i++)
        {
            ref readonly var member = ref _members[i];
            if (member.Wave > wave) continue;
            admitted++;
            if (member.Outcome == Outcome.Good) good++;
            else if (member.Outcome == Outcome.Failed) failed++;
            else if (member.Wave > Wave) trying++;
            else if (member.Heard < member.Admitted && member.HeardBefore < member.Admitted - plan.Alive) absent++;
            else if (now - (member.Heard > member.Admitted ? member.Heard : member.Admitted) > quiet && clock - member.HeardClock > quiet)
                silent++;
            else trying++;
        }

        return new(admitted, good, failed, trying, silent, absent);
    }

    /// <summary>Says what is next. Whoever publishes a wave says so by <see cref="Restore"/>.</summary>
    public Decision Decide(DateTimeOffset now)
    {
        if (Wave < 0) return new(Step.Advance, "the first wave");
        var wave = plan.Waves[Wave];
        var count = Count(Wave, now);
        // A gateway that fell silent may have been cut off by the document. Some fall silent anyway.
        var tolerated = (int)Math.Floor(wave.Silent * count.There + 1e-9);
        for (; _silentCounted < count.Silent - tolerated; _silentCounted++) _test.Failed(_test.Tried());
        var failed = count.Failed + Math.Max(0, count.Silent - tolerated);
        if (_test.IsAgainst)
            return new(Step.Abort, string.Create(CultureInfo.InvariantCulture, $"the sequential test decides against the document: score "
                + $"{_test.Highest:F2} above {SequentialTest.Bound:F2} with {count.Good} good, {count.Failed} failed and {count.Silent} "
                + $"silent"));
        if (failed > wave.MaxFailed.Of(count.There))
            return new(Step.Pause,
                $"{failed} of {count.There} failed; max_failed {wave.MaxFailed} allows {wave.MaxFailed.Of(count.There)}");
        var basis = count.Good + failed + count.Trying;
        var isReached = count.Good > 0 && count.Good >= Math.Ceiling(wave.MinGood * basis - 1e-9);
        if (isReached) _reached ??= now;
        else _reached = null;
        if (_reached is { } since && now - since >= wave.Soak)
            return new(Wave == plan.Waves.Count - 1 ? Step.Finish : Step.Advance, Evidence.Of(count.Good, failed));
        if (!isReached && count.Trying == 0 && failed > 0)
            return count.Good == 0
                ? new(Step.Abort, $"all {failed} gateways that tried it failed")
                : new(Step.Pause, $"{count.Good} of {basis} are good and none is under way; min_good is {Evidence.Percent(wave.MinGood)}");
        if (now - Published > wave.Deadline)
            return new(Step.Pause, $"the deadline is over: {count.Good} of {basis} are good after {(now - Published).TotalHours:F0} h; "
                + $"min_good is {Evidence.Percent(wave.MinGood)}, {count.Trying} have no outcome, {count.Absent} are away");
        return new(Step.Wait, isReached ? $"good enough; soaking until {_reached + wave.Soak:u}"
            : $"{count.Good} of {basis} are good, {Math.Ceiling(wave.MinGood * basis - 1e-9)} are needed");
    }

    /// <summary>A clock that stands still while no gateway at all is heard: when the broker, or the way to it, is away nobody falls
    /// silent.</summary>
    TimeSpan ClockAt(DateTimeOffset now)
    {
        if (_lastHeard == default) return TimeSpan.Zero;
        var (passed, most) = (now - _lastHeard, plan.Alive / 2);
        return _clock + (passed < TimeSpan.Zero ? TimeSpan.Zero : passed < most ? passed : most);
    }

    void Try(ref Member member, bool hasFailed)
    {
        if (member.Place < 0) member.Place = _test.Tried();
        if (!hasFailed || member.HasFailed) return;
        member.HasFailed = true;
        _test.Failed(member.Place);
    }

    static Dictionary<string, int> Canaries(RolloutPlan plan)
    {
        var canaries = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var wave = 0; wave < plan.Waves.Count; wave++)
            foreach (var id in plan.Waves[wave].Canary) canaries.TryAdd(id, wave);
        return canaries;
    }
}
