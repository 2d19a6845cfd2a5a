using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Models.Onnx;

/// <summary>Ends runs of one model that take longer than its budget.</summary>
/// <remarks>
/// A thread that the first run wakes looks once a budget whether a run is too old; with no run under way it goes to sleep. A run costs two
/// stores and, once a budget, a signal. Precision is that of a wait, about 1 ms. A timer would do the same through the thread pool, whose
/// workers turn for a while before they sleep: on a board with a core or two, in the way of the next reading.
/// Begin and End on the model's thread.
/// </remarks>
sealed class RunBudget : IDisposable
{
    readonly OnnxRun _run;
    readonly TimeSpan _budget;
    readonly IClock _clock;
    readonly AutoResetEvent _wake = new(false);
    readonly Thread _thread;
    volatile bool _disposed;
    long _startedAt;
    int _armed;

    public RunBudget(OnnxRun run, TimeSpan budget, IClock clock)
    {
        (_run, _budget, _clock) = (run, budget, clock);
        _thread = new Thread(Watch, 128 * 1024) { IsBackground = true, Name = "model-budget" };
        _thread.Start();
    }

    /// <summary>A run begins.</summary>
    public void Begin()
    {
        Volatile.Write(ref _startedAt, _clock.Monotonic.Ns);
        if (Interlocked.CompareExchange(ref _armed, 1, 0) == 0) _wake.Set();
    }

    /// <summary>The run is over.</summary>
    public void End() => Volatile.Write(ref _startedAt, 0);

    /// <summary>Returns when no run is looked at any more.</summary>
    public void Dispose()
    {
        _disposed = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    void Watch()
    {
        while (!_disposed)
        {
            _wake.WaitOne();
            // That signal may be of Dispose, alone or after one of Begin that it fell together with: no other one would end the wait below.
            if (_disposed) return;
            do _wake.WaitOne(_budget);
            while (!_disposed && IsNeeded());
        }
    }

    bool IsNeeded()
    {
        var number = _run.Number;
        var startedAt = Volatile.Read(ref _startedAt);
        if (startedAt == 0)
        {
            // A run may have begun before it could see that nobody looks. The exchange is a full fence, as the one in Begin: with a plain
            // store here both could read the other's old value, and that run would have no budget
            // (x86-TSO and Arm alike let a load pass a store).
            Interlocked.Exchange(ref _armed, 0);
            return Volatile.Read(ref _startedAt) != 0 && Interlocked.CompareExchange(ref _armed, 1, 0) == 0;
        }

        var took = _clock.Monotonic - new MonotonicTime(startedAt);
        if (took >= _budget && Volatile.Read(ref _startedAt) == startedAt) _run.Terminate(number);
        return true;
    }
}
