using System.Diagnostics;
using EdgeAgent.Native.OnnxRuntime;

namespace EdgeAgent.Scoring;

/// <summary>Ends runs of one model that take longer than its budget.</summary>
/// <remarks>
/// A timer is armed by the first run and then looks once a budget whether a run is too old; with no run under way it goes to sleep. A run costs
/// two stores and, once a budget, a timer change. Precision is that of timers, about 1 ms. Begin and End on the model's thread.
/// </remarks>
sealed class RunBudget : IDisposable
{
    readonly OnnxRun _run;
    readonly TimeSpan _budget;
    readonly Timer _timer;
    long _startedAt;
    int _armed;

    public RunBudget(OnnxRun run, TimeSpan budget)
    {
        (_run, _budget) = (run, budget);
        _timer = new Timer(static state => ((RunBudget)state!).Look(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>A run begins.</summary>
    public void Begin()
    {
        Volatile.Write(ref _startedAt, Stopwatch.GetTimestamp());
        if (Interlocked.CompareExchange(ref _armed, 1, 0) == 0) _timer.Change(_budget, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The run is over.</summary>
    public void End() => Volatile.Write(ref _startedAt, 0);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    void Look()
    {
        var number = _run.Number;
        var startedAt = Volatile.Read(ref _startedAt);
        if (startedAt == 0)
        {
            // A run may have begun before it could see that the timer sleeps. The exchange is a full fence, as the one in Begin: with a plain
            // store here both could read the other's old value, and that run would have no budget (x86-TSO and Arm alike let a load pass a store).
            Interlocked.Exchange(ref _armed, 0);
            if (Volatile.Read(ref _startedAt) == 0 || Interlocked.CompareExchange(ref _armed, 1, 0) != 0) return;
        }
        else if (Stopwatch.GetElapsedTime(startedAt) >= _budget && Volatile.Read(ref _startedAt) == startedAt)
        {
            _run.Terminate(number);
        }

        try
        {
            _timer.Change(_budget, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The model was retired meanwhile.
        }
    }
}
