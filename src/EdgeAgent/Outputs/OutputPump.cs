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
    readonly long[] _sentThrough;
    readonly List<Segment> _window = [];
    readonly AutoResetEvent _wake = new(false);
    readonly CancellationTokenSource _abort = new();
    readonly Thread _thread;
    string _storeId = "";
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
        _sentThrough = new long[_lanes.Length];
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

    /// <summary>A look from outside. Any thread; asks the store for the backlog.</summary>
    public OutputStatus Status()
    {
        long records = 0, bytes = 0, oldest = 0, dropped = 0;
        foreach (var lane in _store.Status())
        {
            if (lane.Lane.Output != _lanes[0].Output) continue;
            records += lane.Records;
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
        while (!_abort.IsCancellationRequested)
        {
            if (!TryFillWindow())
            {
                Rest();
                continue;
            }

            if (_window.Count == 0)
            {
                if (_draining) return;
                Idle();
                continue;
            }

            if (SendWindow()) _pace.Backoff.Reset();
            else Rest();
        }
    }

    /// <summary>Reads leading segments of every lane, higher priorities first, up to the bound. False after a store error.</summary>
    bool TryFillWindow()
    {
        _health.Progress.At(Step.Reading);
        _window.Clear();
        long bytes = 0;
        try
        {
            if (_storeId != _store.StoreId) ReadPositions();
            for (var i = 0; i < _lanes.Length; i++)
            {
                var after = _sentThrough[i];
                while (bytes < _pace.MaxWindowBytes && _store.TryRead(_lanes[i], after) is { } segment)
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
        for (var i = 0; i < _lanes.Length; i++) _sentThrough[i] = _store.ConfirmedThrough(_lanes[i]);
        _storeId = id;
    }

    /// <summary>Sends the window and reports its delivered part. False when something was left.</summary>
    bool SendWindow()
    {
        _health.Progress.At(Step.Sending);
        foreach (var segment in _window) Interlocked.Add(ref _sent, segment.Count);
        var report = _output.Send(_window, _abort.Token);
        foreach (var record in report.Rejected) Reject(record);
        Interlocked.Add(ref _confirmed, -report.Rejected.Count);
        for (var i = 0; i < report.Delivered; i++)
        {
            var segment = _window[i];
            Interlocked.Add(ref _confirmed, segment.Count - RejectUnreadable(segment));
            _sentThrough[Array.IndexOf(_lanes, segment.Lane)] = segment.LastNumber;
            _confirmations.Confirmed(segment.Lane, segment.LastNumber);
        }

        if (report.Failure is not null) _health.OnFailed(report.Failure);
        return report.Delivered == _window.Count;
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
            if (!_health.Progress.Wait(_wake, _pace.LookEvery) && _health.Connected == false) Open();
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

    void Open()
    {
        _health.Progress.At(Step.Connecting);
        _output.Open();
    }

    void Rest()
    {
        var wait = _pace.Backoff.Next();
        _health.TriesIn(wait);
        _health.Progress.Wait(_abort.Token.WaitHandle, wait);
        _health.TriesIn(TimeSpan.Zero);
    }
}
