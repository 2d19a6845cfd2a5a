using System.Text;
using System.Text.Json;
using EdgeAgent.Brokers;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Decoding;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.State;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Native.Clock;
using EdgeAgent.Network;
using EdgeAgent.Sources.Mqtt.Session;
using EdgeAgent.Status;
using EdgeAgent.Supervision;

namespace EdgeAgent.Sources.Mqtt;

/// <summary>An MQTT client as a source: one thread, one connection at a time, one session over all of them.</summary>
/// <remarks>
/// The thread connects, reads, decodes and runs the pipelines; acknowledgements leave from the commit thread after a commit,
/// or from this one for what was committed before. The old connection is closed before a new one is opened, so there are
/// never two under one client id. Everything about the session is under the source's gate; see <see cref="SessionTable"/>.
/// </remarks>
sealed class MqttSource : ISource, IChangeable
{
    const int ProgressVersion = 2;
    const int TableInProgress = 1; // of earlier versions: the table followed the filters
    const int MaxRoutes = 100_000;
    const int FillTimeoutMs = 200;
    const int BlockedWaitMs = 1000;
    const byte SessionTakenOver = 0x8E;

    readonly SeriesTable _series;
    readonly MqttIntake _intake;
    readonly SessionTable _session;
    readonly SessionFilters _filters;
    readonly Subscriber _subscriber;
    readonly MqttReceiver _receiver;
    readonly TakeoverSigns _signs = new();
    readonly ResendStorm _storm = new();
    readonly RepeatedPublishes _publishes;
    readonly LogLimiter _log;
    readonly LinkBytes _bytes = new();
    readonly MqttClientOptions _options;
    readonly string _sessionKey;
    readonly NextTry _nextTry;
    Thread? _thread;
    CancellationToken _stop;
    CancellationTokenSource? _end; // of the loop: by the agent's stop or ours
    long _disagreements;
    bool _filtersCut;
    volatile bool _reading = true;
    volatile SourceState _state = SourceState.Starting;
    volatile string? _lastError;
    MqttSourceSettings _settings;
    bool _sessionPresent;
    long _connects;

