using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.State;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Native.Clock;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Commits;

/// <summary>The commit thread: cuts between messages, makes the cut durable, lets acknowledgements leave, wakes the outputs.</summary>
/// <remarks>
/// <para>The cut closes all gates in the order of the configuration, so no two cuts and no source can wait for each other.
/// While they are closed it only copies memory; writing happens with the gates open. See docs/decisions/commit-protocol.md.</para>
/// <para>When: <see cref="CommitPace"/>. A database found damaged ends the loop for good and raises <see cref="Ended"/>: nothing more can
/// be made durable, so nothing more is acknowledged, and a restart begins a fresh one.</para>
/// </remarks>
sealed partial class CommitLoop : ICommitRequests
{
    const long MaxPendingBytes = SourceFeed.MostWaitingBytes;
    const int LastTryGapMs = 250;

    // What a thread's wake costs; a wait this short would end late, and a sender with few messages in flight wait for it.
    const long WakeNs = 100_000;
    const long MillisecondNs = 1_000_000;
    const long MaxRejectedBytes = 4 << 20;

    readonly IStore _store;
    CommitPace _pace;
    readonly IClock _clock;
    readonly LogLimiter _log;
    readonly Action _onDurable;
    readonly PendingRecords _records = new();
    readonly CommitBatch _batch = new();
    readonly object _sync = new();
    readonly Dictionary<Lane, long> _confirmed = [];
    readonly List<RejectedRecord> _rejected = [];
    readonly List<(Lane From, MovedRecords Records)> _moved = [];
    readonly List<(Lane Lane, long First, long Through)> _sent = [];
    readonly List<ISource> _copied = [];
    IReadOnlyList<ISource> _sources = [];
    PipelineSlot[] _pipelines = [];
    StateLog _state = new([]);
    StateWriter[] _progress = [];
    long[] _idleFloors = [];
    Thread? _thread;
    bool _requested;
    bool _pressed;
    bool _blocked;
    bool _stop;
    long _stopByNs;
    long _rejectedBytes;
    int _movedInBatch;
    bool _lastWorked = true;
    MonotonicTime? _alertsSince;
    volatile bool _damaged;
    long _requests; // tickets handed out
    long _served;   // every ticket up to here began before a commit that has succeeded

    /// <summary>A loop over <paramref name="store"/>; <paramref name="onDurable"/> runs after each successful commit.</summary>
    public CommitLoop(IStore store, CommitSettings settings, IClock clock, LogLimiter log, Action onDurable) =>
        (_store, _pace, _clock, _log, _onDurable) = (store, new CommitPace(settings), clock, log, onDurable);

    /// <summary>How far the thread has come; set once before the start.</summary>
    public Progress Progress { get; init; } = new("commit");

    /// <summary>What commits have done.</summary>
    public CommitStatistics Statistics { get; } = new();

    /// <summary>Work to be done at a cut, with all gates closed; its records and state are part of the cut.
    /// Null when there is none.</summary>
    public Action<Core.Readings.Instant>? AtCut { get; set; }

    /// <summary>When the readings came of which alerts were made; told before their commit.</summary>
    public AlertArrivals Alerts { get; } = new();

    /// <summary>Work that may take its time, after each commit, with open gates on the commit thread; null when there is none.</summary>
    public Action? AtRest { get; set; }

    /// <summary>Called once when no commit can work any more, on the thread that found out; the argument says why.</summary>
    public Action<string>? Ended { get; set; }

    /// <summary>How often the thread looked whether a commit is due, and how often one was made or tried; for tests.</summary>
    internal long Turns { get; private set; }

    /// <inheritdoc cref="Turns"/>
    internal long Commits { get; private set; }

    /// <summary>Gives the loop what it commits; <paramref name="state"/> has restored what was stored.</summary>
    public void Attach(IReadOnlyList<ISource> sources, PipelineSlot[] pipelines, StateLog state)
    {
        _sources = sources;
        _pipelines = pipelines;
        _state = state;
        _progress = [.. sources.Select(_ => new StateWriter())];
        _idleFloors = new long[Math.Max(64, sources.Count)];
    }

    /// <summary>Starts the thread.</summary>
    public void Start()
    {
        _thread = new Thread(Run, 512 * 1024) { IsBackground = true, Name = "commit" };
        _thread.Start();
    }

