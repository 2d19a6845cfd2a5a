using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Network;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs;

/// <summary>The output thread of one output: reads committed segments, sends them, and reports what was confirmed.</summary>
/// <remarks>
/// <para>Sends a <i>window</i> of leading segments at a time, bounded in bytes, and waits for all of it: so memory is bounded,
/// order needs no bookkeeping, and a slow link still fills its pipe. Higher priorities enter the window first.</para>
/// <para>Records of a topic in trouble (<see cref="ITopicOutput"/>) move into a lane of their own in the commit that takes them out of
/// theirs; they are tried again by themselves, and until none waits, the topic's next ones follow them.</para>
/// <para>Invariants: a lane's numbers are sent in order; a number is confirmed only after its segment was delivered or its
/// record rejected; after a failure the first undelivered segment is sent again whole, after a wait that doubles to a cap.</para>
/// <para><see cref="Wake"/>, <see cref="Status"/> and <see cref="Stop"/> are for any thread; the rest runs on the output thread.
/// The positions are the store's at start; a store with another id (a damaged one was set aside) starts them again.</para>
/// </remarks>
public sealed class OutputPump : IDisposable
{
    readonly IOutput _output;
    readonly Lane[] _lanes;
    readonly IStore _store;
    readonly IConfirmations _confirmations;
    readonly OutputHealth _health;
    readonly PumpPace _pace;
    readonly Dictionary<Lane, long> _sentThrough = [];
    readonly Dictionary<string, HeldTopic> _held = [];
    readonly List<Segment> _window = [];
    readonly AutoResetEvent _wake = new(false);
    readonly CancellationTokenSource _abort = new();
    readonly Thread _thread;
    string _storeId = "";
    readonly CancellationTokenSource _end = new();
    volatile bool _draining;
    long _sent, _confirmed, _rejected;

