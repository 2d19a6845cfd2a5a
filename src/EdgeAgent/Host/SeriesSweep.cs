using EdgeAgent.Core.Readings;

namespace EdgeAgent.Host;

/// <summary>Forgets series that have been silent for <c>series_ttl</c>, so that the table serves those that live.</summary>
/// <remarks>Runs at a cut, with all gates closed, 16 times a TTL: nothing else touches series then.</remarks>
sealed class SeriesSweep(SeriesTable series, PipelineSlot[] pipelines, ISource[] sources, TimeSpan ttl)
{
    const int SweepsPerTtl = 16;
    readonly long _periodNs = Math.Max(1_000_000_000, ttl.Ticks * 100 / SweepsPerTtl);
    readonly List<int> _silent = [];
    long _nextNs;

    /// <summary>Sweeps when it is time.</summary>
    /// <param name="now">The time of the cut.</param>
    /// <param name="isDurable">Whether the commit of the last cut succeeded: what was forgotten then is forgotten for good.</param>
    public void AtCut(Instant now, bool isDurable)
    {
        if (isDurable) series.Release();
        if (_nextNs == 0) _nextNs = now.MonotonicNs + _periodNs;
        if (now.MonotonicNs < _nextNs) return;
        _nextNs = now.MonotonicNs + _periodNs;
        foreach (var source in sources) source.ReportSeen();
        series.Tick++;
        _silent.Clear();
        series.CollectSilent(series.Tick - SweepsPerTtl, _silent);
        if (_silent.Count == 0) return;
        var ids = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_silent);
        foreach (var source in sources) source.Forget(ids);
        foreach (var slot in pipelines) slot.Pipeline.Forget(ids);
        series.Forget(ids);
    }
}