    /// <summary>Makes one last commit of everything and ends the thread; one that fails is tried again for <paramref name="within"/>.
    /// Sources have stopped reading.</summary>
    /// <returns>Whether it worked.</returns>
    public bool Stop(TimeSpan within = default)
    {
        lock (_sync)
        {
            _stop = true;
            _stopByNs = _clock.Monotonic.Ns + within.Ticks * 100;
            Monitor.PulseAll(_sync);
        }

        _thread?.Join();
        return _lastWorked;
    }

    /// <summary>Notes what an output has confirmed; it rides on the next commit. Any thread.</summary>
    public void Confirm(Lane lane, long firstNumber, long throughNumber) => Move(lane, firstNumber, throughNumber, []);

    /// <summary>Notes what an output has dealt with, and records of it that go to other lanes in the same commit. Any thread.</summary>
    public void Move(Lane lane, long firstNumber, long throughNumber, IReadOnlyList<MovedRecords> records)
    {
        lock (_confirmed)
        {
            foreach (var moved in records) _moved.Add((lane, moved));
            // Ranges of a lane follow each other but for what was dropped before it was read.
            if (_sent.Count > 0 && _sent[^1] is var last && last.Lane == lane && last.Through == firstNumber - 1)
                _sent[^1] = (lane, last.First, throughNumber);
            else _sent.Add((lane, firstNumber, throughNumber));
            _confirmed[lane] = Math.Max(throughNumber, _confirmed.GetValueOrDefault(lane));
        }
    }

    /// <summary>Notes a record an output will never take. Any thread.</summary>
    public void Reject(RejectedRecord record)
    {
        lock (_confirmed)
        {
            // While commits fail outputs go on reading: the reason is kept, the payload only as long as there is room.
            if (_rejectedBytes + record.Payload.Length + record.Head.Length > MaxRejectedBytes)
                record = record with { Payload = [], Head = [] };
            _rejectedBytes += record.Payload.Length + record.Head.Length;
            _rejected.Add(record);
        }
    }

    /// <inheritdoc/>
    public void Request()
    {
        if (Volatile.Read(ref _requested)) return;
        lock (_sync)
        {
            _requested = true;
            Monitor.PulseAll(_sync);
        }
    }

    /// <inheritdoc/>
    public void Press()
    {
        lock (_sync)
        {
            _pressed = true;
            Monitor.PulseAll(_sync);
        }
    }

    /// <inheritdoc/>
    public bool RequestAndWait(CancellationToken stop, Progress? waiter = null)
    {
        lock (_sync)
        {
            var ticket = ++_requests;
            _requested = true;
            Monitor.PulseAll(_sync);
            while (_served < ticket && !_stop && !stop.IsCancellationRequested)
            {
                waiter?.At(Step.Waiting);
                Monitor.Wait(_sync, 100);
            }

            return _served >= ticket;
        }
    }

    /// <summary>Makes the records that pipelines hold durable alone, before the first cut, so that many never wait in memory.</summary>
    /// <returns>Records that could not be stored and are lost.</returns>
    public long CommitRecords(PipelineSlot[] pipelines, long cutAtNs)
    {
        var (records, batch, count) = (new PendingRecords(), new CommitBatch { CutAtNs = cutAtNs }, 0L);
        foreach (var lane in pipelines.SelectMany(s => s.Pipeline.Lanes))
        {
            count += lane.Records.Count;
            records.Take(new Lane(lane.Output, lane.Priority), lane.Records);
        }

        if (count == 0) return 0;
        records.AddTo(batch);
        try
        {
            if (_store.IsFull) return count;
            Report(_store.Commit(batch));
            _store.Tidy();
            return 0;
        }
        catch (StoreException error)
        {
            _log.Error("commit", $"Summaries of windows that do not fit into memory could not be stored. {error.Message}");
            return count;
        }
    }

    /// <summary>Makes one commit now, on the calling thread. For the first commit of a run and for tests.</summary>
    public bool CommitNow() => Commit();

