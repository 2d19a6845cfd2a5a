namespace EdgeAgent.Reloads;

/// <summary>Requests to reload, one after the other, on a thread that is there while there are any.</summary>
/// <remarks>Plain requests that wait are answered together by one run, which begins after the last of them: it reads what the
/// file holds then.
/// So a storm of signals is one reload or two, and none is lost. Any thread.</remarks>
sealed class ReloadQueue(Func<ReloadRequest, ReloadReport> run, bool isHeld = false)
{
    // Loading a model runs an optimiser over its graph; the thread that asks has a small stack.
    const int StackBytes = 4 << 20;

    static readonly ReloadReport Stopping =
        new(ReloadOutcome.Stopping, "The agent is stopping; it reads its configuration at its next start.");

    readonly object _sync = new();
    readonly List<Entry> _waiting = [];
    Thread? _thread;
    bool _isHeld = isHeld;
    bool _isStopped;

    /// <summary>Requests that no run has taken yet; for tests.</summary>
    internal int Waiting
    {
        get { lock (_sync) return _waiting.Count; }
    }

    /// <summary>Asks and waits for the answer.</summary>
    public ReloadReport Ask(ReloadRequest request)
    {
        lock (_sync)
        {
            if (_isStopped) return Stopping;
            var waiting = Add(request);
            while (waiting.Report is null) Monitor.Wait(_sync);
            return waiting.Report;
        }
    }

    /// <summary>Asks for a reload of the agent's own file and does not wait.</summary>
    public void Signal()
    {
        lock (_sync)
            if (!_isStopped && !_waiting.Exists(w => w.Request.IsPlain)) Add(new ReloadRequest());
    }

    /// <summary>Begins with what has waited for the agent's start.</summary>
    public void Release()
    {
        lock (_sync)
        {
            _isHeld = false;
            Begin();
        }
    }

    /// <summary>Lets the run under way end and refuses all others, now and later.</summary>
    public void Stop()
    {
        Thread? thread;
        lock (_sync)
        {
            _isStopped = true;
            foreach (var waiting in _waiting) waiting.Report = Stopping;
            _waiting.Clear();
            Monitor.PulseAll(_sync);
            thread = _thread;
        }

        thread?.Join();
    }

    Entry Add(ReloadRequest request)
    {
        var waiting = new Entry(request);
        _waiting.Add(waiting);
        Begin();
        return waiting;
    }

    void Begin()
    {
        if (_thread is not null || _isHeld || _waiting.Count == 0) return;
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = "reload" };
        _thread.Start();
    }

    void Run()
    {
        while (true)
        {
            List<Entry> served;
            lock (_sync)
            {
                if (_waiting.Count == 0)
                {
                    _thread = null;
                    return;
                }

                served = _waiting[0].Request.IsPlain ? [.. _waiting.Where(w => w.Request.IsPlain)] : [_waiting[0]];
                _waiting.RemoveAll(served.Contains);
            }

            var report = run(served[0].Request);
            lock (_sync)
            {
                foreach (var waiting in served) waiting.Report = report;
                Monitor.PulseAll(_sync);
            }
        }
    }

    sealed class Entry(ReloadRequest request)
    {
        public ReloadRequest Request => request;

        public ReloadReport? Report { get; set; }
    }
}