    /// <summary>A source for checked settings.</summary>
    public MqttSource(MqttSourceSettings settings, CommitSettings commit, SourceFeed feed, SeriesTable series, LogLimiter log)
    {
        (_settings, Feed, _series, _log, _nextTry) = (settings, feed, series, log, new NextTry(feed.Clock));
        _filters = new SessionFilters(settings.Subscriptions);
        _session = new SessionTable(payloadsCarryTime: settings.Subscriptions.All(s => s.Decode.CarriesTime));
        _intake = new MqttIntake(settings, new MessageDecoder(settings.Subscriptions, series, MaxRoutes), feed, _session, _filters, log);
        _publishes = new RepeatedPublishes(settings.Publish);
        _options = settings.Options() with { Bytes = _bytes };
        _subscriber = new Subscriber(settings.Name, _filters, _options.Version, log);
        _receiver = new MqttReceiver(_session, _intake, _subscriber, feed, commit,
            _options.Version == MqttVersion.V500 ? settings.ReceiveMaximum : 0);
        _sessionKey = $"{_options.Peer.Where}|{_options.ClientId}";
        States = [new StageStateHandle($"source {settings.Name} session#{_sessionKey}", _session.State)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<StageStateHandle> States { get; }

    /// <inheritdoc/>
    public string Name => _settings.Name;

    /// <inheritdoc/>
    public SourceFeed Feed { get; }

    /// <inheritdoc/>
    public void Restore(ReadOnlySpan<byte> progress)
    {
        var isWhole = _session.Restored();
        if (progress.IsEmpty) return;
        var reader = new StateReader(progress);
        if (!reader.TryByte(out var version) || version is not (ProgressVersion or TableInProgress) || !reader.TryText(out var key)
            || key != _sessionKey)
        {
            _log.Log.Information("source {Source}: the stored session is of another broker or client id; a new one begins", Name);
            return;
        }

        if (isWhole && _filters.TryRead(ref reader) && (version == ProgressVersion || OlderTable.TryImport(ref reader, _session))) return;
        _filters.Clear();
        _log.Log.Warning("source {Source}: the stored session cannot be read; messages in flight may arrive twice", Name);
    }

    /// <inheritdoc/>
    public void Start(CancellationToken stop)
    {
        _stop = stop;
        _end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _thread = new Thread(Run, 512 * 1024) { IsBackground = true, Name = "source " + Name };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void StopReading()
    {
        _reading = false;
        _end?.Cancel();
        Feed.Gate.Stop();
        _thread?.Join();
    }

    /// <inheritdoc/>
    public void Change(SourceSettings settings, CommitSettings commit)
    {
        _receiver.Change(commit);
        var next = (MqttSourceSettings)settings;
        if (ReferenceEquals(next, _settings)) return;
        _settings = next;
        _intake.Change(next, new MessageDecoder(next.Subscriptions, _series, MaxRoutes));
        if (!next.Subscriptions.All(s => s.Decode.CarriesTime)) _session.PayloadsMayLackTime();
        _filters.Want(next.Subscriptions);
        _subscriber.Changed();
    }

    /// <inheritdoc/>
    public bool TryCopyProgress(StateWriter writer)
    {
        var settles = _session.OnCut();
        if (!_receiver.FiltersChanged) return settles;
        writer.Byte(ProgressVersion);
        writer.Text(_sessionKey);
        _filters.Write(writer);
        (_receiver.FiltersChanged, _filtersCut) = (false, true);
        return true;
    }

    /// <inheritdoc/>
    public void OnCommitted()
    {
        Feed.Gate.Close();
        try
        {
            _filtersCut = false;
            _receiver.OnCommitted();
        }
        finally
        {
            Feed.Gate.Open();
        }
    }

    /// <inheritdoc/>
    public void OnCommitFailed()
    {
        Feed.Gate.Close();
        _session.OnCommitFailed();
        _receiver.FiltersChanged |= _filtersCut;
        _filtersCut = false;
        Feed.Gate.Open();
    }

    /// <inheritdoc/>
    public MonotonicTime IdleFloor(MonotonicTime now) => _receiver.DrainedAt;

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> series) => _intake.Decoder.Forget(series);

    /// <inheritdoc/>
    public void ReportSeen() => _intake.Decoder.ReportSeen();

    /// <inheritdoc/>
    public void Close()
    {
        _receiver.Close();
        _state = SourceState.Stopped;
    }

    /// <inheritdoc/>
    public SourceStatus Status()
    {
        var details = new StatusFields
        {
            { "broker", _options.Peer.Where },
            { "session_resumed", _sessionPresent },
            { "session_epoch", _session.Epoch },
            { "connections", _connects },
            { "bytes_in", _bytes.In },
            { "bytes_out", _bytes.Out },
            { "messages", _intake.Messages },
            { "readings", Feed.Readings },
            { "bad", _intake.Bad },
            { "unacknowledged", _session.Unacknowledged },
            { "sender_limit", _receiver.SenderLimit },
            _intake.Status(),
            { "refused_subscriptions", _subscriber.Refused },
        };
        return new SourceStatus(Name, "mqtt", _state, _nextTry.Left, details, _lastError);
    }

    void Run()
    {
        var loop = new BrokerLoop(new Backoff(), null, Waits, Feed.Progress, _end!.Token);
        loop.Run(Serve, error =>
        {
            _signs.OnUnreachable();
            Failed(error.Message);
        });
    }

    void Waits(TimeSpan wait)
    {
        if (wait > TimeSpan.Zero) _state = SourceState.Waiting;
        _nextTry.In(wait);
    }

    ConnectionEnd? Serve()
    {
        if (Feed.Gate.IsBlocked)
        {
            _state = SourceState.Blocked;
            Feed.Progress.At(Step.Blocked);
            Feed.Gate.WaitWhileBlocked(BlockedWaitMs);
            return null;
        }

        _state = SourceState.Connecting;
        var connection = MqttConnection.Connect(_options, _end!.Token);
        var connectedAt = Feed.Clock.Monotonic;
        if (TryBegin(connection)) Read(connection);
        if (!_reading || _stop.IsCancellationRequested) return null; // the connection stays for the acknowledgements of the last commit
        Feed.Gate.Enter();
        _storm.OnEnd(_session.RepeatsHere, _receiver.DrainedAt != MonotonicTime.Never);
        _receiver.Begin(null);
        Feed.Gate.Exit();
        connection.Dispose();
        var lasted = Feed.Clock.Monotonic - connectedAt;
        _signs.OnEnd(connection.CloseReason, lasted);
        var why = WhyEnded(connection.CloseReason);
        Failed(_storm.IsOn ? _storm.Message(why, _session.RepeatsHere) : why, _signs.IsSuspicious ? "source takeover " : "source ");
        return new ConnectionEnd(_storm.IsOn ? TimeSpan.Zero : lasted, AfterEnd(connection.CloseReason));
    }

    string WhyEnded(MqttCloseReason? reason)
    {
        if (_signs.IsSuspicious) return _signs.Message(_options.ClientId);
        if (reason is null) return "The connection ended.";
        return reason switch
        {
            { Kind: MqttCloseKind.PeerDisconnected, ReasonCode: SessionTakenOver } =>
                $"{reason.Message} The client id here is {_options.ClientId}.",
            { Kind: MqttCloseKind.PacketTooLarge } => $"{reason.Message} Here that is `max_packet_size`, {_settings.MaxPacketBytes} bytes.",
            _ => reason.Message,
        };
    }

    /// <summary>How to come back. Two agents with one client id would take the session from each other for ever: each waits long.</summary>
    internal static RetryAdvice AfterEnd(MqttCloseReason? reason) =>
        reason is { Kind: MqttCloseKind.PeerDisconnected } said &&
        (said.ReasonCode == SessionTakenOver || !ReasonCodes.Describe(PacketType.Disconnect, MqttVersion.V500, said.ReasonCode).CanRetry)
            ? RetryAdvice.Slowly
            : RetryAdvice.Soon;

    bool TryBegin(MqttConnection connection)
    {
        Feed.Gate.Enter();
        _connects++;
        _sessionPresent = connection.SessionPresent;
        if (_sessionPresent) _session.Resume();
        else
        {
            _session.Reset();
            _filters.Begin();
            _receiver.FiltersChanged = true;
        }

        if (!_filters.IsKnown) MeetUnknown(connection);
        connection.SubscriptionId = _filters.Mark;

        _receiver.Begin(connection);
        Feed.Gate.Exit();
        // The broker has forgotten its side; ours is durable before it can send anything new.
        if (!_sessionPresent && !Feed.CommitAndWait(_stop)) return false;
        _state = SourceState.Connected;
        _lastError = null;
        // Two that take the session from each other are one failure, not a new one at each connection.
        if (!_signs.AreThere) _log.Clear("source " + Name);
        _log.Log.Information("source {Source}: connected to {Host}:{Port}, {Session}", Name, _options.Host, _options.Port,
            _sessionPresent ? "the broker resumed the session" : "the broker began a new session");
        if (connection.Limits.SessionExpiry < _options.SessionExpiry)
            _log.Warn("source expiry " + Name,
                $"source {Name}: the broker keeps the session only for {connection.Limits.SessionExpiry.TotalSeconds:0} s, not for "
                    + $"{_options.SessionExpiry.TotalSeconds:0} s (`session_expiry`): messages are lost when the agent is away for longer. "
                    + "Raise the broker's limit.");
        _subscriber.Ask(connection, Feed.Clock.Monotonic, all: true);
        return true;
    }

    void MeetUnknown(MqttConnection connection)
    {
        var canTell = connection.Limits.SubscriptionIdentifiersAvailable;
        _filters.MeetUnknown(canTell ? (byte)Random.Shared.Next(1, 128) : (byte)0);
        _receiver.FiltersChanged = true;
        _log.Warn("source unknown session " + Name, $"source {Name}: the broker goes on with a session of client id "
            + $"{_options.ClientId} that this data directory knows nothing of, and keeps what was subscribed in it. "
            + (canTell ? "What comes only by that is passed over once its backlog is read."
                : "A message may come by that and by our subscriptions: twice. Use another `client_id`."));
    }

    void Read(MqttConnection connection)
    {
        _publishes.Begin();
        while (_reading)
        {
            if (Feed.Gate.IsBlocked)
            {
                if (!TryWaitBlocked(connection)) return;
                continue;
            }

            Feed.Progress.At(Step.Reading);
            // Many small reads cost more than one large one, and nobody waits for these readings but their commit.
            if (_receiver.MayRest && !Feed.RaisesAlerts) KernelClock.Sleep(Gather.RestNs);
            var filled = connection.Fill(_receiver.Gathers ? Gather.QuietMs : FillTimeoutMs);
            if (filled == FillResult.Closed) return;
            if (filled == FillResult.Timeout) _receiver.OnQuiet();
            if (filled == FillResult.Data)
            {
                // With bytes in hand too a blocked gate is waited for where that shows and the connection's end is seen.
                while (!Feed.TryEnterUnblocked())
                    if (!_reading || !TryWaitBlocked(connection)) return;
                try
                {
                    if (!_receiver.TryTake(connection))
                        Failed("The broker sends more and more messages without waiting for their acknowledgements; "
                            + "the connection was closed.");
                }
                finally
                {
                    Feed.Exit();
                }
            }

            _intake.LogBad();
            WarnOfRepeats();
            _publishes.GoOn(connection, Feed.Clock.Monotonic);
            _subscriber.GoOn(connection);
            if (_subscriber.IsRetryDue(Feed.Clock.Monotonic)) _subscriber.Ask(connection, Feed.Clock.Monotonic, all: false);
        }
    }

    void WarnOfRepeats()
    {
        if (_session.LiveRepeats > 0)
            _log.Warn("source repeats " + Name, $"source {Name}: the broker sends messages again without a reconnect "
                + $"({_session.LiveRepeats} on this connection); they are passed over and acknowledged again. Is it overloaded?");
        if (_session.Disagreements == _disagreements) return;
        _disagreements = _session.Disagreements;
        _log.Warn("source disagreement " + Name, $"source {Name}: the broker resumed the session and did not go on where it had to; "
            + "it may have gone back to an older copy of it, or its queue overflowed. "
                + "What it sends now is taken as new, except what it marks as sent before and is known.");
    }

    /// <summary>Not reading is the back-pressure; the connection's own pings keep the broker from giving up on us.
    /// False when it has ended.</summary>
    bool TryWaitBlocked(MqttConnection connection)
    {
        Feed.Gate.Enter();
        _receiver.OnBlocked();
        Feed.Gate.Exit();
        _state = SourceState.Blocked;
        while (_reading && Feed.Gate.IsBlocked)
        {
            if (connection.CloseReason is not null) return false;
            _publishes.GoOn(connection, Feed.Clock.Monotonic);
            Feed.Progress.At(Step.Blocked);
            Feed.Gate.WaitWhileBlocked(BlockedWaitMs);
        }

        _state = SourceState.Connected;
        return true;
    }

    void Failed(string message, string subject = "source ")
    {
        _lastError = message;
        _log.WarnReason(subject + Name, $"source {Name}: {message}");
    }
}