    void Run()
    {
        KernelClock.WakeOnTime(); // a sender with few messages in flight waits for each of these
        Progress.Begin();
        _pace.Began(_clock.Monotonic);
        while (!_damaged)
        {
            bool stopping;
            while (true)
            {
                long waitNs;
                Progress.At(Step.Waiting);
                lock (_sync)
                {
                    stopping = _stop;
                    Turns++;
                    waitNs = _pace.Due(_requested, _pressed).Ns - _clock.Monotonic.Ns;
                    if (stopping || waitNs <= WakeNs) break;
                    if (waitNs >= MillisecondNs)
                    {
                        Monitor.Wait(_sync, (int)Math.Min(waitNs / MillisecondNs, Progress.LongestWaitMs));
                        continue;
                    }
                }

                // A monitor knows whole milliseconds only: below one it would turn without waiting.
                KernelClock.Sleep(waitNs - WakeNs);
            }

            _lastWorked = Commit();
            if (stopping && (_lastWorked || _clock.Monotonic.Ns >= _stopByNs))
            {
                Progress.End();
                return;
            }

            if (stopping) WaitForLastTry();
        }

        _lastWorked = false;
        Progress.End();
    }

    /// <summary>A pause that another call of <see cref="Stop"/>, which may set a nearer end, cuts short.</summary>
    void WaitForLastTry()
    {
        lock (_sync) Monitor.Wait(_sync, LastTryGapMs);
    }

    bool Commit()
    {
        try
        {
            return CutAndWrite();
        }
        finally
        {
            AtRest?.Invoke();
        }
    }

    bool CutAndWrite()
    {
        Commits++;
        if (_damaged) return false;
        var started = _clock.Monotonic;
        _pace.Began(started);
        long ticket;
        lock (_sync)
        {
            (_requested, _pressed) = (false, false);
            ticket = _requests;
        }

        var changed = Cut();
        var cut = _clock.Monotonic - started;
        Statistics.LastCutNs = (long)cut.TotalNanoseconds;
        if (changed) Changed(cut);
        if (_batch.IsEmpty)
        {
            _state.Committed();
            Block(_store.IsFull);
            _pace.Worked(cut, cut, 0);
            Serve(ticket);
            return true;
        }

        if (_alertsSince is { } since) Alerts.Note(_batch.CutAtNs, since);
        try
        {
            Report(_store.Commit(_batch));
        }
        catch (StoreException error)
        {
            Failed(error);
            return false;
        }

        var bytes = _batch.Bytes;
        Statistics.Bytes += bytes;
        var whole = _clock.Monotonic - started;
        Statistics.LastCommitNs = (long)whole.TotalNanoseconds;
        Statistics.Durations.Add(Statistics.LastCommitNs);
        Statistics.LongestCommitNs = Math.Max(Statistics.LongestCommitNs, Statistics.LastCommitNs);
        _pace.Worked(cut, whole, bytes);
        _alertsSince = null;
        Succeeded();
        Serve(ticket);
        _onDurable();
        _store.Tidy();
        return true;
    }

    /// <summary>Copies what is to be committed; true when a change was made.</summary>
    bool Cut()
    {
        _batch.Clear();
        _copied.Clear();
        var (closed, changed) = (_sources, false);
        Progress.At(Step.Closing);
        foreach (var source in closed) source.Feed.Gate.Close();
        Progress.At(Step.Cutting);
        try
        {
            var now = _clock.Now;
            _batch.CutAtNs = now.WallNs;
            changed = TryChange(now);
            AtCut?.Invoke(now);
            foreach (var source in _sources) _idleFloors[source.Feed.Index] = source.IdleFloor(now.Monotonic).Ns;
            foreach (var slot in _pipelines)
            {
                slot.Pipeline.OnCut(now, _idleFloors);
                Take(slot);
            }

            _state.Cut(_batch);
            for (var i = 0; i < _sources.Count; i++)
            {
                _progress[i].Clear();
                if (!_sources[i].TryCopyProgress(_progress[i])) continue;
                _copied.Add(_sources[i]);
                if (_progress[i].Length > 0) _batch.Progress.Add((_sources[i].Name, _progress[i].Memory));
            }
        }
        finally
        {
            for (var i = closed.Count - 1; i >= 0; i--)
            {
                var feed = closed[i].Feed;
                if (feed.Relieve() && !_blocked) feed.Gate.Block(false);
                feed.Gate.Open();
            }
        }

        Progress.At(Step.Committing);
        _records.AddTo(_batch);
        lock (_confirmed)
        {
            foreach (var (lane, through) in _confirmed) _batch.Confirmed.Add((lane, through));
            _batch.Rejected.AddRange(_rejected);
            _batch.Sent.AddRange(_sent);
            foreach (var (from, moved) in _moved)
            {
                _batch.Records.Add((moved.To, moved.Count, moved.Bytes));
                _batch.MovedFrom.Add(from);
            }

            _movedInBatch = _moved.Count;
        }

        return changed;
    }
}
