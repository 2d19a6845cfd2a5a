using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;
using EdgeAgent.Flow;
using EdgeAgent.Storage;

namespace EdgeAgent.Commits;

/// <content>Other sources and pipelines from one cut on.</content>
sealed partial class CommitLoop
{
    Func<Instant, ChangedParts>? _change;
    TimeSpan _changeClosed;

    /// <summary>Lets <paramref name="change"/> run inside the next cut, on the commit thread with all gates closed and before anything is
    /// copied, and goes on with what it gives; waits until the gates are open again.</summary>
    /// <returns>How long they were closed; null when there is no cut any more.</returns>
    public TimeSpan? ChangeAtCut(Func<Instant, ChangedParts> change)
    {
        lock (_sync)
        {
            _change = change;
            _requested = true;
            Monitor.PulseAll(_sync);
            while (_change is not null && _thread is { IsAlive: true }) Monitor.Wait(_sync, 100);
            if (_change is null) return _changeClosed;
            _change = null;
            return null;
        }
    }

    /// <summary>Runs a change that waits. Inside a cut.</summary>
    /// <returns>Whether there was one.</returns>
    bool TryChange(in Instant now)
    {
        if (Volatile.Read(ref _change) is not { } change) return false;
        var changed = change(now);
        foreach (var slot in changed.Gone) Take(slot);
        (_sources, _pipelines) = (changed.Sources, changed.Pipelines);
        _progress = [.. _sources.Select(_ => new StateWriter())];
        if (changed.Commit is { } settings)
        {
            _pace = new CommitPace(settings);
            _pace.Began(now.Monotonic);
        }

        return true;
    }

    /// <summary>The gates are open again after a change.</summary>
    void Changed(TimeSpan closed)
    {
        lock (_sync)
        {
            _changeClosed = closed;
            _change = null;
            Monitor.PulseAll(_sync);
        }
    }

    void Take(PipelineSlot slot)
    {
        if (slot.TakeAlertSince() is { } since) _alertsSince = _alertsSince is { } before ? MonotonicTime.Earlier(before, since) : since;
        foreach (var lane in slot.Pipeline.Lanes) _records.Take(new Lane(lane.Output, lane.Priority), lane.Records);
    }
}
