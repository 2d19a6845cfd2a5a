using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Logs;

namespace EdgeAgent.Supervision;

/// <summary>Tells the service manager how the agent is, from its start to its stop, and that it makes progress.</summary>
/// <remarks>
/// <para>A ping leaves each half of the manager's time, and only while <see cref="ProgressWatch"/> finds nobody stuck. Before the end the
/// log
/// names who is stuck and at what; a second later the manager is asked to end the process and start it anew. Without a manager that
/// watches, the log says it and the agent goes on.</para>
/// <para>While the agent starts, the manager's time is extended as long as work is done or a named outage is waited for. Has a thread of
/// its
/// own that never takes a lock of the data path; all methods are for any thread.</para>
/// </remarks>
sealed class Supervisor : IDisposable
{
    static readonly TimeSpan s_look = TimeSpan.FromSeconds(1), s_extendEvery = TimeSpan.FromSeconds(5);

    // Six times as long as the next extension takes to come.
    const string Extend = "EXTEND_TIMEOUT_USEC=30000000";
    const int MostOwed = 16;

    readonly ServiceManager _manager;
    readonly IClock _clock;
    readonly LogLimiter _log;
    readonly Func<bool> _hasWorked;
    readonly TimeSpan _look;
    readonly Lock _lock = new();
    readonly Queue<string> _owed = [];
    readonly ManualResetEvent _ended = new(false);
    Thread? _thread;
    MonotonicTime _lastLook, _lastPing, _lastExtension;
    bool _isReady, _isWaiting, _isStopping, _isStuck, _isTriggered;
    string _status = "";

    /// <summary>A supervisor whose thread does not run yet.</summary>
    /// <param name="manager">Told; stays the caller's.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="hasWorked">Whether work was done since it was last asked; null for <see cref="Work"/>.</param>
    public Supervisor(ServiceManager manager, IClock clock, LogLimiter log, Func<bool>? hasWorked = null)
    {
        (_manager, _clock, _log, _hasWorked) = (manager, clock, log, hasWorked ?? new Work().WasDone);
        var half = manager.Watchdog / 2 ?? TimeSpan.MaxValue;
        _look = half / 2 < s_look ? half / 2 : s_look;
        Watch = new ProgressWatch(manager.Watchdog is null || half < ProgressWatch.LeastPatience ? ProgressWatch.LeastPatience : half);
        _lastLook = _lastPing = _lastExtension = clock.Monotonic;
    }

    /// <summary>Where loops that have to make progress join.</summary>
    public ProgressWatch Watch { get; }

    /// <summary>Starts its thread.</summary>
    public void Start()
    {
        _thread = new Thread(Run, 192 * 1024) { IsBackground = true, Name = "supervisor" };
        _thread.Start();
    }

    /// <summary>The start does something that may take long; <paramref name="isWaiting"/> when it waits for a named outage to
    /// end.</summary>
    public void Starting(string status, bool isWaiting = false)
    {
        lock (_lock)
        {
            _isWaiting = isWaiting;
            Status(status);
        }
    }

    /// <summary>The agent runs, or goes on after a reload: sources may still wait for their brokers.</summary>
    public void Ready(string status)
    {
        lock (_lock)
        {
            (_isReady, _status) = (true, status);
            _lastLook = _lastPing = _clock.Monotonic;
            Owe($"READY=1\nSTATUS={status}");
        }
    }

    /// <summary>A reload begins; <see cref="Ready"/> has to follow, whatever becomes of it.</summary>
    public void Reloading()
    {
        // systemd.service(5), Type=notify-reload: without the time, or without READY=1 after it, `systemctl reload` waits for ever.
        lock (_lock) Owe(FormattableString.Invariant($"RELOADING=1\nMONOTONIC_USEC={_clock.Monotonic.Ns / 1000}\nSTATUS=Reloads"));
    }

    /// <summary>How the agent is now, in one line; said again only when it has changed.</summary>
    public void Status(string status)
    {
        lock (_lock)
        {
            if (status == _status) return;
            _status = status;
            // A newer one follows: this one is not worth keeping.
            if (_owed.Count == 0) _manager.TrySay("STATUS=" + status);
        }
    }

    /// <summary>The agent stops; nobody has to make progress any more.</summary>
    public void Stopping()
    {
        lock (_lock)
        {
            _isStopping = true;
            Owe("STOPPING=1\nSTATUS=Stops: last commit, then the outputs");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Set();
        _thread?.Join();
        _ended.Dispose();
    }

    /// <summary>One look, as its thread does it over and over.</summary>
    internal void Turn()
    {
        lock (_lock)
        {
            var now = _clock.Monotonic;
            // More than two looks have not been seen to pass: this thread, or all of the process, did not run.
            var passed = now - _lastLook < 2 * _look ? now - _lastLook : 2 * _look;
            _lastLook = now;
            SayOwed();
            if (_isStopping) return;
            if (_isReady) Judge(Watch.Look(passed), now);
            else ExtendStart(now);
        }
    }

    void Run()
    {
        while (!_ended.WaitOne(_look)) Turn();
    }

    void Judge(IReadOnlyList<Stuck> stuck, MonotonicTime now)
    {
        if (stuck.Count > 0)
        {
            Tell(stuck);
            return;
        }

        if (_isStuck) _log.Log.Warning("What was stuck goes on again");
        _isStuck = false;
        if (_manager.Watchdog is not { } within || now - _lastPing < within / 2 - _look) return;
        if (_manager.TrySay("WATCHDOG=1")) _lastPing = now;
    }

    /// <summary>Names who is stuck; at the next look, when the log has been written, ends it.</summary>
    void Tell(IReadOnlyList<Stuck> stuck)
    {
        var end = _manager.Watchdog is null ? "Nobody watches over the agent: restart it"
            : "The agent is ended and started anew; what was committed is safe";
        if (_isStuck && !_isTriggered && _manager.Watchdog is not null)
        {
            _isTriggered = true;
            Owe($"STATUS=Stuck: {stuck[0]}\nWATCHDOG=trigger");
        }

        _isStuck = true;
        foreach (var one in stuck) _log.Error("stuck " + one.Name, $"Stuck: {one}. {end}. Please report this");
    }

    void ExtendStart(MonotonicTime now)
    {
        if (!_manager.IsThere || now - _lastExtension < s_extendEvery) return;
        _lastExtension = now;
        if (_hasWorked() || _isWaiting) _manager.TrySay(Extend);
    }

    void Owe(string lines)
    {
        if (_owed.Count == MostOwed) _owed.Dequeue();
        _owed.Enqueue(lines);
        SayOwed();
    }

    void SayOwed()
    {
        while (_owed.TryPeek(out var lines) && _manager.TrySay(lines)) _owed.Dequeue();
    }
}
