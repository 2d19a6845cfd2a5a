using EdgeAgent.Supervision;

namespace EdgeAgent.Flow;

/// <summary>The gate of one source: a cut falls between two messages, never inside one.</summary>
/// <remarks>
/// The source's thread holds it from a message's first reading until every pipeline has taken all of it, usually for a
/// whole receive buffer (at most about 1 ms). The commit thread closes it for a cut; a closing gate lets the source
/// finish and not begin again, so a busy source cannot starve commits. A blocked gate (<c>on_full: block</c>, a failing
/// disk) keeps the source waiting without keeping the commit thread out.
/// </remarks>
/// <param name="progress">The source's, which passes while it waits at a blocked gate; null when nobody looks.</param>
sealed class Gate(Progress? progress = null)
{
    readonly object _sync = new();
    volatile bool _closing;
    bool _blocked;
    bool _stopped;

    /// <summary>Whether messages have to wait. Any thread.</summary>
    public bool IsBlocked => Volatile.Read(ref _blocked);

    /// <summary>Enters for some messages; waits while closed or blocked.</summary>
    /// <returns>False when the source has to stop instead; the gate is then not held.</returns>
    public bool TryEnter()
    {
        Monitor.Enter(_sync);
        while ((_closing || _blocked) && !_stopped)
        {
            progress?.At(Step.Blocked);
            Monitor.Wait(_sync, Progress.LongestWaitMs);
        }

        if (!_stopped) return true;
        Monitor.Exit(_sync);
        return false;
    }

    /// <summary>Enters for some messages unless blocked; waits for a cut alone.</summary>
    /// <returns>False when blocked, which the source then waits for in its own way, or when it has to stop.</returns>
    public bool TryEnterUnblocked()
    {
        Monitor.Enter(_sync);
        while (_closing && !_stopped) Monitor.Wait(_sync);
        if (!_blocked && !_stopped) return true;
        Monitor.Exit(_sync);
        return false;
    }

    /// <summary>Enters for the source's own bookkeeping (a connection that ended), blocked and stopped or not;
    /// waits only for a cut.</summary>
    public void Enter()
    {
        Monitor.Enter(_sync);
        while (_closing) Monitor.Wait(_sync);
    }

    /// <summary>Leaves after <see cref="TryEnter"/> or <see cref="Enter"/>.</summary>
    public void Exit() => Monitor.Exit(_sync);

    /// <summary>Waits until the source is between messages and keeps it there. Commit thread.</summary>
    public void Close()
    {
        _closing = true;
        Monitor.Enter(_sync);
    }

    /// <summary>Lets the source go on after <see cref="Close"/>.</summary>
    public void Open()
    {
        _closing = false;
        Monitor.PulseAll(_sync);
        Monitor.Exit(_sync);
    }

    /// <summary>Makes messages wait, or lets them through again. Any thread.</summary>
    public void Block(bool blocked)
    {
        lock (_sync)
        {
            _blocked = blocked;
            Monitor.PulseAll(_sync);
        }
    }

    /// <summary>Waits while blocked, at most the given time. For a source that wants to stop reading meanwhile.</summary>
    public void WaitWhileBlocked(int milliseconds)
    {
        lock (_sync)
            if (_blocked && !_stopped) Monitor.Wait(_sync, milliseconds);
    }

    /// <summary>Ends waiting for good: <see cref="TryEnter"/> gives false from now on.</summary>
    public void Stop()
    {
        lock (_sync)
        {
            _stopped = true;
            Monitor.PulseAll(_sync);
        }
    }
}
