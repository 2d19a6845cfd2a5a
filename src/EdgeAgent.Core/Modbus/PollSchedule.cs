using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Modbus;

/// <summary>Decides what is polled next: absolute times without drift, and units that fail out of their neighbours' way.</summary>
/// <remarks>
/// A slot is due at start + phase + k × interval; a poll that takes long never moves the grid, and grid points passed by are
/// counted as missed. Phases spread the slots of one interval evenly over it, so a start does not put all on the line at
/// once. After <c>1 + retries</c> failures in a row a unit is degraded: only one of its slots is tried, without
/// retries, after a pause that doubles from ten time-outs up to a bound, so it costs its neighbours at most about a tenth of
/// the line. One good answer brings it back. All times are monotonic [ns]. Single-threaded; does not allocate after construction.
/// </remarks>
public sealed class PollSchedule
{
    readonly PollSlot[] _slots;
    readonly long[] _dueNs;
    readonly UnitState[] _units;
    readonly int _retries;
    readonly long _firstPauseNs;
    readonly long _maxPauseNs;

    struct UnitState
    {
        public int Failures;
        public int ProbeSlot;
        public long PauseNs;
        public long ProbeAtNs;
    }

    /// <summary>A schedule that starts at <paramref name="start"/>.</summary>
    /// <param name="slots">What is polled.</param>
    /// <param name="retries">Further tries before a unit counts as failing.</param>
    /// <param name="timeoutNs">Answer time-out; pauses of a failing unit start at ten of it.</param>
    /// <param name="maxPauseNs">Longest pause of a failing unit.</param>
    /// <param name="start">Now.</param>
    public PollSchedule(IReadOnlyList<PollSlot> slots, int retries, long timeoutNs, long maxPauseNs, MonotonicTime start)
    {
        _slots = [.. slots];
        _dueNs = new long[_slots.Length];
        _units = new UnitState[_slots.Length == 0 ? 0 : _slots.Max(s => s.Unit) + 1];
        _retries = retries;
        _firstPauseNs = Math.Min(10 * timeoutNs, maxPauseNs);
        _maxPauseNs = maxPauseNs;
        foreach (var group in Enumerable.Range(0, _slots.Length).GroupBy(i => _slots[i].IntervalNs))
        {
            var members = group.ToArray();
            for (var i = 0; i < members.Length; i++)
                _dueNs[members[i]] = start.Ns + (long)((Int128)group.Key * i / members.Length);
        }
    }

    /// <summary>Grid points passed by without a poll while the unit was in order.</summary>
    public long Missed { get; private set; }

    /// <summary>Grid points passed by because the unit was degraded.</summary>
    public long Skipped { get; private set; }

    /// <summary>Whether a unit is degraded; one that is only written to never is.</summary>
    public bool IsDegraded(int unit) => unit < _units.Length && _units[unit].PauseNs > 0;

    /// <summary>The slot to poll now.</summary>
    /// <param name="now">Now.</param>
    /// <param name="due">When that slot was due (now minus this is the jitter), or when to ask again.</param>
    /// <returns>A slot, or -1 when none is due.</returns>
    public int Next(MonotonicTime now, out MonotonicTime due)
    {
        var (best, dueNs) = (-1, MonotonicTime.Never.Ns);
        for (var i = 0; i < _slots.Length; i++)
        {
            ref var unit = ref _units[_slots[i].Unit];
            long at;
            if (unit.PauseNs == 0) at = _dueNs[i];
            else if (unit.ProbeSlot == i) at = unit.ProbeAtNs;
            else continue;
            if (at >= dueNs) continue;
            (best, dueNs) = (i, at);
        }

        due = new(dueNs);
        return due <= now ? best : -1;
    }

    /// <summary>The unit answered, well or with a refusal: it is alive.</summary>
    public void Answered(int slot, MonotonicTime now)
    {
        ref var unit = ref _units[_slots[slot].Unit];
        if (unit.PauseNs > 0) Resume(slot, now);
        unit.Failures = 0;
        unit.PauseNs = 0;
        Advance(slot, now);
    }

    /// <summary>The poll failed: no answer, or not a sound one.</summary>
    /// <returns>True when it is to be tried again at once.</returns>
    public bool Failed(int slot, MonotonicTime now)
    {
        ref var unit = ref _units[_slots[slot].Unit];
        if (unit.PauseNs == 0 && ++unit.Failures <= _retries) return true;
        unit.PauseNs = unit.PauseNs == 0 ? _firstPauseNs : Math.Min(2 * unit.PauseNs, _maxPauseNs);
        unit.ProbeSlot = slot;
        unit.ProbeAtNs = now.Ns + unit.PauseNs;
        return false;
    }

    /// <summary>After a reconnect: every unit is tried again, and slots polled once are polled again.</summary>
    public void Restart(MonotonicTime now)
    {
        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i].IntervalNs == 0) _dueNs[i] = now.Ns;
            else Skipped += Pass(i, now);
        }

        Array.Clear(_units);
    }

    void Resume(int answered, MonotonicTime now)
    {
        for (var i = 0; i < _slots.Length; i++)
            if (i != answered && _slots[i].Unit == _slots[answered].Unit && _slots[i].IntervalNs > 0) Skipped += Pass(i, now);
        if (_slots[answered].IntervalNs > 0) Skipped += Pass(answered, now);
    }

    void Advance(int slot, MonotonicTime now)
    {
        var interval = _slots[slot].IntervalNs;
        if (interval == 0)
        {
            _dueNs[slot] = long.MaxValue;
            return;
        }

        if (_dueNs[slot] > now.Ns) return;
        _dueNs[slot] += interval;
        Missed += Pass(slot, now);
    }

    // Moves the slot to its first grid point that is not more than one interval old; returns the points passed by.
    long Pass(int slot, MonotonicTime now)
    {
        var interval = _slots[slot].IntervalNs;
        var late = now.Ns - _dueNs[slot];
        if (late < interval) return 0;
        var passed = late / interval;
        _dueNs[slot] += passed * interval;
        return passed;
    }
}