    /// <summary>Makes the pump; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="output">The output; the pump disposes it.</param>
    /// <param name="lanes">All lanes of this one output.</param>
    /// <param name="store">Where committed segments are read.</param>
    /// <param name="confirmations">Told what was delivered.</param>
    /// <param name="health">The output's own, shared with it.</param>
    /// <param name="pace">How much at once and how often; its waits are the output thread's own.</param>
    public OutputPump(
        IOutput output, IReadOnlyList<Lane> lanes, IStore store, IConfirmations confirmations, OutputHealth health, PumpPace pace)
    {
        (_output, _store, _confirmations, _health, _pace) = (output, store, confirmations, health, pace);
        _lanes = [.. lanes.OrderByDescending(lane => lane.Priority)];
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "output " + _lanes[0].Output };
    }

    /// <summary>Starts the output thread.</summary>
    public void Start() => _thread.Start();

    /// <summary>Something was committed.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Sends what is committed for at most <paramref name="drainFor"/>, then ends the output thread.</summary>
    /// <returns>Whether all of it was delivered. What was not stays in the store for the next start.</returns>
    public bool Stop(TimeSpan drainFor)
    {
        _draining = true;
        Wake();
        if (!_thread.IsAlive) return true;
        var drained = _thread.Join(drainFor);
        if (drained) return true;
        _abort.Cancel();
        _thread.Join();
        return false;
    }

    /// <summary>Ends the output thread after the window it is sending, or without what is left of it after
    /// <paramref name="within"/>.</summary>
    public void End(TimeSpan within)
    {
        _end.Cancel();
        Wake();
        if (!_thread.IsAlive || _thread.Join(within)) return;
        _abort.Cancel();
        _thread.Join();
    }

    /// <summary>Goes on behind what <paramref name="before"/> has delivered, whether its confirmation is committed or not.
    /// Before <see cref="Start"/>; both have the same lanes, and the other has ended.</summary>
    public void Continue(OutputPump before)
    {
        _storeId = before._storeId;
        foreach (var topic in before._held.Keys) Hold(topic);
        foreach (var (lane, through) in before._sentThrough) _sentThrough[lane] = through;
    }

    /// <summary>A look from outside. Any thread; asks the store for the backlog.</summary>
    public OutputStatus Status()
    {
        long records = 0, bytes = 0, oldest = 0, dropped = 0, held = 0;
        foreach (var lane in _store.Status())
        {
            if (!lane.Lane.IsOf(_lanes[0].Output)) continue;
            records += lane.Records;
            if (lane.Lane.IsHeld) held += lane.Records;
            bytes += lane.Bytes;
            dropped += lane.DroppedTotal;
            if (lane.OldestCommittedAtNs != 0 && (oldest == 0 || lane.OldestCommittedAtNs < oldest)) oldest = lane.OldestCommittedAtNs;
        }

        return new OutputStatus
        {
            Name = _lanes[0].Output,
            Connected = _health.Connected,
            NextTry = _health.NextTry,
            LastError = _health.LastError,
            BacklogRecords = records,
            HeldRecords = held,
            BacklogBytes = bytes,
            OldestCommittedAtNs = oldest,
            Sent = Interlocked.Read(ref _sent),
            Confirmed = Interlocked.Read(ref _confirmed),
            Rejected = Interlocked.Read(ref _rejected),
            Dropped = dropped,
            LastRejection = _health.LastRejection,
        };
    }

    /// <summary>Stops without draining and disposes the output.</summary>
    public void Dispose()
    {
        Stop(TimeSpan.Zero);
        _output.Dispose();
        _abort.Dispose();
        _end.Dispose();
        _wake.Dispose();
    }

    void Run()
    {
        _health.Progress.Begin();
        Pump();
        _health.Progress.End();
    }

    void Pump()
    {
        Open();
        while (!_abort.IsCancellationRequested && !_end.IsCancellationRequested)
        {
            if (!TryFillWindow(_lanes))
            {
                Rest();
                continue;
            }

            if (_window.Count == 0)
            {
                if (TryHeld()) continue;
                if (_draining) return;
                Idle();
                continue;
            }

            if (!SendWindow()) Rest();
            else
            {
                _pace.Backoff.Reset();
                TryHeld();
            }
        }
    }

    /// <summary>Reads leading segments of lanes, the first lane first, up to the bound. False after a store error.</summary>
    bool TryFillWindow(Lane[] lanes)
    {
        _health.Progress.At(Step.Reading);
        _window.Clear();
        long bytes = 0;
        try
        {
            if (_storeId != _store.StoreId) ReadPositions();
            foreach (var lane in lanes)
            {
                var after = _sentThrough[lane];
                while (bytes < _pace.MaxWindowBytes && _store.TryRead(lane, after) is { } segment)
                {
                    if (bytes > 0 && bytes + segment.Bytes.Length > _pace.MaxWindowBytes) return true;
                    _window.Add(segment);
                    bytes += segment.Bytes.Length;
                    after = segment.LastNumber;
                }
            }

            return true;
        }
        catch (StoreException e)
        {
            _health.OnFailed($"The outbox cannot be read: {e.Message}");
            return false;
        }
    }

    void ReadPositions()
    {
        var id = _store.StoreId;
        foreach (var lane in _lanes) _sentThrough[lane] = _store.ConfirmedThrough(lane);
        foreach (var lane in _store.Status())
            if (lane.Records > 0 && lane.Lane.IsOf(_lanes[0].Output) && lane.Lane.HeldTopic is { } topic) Hold(topic);
        _storeId = id;
    }

    /// <summary>Sends the window and reports its delivered part. False when something was left.</summary>
    bool SendWindow()
    {
        _health.Progress.At(Step.Sending);
        foreach (var segment in _window) Interlocked.Add(ref _sent, segment.Count);
        var report = _output.Send(_window, _abort.Token);
        foreach (var record in report.Rejected) Reject(record);
        Interlocked.Add(ref _confirmed, -report.Rejected.Count - report.Held.Count);
        Interlocked.Add(ref _sent, -report.Held.Count);
        for (var i = 0; i < report.Delivered;)
        {
            var lane = _window[i].Lane;
            var first = Math.Max(_window[i].FirstNumber, _sentThrough[lane] + 1);
            // What is moved and what is confirmed of a lane is one commit's work.
            var isMoved = report.Held.Any(record => record.Lane == lane);
            do
            {
                var segment = _window[i++];
                Interlocked.Add(ref _confirmed, segment.Count - RejectUnreadable(segment));
                _sentThrough[lane] = segment.LastNumber;
            }
            while (isMoved && i < report.Delivered && _window[i].Lane == lane);
            if (isMoved) _confirmations.Moved(lane, first, _sentThrough[lane], Move(lane, report.Held));
            else _confirmations.Confirmed(lane, first, _sentThrough[lane]);
        }

        if (report.Failure is not null && _window[0].Lane.IsHeld) _health.Held(_window[0].Lane.HeldTopic!, report.Failure);
        else if (report.Failure is not null) _health.OnFailed(report.Failure);
        return report.Delivered == _window.Count;
    }

    /// <summary>What of <paramref name="held"/> leaves <paramref name="lane"/>, by topic, and why it does told once.</summary>
    List<MovedRecords> Move(Lane lane, IReadOnlyList<HeldRecord> held)
    {
        var moved = new List<MovedRecords>();
        foreach (var ofTopic in held.Where(record => record.Lane == lane).GroupBy(record => record.Topic))
        {
            var isNew = !_held.ContainsKey(ofTopic.Key);
            var topic = Hold(ofTopic.Key);
            if (isNew)
            {
                topic.Rest();
                _health.Held(ofTopic.Key, ofTopic.First(record => record.Why is not null).Why);
            }

            topic.Moved(lane, _sentThrough[lane]);
            moved.Add(new MovedRecords(lane.Held(ofTopic.Key), ofTopic.Count(), [.. ofTopic.SelectMany(record => record.Bytes)]));
        }

        return moved;
    }

    HeldTopic Hold(string name)
    {
        if (_held.TryGetValue(name, out var topic)) return topic;
        _held[name] = topic = new HeldTopic(name, Array.ConvertAll(_lanes, lane => lane.Held(name)), _pace.HeldWait, _health.Clock);
        foreach (var lane in topic.Lanes) _sentThrough[lane] = _store.ConfirmedThrough(lane);
        (_output as ITopicOutput)?.Hold(name);
        return topic;
    }

    /// <summary>Tries the records of held topics whose wait is over. Whether something went out.</summary>
    bool TryHeld()
    {
        if (_held.Count == 0) return false;
        var went = false;
        foreach (var topic in _held.Values.Where(topic => topic.Due <= _health.Clock.Monotonic).ToArray())
        {
            if (_abort.IsCancellationRequested) return false;
            if (_output is ITopicOutput output && !output.MayTry(topic.Name) || !TryFillWindow(topic.Lanes)
                || _window.Count > 0 && !SendWindow())
            {
                topic.Rest();
                continue;
            }

            topic.Went();
            went |= _window.Count > 0;
            if (_window.Count > 0) continue;
            if (!topic.IsSettled(_store))
            {
                topic.Rest();
                continue;
            }

            // What was committed since the window was read, was so before the lane was seen settled.
            if (!TryFillWindow(topic.Lanes) || _window.Count > 0) continue;
            _held.Remove(topic.Name);
            foreach (var lane in topic.Lanes) _sentThrough.Remove(lane);
            (_output as ITopicOutput)?.Release(topic.Name);
            _health.Held(topic.Name, null);
        }

        return went;
    }

    /// <summary>Rejects the records behind the readable front of a damaged segment; returns how many.</summary>
    int RejectUnreadable(Segment segment)
    {
        var reader = new RecordReader(segment.Bytes);
        var readable = 0;
        while (readable < segment.Count && reader.Read()) readable++;
        for (var i = readable; i < segment.Count; i++)
            Reject(new RejectedRecord(segment.Lane, segment.FirstNumber + i, "the stored record is damaged", []));
        return segment.Count - readable;
    }

    void Reject(RejectedRecord record)
    {
        Interlocked.Increment(ref _rejected);
        _health.Rejected(record.Reason, record.Payload);
        _confirmations.Rejected(record);
    }

    /// <summary>Waits for a commit. An output that could not be reached is opened again meanwhile,
    /// so that its state is true before the next record.</summary>
    void Idle()
    {
        if (_health.Connected != false || _output.ConnectsByItself)
        {
            if (!_health.Progress.Wait(_wake, UntilLook()) && _health.Connected == false) Open();
            return;
        }

        var wait = _pace.Backoff.Next();
        _health.TriesIn(wait);
        var isWoken = _health.Progress.Wait(_wake, wait);
        _health.TriesIn(TimeSpan.Zero);
        if (isWoken) return;
        Open();
        if (_health.Connected == true) _pace.Backoff.Reset();
    }

    /// <summary>Until a held topic is due, or the output is looked at.</summary>
    TimeSpan UntilLook()
    {
        if (_held.Count == 0) return _pace.LookEvery;
        var due = MonotonicTime.Never;
        foreach (var topic in _held.Values) due = MonotonicTime.Earlier(due, topic.Due);
        var left = due - _health.Clock.Monotonic;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < _pace.LookEvery ? left : _pace.LookEvery;
    }

    void Open()
    {
        _health.Progress.At(Step.Connecting);
        _output.Open();
    }

    void Rest()
    {
        var wait = _pace.Backoff.Next();
        _health.TriesIn(wait);
        _health.Progress.Wait([_abort.Token.WaitHandle, _end.Token.WaitHandle], wait);
        _health.TriesIn(TimeSpan.Zero);
    }
}
