using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Flow;
using EdgeAgent.Network;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs;

/// <summary>The output thread of one output: reads committed segments, sends them, and reports what was confirmed.</summary>
/// <remarks>
/// <para>Sends a <i>window</i> of leading segments at a time, bounded in bytes, and waits for all of it: so memory is bounded,
/// order needs no bookkeeping, and a slow link still fills its pipe. Higher priorities enter the window first, and what has waited is
/// paced and may grow too old: docs/decisions/priorities.md.</para>
/// <para>Records of a topic in trouble (<see cref="ITopicOutput"/>) move into a lane of their own in the commit that takes them out of
/// theirs; they are tried again by themselves, and until none waits, the topic's next ones follow them.</para>
/// <para>Invariants: a lane's numbers are sent in order; a number is confirmed only after its segment was delivered or its
/// record rejected; after a failure the first undelivered segment is sent again whole, after a wait that doubles to a cap.</para>
/// <para><see cref="Wake"/>, <see cref="Status"/> and <see cref="Stop"/> are for any thread; the rest runs on the output thread.
/// The positions are the store's at start; a store with another id (a damaged one was set aside) starts them again.</para>
/// </remarks>
public sealed partial class OutputPump : IDisposable
{
    readonly IOutput _output;
    readonly Lane[] _lanes;
    readonly IStore _store;
    readonly IConfirmations _confirmations;
    readonly OutputHealth _health;
    readonly PumpPace _pace;
    readonly Dictionary<Lane, long> _sentThrough = [];
    readonly List<Segment> _window = [];
    readonly AutoResetEvent _wake = new(false);
    readonly CancellationTokenSource _abort = new();
    readonly Thread _thread;
    string _storeId = "";
    readonly CancellationTokenSource _end = new();
    volatile bool _draining;
    readonly ReplayPace _replay;
    readonly WindowSize _size;
    bool _isPaced; // the window ends before something that has waited
    readonly long[] _tooOld = new long[RecordPriority.All.Count];
    readonly DurationHistogram _alertDelays = new();
    long _sent, _confirmed, _rejected, _deadLetters;

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
        (_replay, _size) = (new ReplayPace(pace.ReplayRate, health.Clock), new WindowSize(pace.MaxWindowBytes));
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "output " + _lanes[0].Output };
    }

    /// <summary>When the readings of alerts came.</summary>
    public AlertArrivals Alerts { get; init; } = new();

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
        foreach (var (name, topic) in before._held) Hold(name).Continue(topic);
        foreach (var (lane, through) in before._sentThrough) _sentThrough[lane] = through;
    }

    /// <summary>A look from outside. Any thread; asks the store for the backlog.</summary>
    public OutputStatus Status()
    {
        long records = 0, bytes = 0, oldest = 0, held = 0;
        var overflow = new long[_tooOld.Length];
        foreach (var lane in _store.Status())
        {
            if (!lane.Lane.IsOf(_lanes[0].Output)) continue;
            records += lane.Records;
            if (lane.Lane.IsHeld) held += lane.Records;
            bytes += lane.Bytes;
            overflow[PlaceOf(lane.Lane)] += lane.DroppedTotal;
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
            Drops = DropsOf(overflow),
            DeadLetters = Interlocked.Read(ref _deadLetters),
            AlertDelays = _alertDelays,
            BytesIn = _health.Bytes.In,
            BytesOut = _health.Bytes.Out,
            LastRejection = _health.LastRejection,
        };
    }

    List<DropCount> DropsOf(long[] overflow)
    {
        var drops = new List<DropCount>();
        for (var i = 0; i < overflow.Length; i++)
        {
            var priority = RecordPriority.NameOf(RecordPriority.All[i]);
            drops.Add(new DropCount(priority, "overflow", overflow[i]));
            if (_pace.MaxAge is not null) drops.Add(new DropCount(priority, "too_old", Interlocked.Read(ref _tooOld[i])));
        }

        return drops;
    }

    // Priorities beyond the known ones count with the nearest.
    static int PlaceOf(Lane lane) => RecordPriority.Alert - Math.Clamp(lane.Priority, RecordPriority.Raw, RecordPriority.Alert);

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
            if (!TryPositions() || !TryFillWindow(_lanes))
            {
                if (_draining && IsEmpty()) return;
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
        _isPaced = false;
        long bytes = 0;
        try
        {
            if (_storeId != _store.StoreId) ReadPositions();
            foreach (var lane in lanes)
            {
                var after = _sentThrough[lane];
                while (bytes < _size.Bytes && _store.TryRead(lane, after) is { } segment)
                {
                    // What lies before it in the window is not confirmed yet, and a lane's numbers are confirmed in order.
                    if (IsTooOld(segment) && (_window.Count == 0 || _window[^1].Lane != lane))
                    {
                        DropOld(segment);
                        after = segment.LastNumber;
                        continue;
                    }

                    if (bytes > 0 && bytes + segment.Bytes.Length > _size.Bytes) return true;
                    if (!_draining && (_isPaced = !_replay.Takes(segment))) return true;
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

    bool IsTooOld(Segment segment) =>
        _pace.MaxAge is { } age && _health.Clock.Now.WallNs - segment.CommittedAtNs > age.Ticks * TimeSpan.NanosecondsPerTick;

    void DropOld(Segment segment)
    {
        var first = Math.Max(segment.FirstNumber, _sentThrough[segment.Lane] + 1);
        Interlocked.Add(ref _tooOld[PlaceOf(segment.Lane)], segment.LastNumber - first + 1);
        _sentThrough[segment.Lane] = segment.LastNumber;
        _confirmations.Confirmed(segment.Lane, first, segment.LastNumber);
        _health.TooOld(segment.LastNumber - first + 1);
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
        var started = _health.Clock.Monotonic;
        var report = _output.Send(_window, _abort.Token);
        if (report.Delivered == _window.Count) _size.Took(_health.Clock.Monotonic - started);
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
                Measure(segment);
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

    /// <summary>Counts how long alerts were on their way.</summary>
    void Measure(Segment segment)
    {
        if (segment.Lane.Priority < RecordPriority.Alert || Alerts.Of(segment.CommittedAtNs) is not { } arrived) return;
        var ns = (long)(_health.Clock.Monotonic - arrived).TotalNanoseconds;
        for (var i = 0; i < segment.Count; i++) _alertDelays.Add(ns);
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
        _health.Rejected(record);
        if (record.DeadLetterTopic is null) _confirmations.Rejected(record);
        else Interlocked.Increment(ref _deadLetters);
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

    /// <summary>Until a held topic is due, the pace lets something go, or the output is looked at.</summary>
    TimeSpan UntilLook()
    {
        var paced = _replay.Wait;
        if (_held.Count == 0 && paced == TimeSpan.Zero) return _pace.LookEvery;
        var due = paced > TimeSpan.Zero ? _health.Clock.Monotonic + paced : MonotonicTime.Never;
        foreach (var topic in _held.Values) due = MonotonicTime.Earlier(due, topic.Due);
        var left = due - _health.Clock.Monotonic;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : left < _pace.LookEvery ? left : _pace.LookEvery;
    }

    bool IsEmpty()
    {
        foreach (var lane in _store.Status())
            if (lane.Records > 0 && lane.Lane.IsOf(_lanes[0].Output)) return false;
        return true;
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
