using EdgeAgent.Core.Readings;
using EdgeAgent.Logs;

namespace EdgeAgent.Host;

/// <summary>Warns that series gave way. Noted at a cut, with all gates closed; logged after it. Commit thread.</summary>
sealed class EvictionNotice
{
    readonly SeriesSweep _sweep;
    readonly SeriesTable _series;
    readonly LogLimiter _log;
    string? _bound;

    /// <summary>Notes what <paramref name="sweep"/> tells.</summary>
    public EvictionNotice(SeriesSweep sweep, SeriesTable series, LogLimiter log)
    {
        (_sweep, _series, _log) = (sweep, series, log);
        sweep.Told = (_, bound) => _bound = bound;
    }

    /// <summary>Logs what was noted.</summary>
    public void AtRest()
    {
        if (_bound is not { } bound) return;
        _bound = null;
        _log.Warn("evicted",
            $"{bound} is reached: the least recently useful series gave way ({_sweep.Evicted} since the start; "
            + $"{_series.Refusals} refusals). First go those seen once only, then those silent for longest; "
            + "their open windows leave as partial summaries. Does a sender make up names?");
    }
}
