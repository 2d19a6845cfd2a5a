using System.Runtime.InteropServices;
using EdgeAgent.Core.Readings;
using EdgeAgent.Flow;

namespace EdgeAgent.Host;

/// <summary>Forgets series: those silent for <c>series_ttl</c>, and for want of room the least useful,
/// so that the table serves those that live.</summary>
/// <remarks>
/// Runs at a cut, with all gates closed: nothing else touches series then. Ticks of the series table are seconds. When the table refused
/// a series, or stage state is above <c>max_state_bytes</c>, an eighth of the series gives way by the rule of
/// <see cref="SeriesTable.CollectLeastUseful"/>, at most once a second (for state: every ten, since what it frees shows only after a commit
/// or two); their open windows leave as partial summaries. For state, what was restored and whose series have not come since gives way
/// before any series does, a quarter of it a second.
/// </remarks>
sealed class SeriesSweep(SeriesTable series, PipelineSlot[] pipelines, ISource[] sources, TimeSpan ttl)
{
    const int SweepsPerTtl = 16, EvictedPart = 8;
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1), StateEvery = TimeSpan.FromSeconds(10);
    TimeSpan _period = PeriodOf(ttl);
    readonly List<int> _gone = [];
    MonotonicTime? _start;
    MonotonicTime _next, _nextEviction, _nextState;
    long _evicted;

    /// <summary>Bytes of stage state after the last cut; set by the host.</summary>
    public Func<long> StateBytes { get; set; } = () => 0;

    /// <summary>Most bytes of stage state; set by the host.</summary>
    public long MaxStateBytes { get; set; } = long.MaxValue;

    /// <summary>What bounds the series, in words; set by the host.</summary>
    public string SeriesBound { get; set; } = "agent.max_series or agent.max_series_bytes";

    /// <summary>Called when series gave way: how many, and for what.</summary>
    public Action<int, string>? Told { get; set; }

    /// <summary>Series that gave way, and units restored whose series had not come.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Goes on with other pipelines, sources and <c>series_ttl</c>. At a cut, with all gates closed.</summary>
    public void GoOn(PipelineSlot[] nextPipelines, ISource[] nextSources, TimeSpan nextTtl)
    {
        (pipelines, sources, ttl, _period) = (nextPipelines, nextSources, nextTtl, PeriodOf(nextTtl));
        _next = default;
    }

    /// <summary>Sweeps when it is time.</summary>
    /// <param name="now">The time of the cut.</param>
    /// <param name="isDurable">Whether the commit of the last cut succeeded: what was forgotten then is forgotten for good.</param>
    public void AtCut(Instant now, bool isDurable)
    {
        if (isDurable) series.Release();
        if (_start is null) (_start, _next) = (now.Monotonic, now.Monotonic + _period);
        series.Tick = (int)Math.Min((now.Monotonic - _start.Value).Ticks / Second.Ticks, int.MaxValue);
        if (now.Monotonic >= _next)
        {
            _next = now.Monotonic + _period;
            ReportSeen();
            series.CollectSilent(series.Tick - (int)Math.Min(ttl.TotalSeconds, int.MaxValue), _gone);
            Forget(evicts: false);
        }

        if (series.WantsRoom && now.Monotonic >= _nextEviction)
        {
            _nextEviction = now.Monotonic + Second;
            Evict(SeriesBound);
        }

        if (now.Monotonic < _nextState || StateBytes() <= MaxStateBytes) return;
        const string Bound = "agent.max_state_bytes, or what the memory limit of the cgroup leaves for it,";
        var orphans = pipelines.Sum(slot => slot.Pipeline.EvictOrphans());
        _nextState = now.Monotonic + (orphans > 0 ? Second : StateEvery);
        if (orphans == 0) Evict(Bound);
        else Tell(orphans, Bound);
    }

    static TimeSpan PeriodOf(TimeSpan ttl) => TimeSpan.FromTicks(Math.Max(Second.Ticks, ttl.Ticks / SweepsPerTtl));

    void Evict(string bound)
    {
        ReportSeen();
        series.CollectLeastUseful(Math.Max(1, series.Count / EvictedPart), _gone);
        if (_gone.Count == 0) return;
        Tell(_gone.Count, bound);
        Forget(evicts: true);
    }

    void Tell(int gone, string bound)
    {
        Volatile.Write(ref _evicted, _evicted + gone);
        Told?.Invoke(gone, bound);
    }

    void ReportSeen()
    {
        foreach (var source in sources) source.ReportSeen();
    }

    void Forget(bool evicts)
    {
        if (_gone.Count == 0) return;
        var ids = CollectionsMarshal.AsSpan(_gone);
        foreach (var source in sources) source.Forget(ids);
        foreach (var slot in pipelines)
        {
            if (evicts) slot.Pipeline.Evict(ids);
            else slot.Pipeline.Forget(ids);
        }

        series.Forget(ids);
        _gone.Clear();
    }
}
