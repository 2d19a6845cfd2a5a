using System.Text;
using System.Text.Json;
using EdgeAgent.Brokers;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Commands;
using EdgeAgent.Core.Readings;
using EdgeAgent.Logs;
using EdgeAgent.Mqtt.Client;
using EdgeAgent.Mqtt.Packets;
using EdgeAgent.Network;
using EdgeAgent.Status;
using EdgeAgent.Supervision;

namespace EdgeAgent.Sources.Commands;

/// <summary>The connection commands come by and answers leave by: its own thread, so that a broker never holds up a bus.</summary>
/// <remarks>
/// No session is kept: what is published while the agent is away is never carried out later. A command is acknowledged after its
/// answer was published, in the order of arrival [MQTT-4.6.0-2]. An answer whose connection is gone is dropped and counted; a
/// repeat of the command gets it. Publishing hands bytes to the connection and never waits, so the source's thread does it itself.
/// </remarks>
sealed class CommandLink : IDisposable
{
    const int LookMs = 100;
    const ushort SubscribeId = 1;
    readonly string _source;
    readonly CommandsSettings _settings;
    readonly MqttClientOptions _options;
    readonly CommandInbox _inbox;
    readonly IClock _clock;
    readonly NextTry _nextTry;
    readonly LogLimiter _log;
    readonly byte[] _topic;
    readonly CancellationTokenSource _stop = new();
    readonly Lock _lock = new();
    readonly List<(ushort PacketId, bool IsFinished)> _unacknowledged = [];
    readonly HashSet<ushort> _answersInFlight = [];
    MqttConnection? _connection;
    Thread? _thread;
    ushort _lastId = SubscribeId;
    long _answersLost;
    volatile SourceState _state = SourceState.Starting;
    volatile string? _lastError;

    /// <summary>A link that is not yet connected.</summary>
    public CommandLink(CommandsSettings settings, string agentId, CommandInbox inbox, IClock clock, LogLimiter log)
    {
        (_source, _settings, _inbox, _clock, _log) = (inbox.Source, settings, inbox, clock, log);
        _options = settings.Options(_source, agentId);
        _nextTry = new NextTry(clock);
        _topic = Encoding.UTF8.GetBytes(settings.Topic);
        inbox.Finished = Answer;
    }

    /// <summary>How long to wait before the next try; null for a back-off.</summary>
    public Func<TimeSpan>? RetryAfter { get; init; }

    /// <summary>Where its loop says that it goes on.</summary>
    public Progress Progress { get; init; } = new("commands");

    /// <summary>Starts its thread; once.</summary>
    public void Start()
    {
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "commands " + _source };
        _thread.Start();
    }

    /// <summary>No more commands: those that wait are refused, one under way goes on.</summary>
    public void Close() => _inbox.Close("the agent is stopping");

    /// <summary>Disconnects; answers given before still leave.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        lock (_lock) _connection?.Disconnect();
        _thread?.Join();
    }

    /// <summary>What is shown as <c>commands</c>. Any thread.</summary>
    public StatusFields Status()
    {
        var fields = new StatusFields { { "state", _state.Word } };
        fields.AddNextTry(_nextTry.Left);
        fields.Add(_inbox.Status());
        fields.Add("answers_lost", Volatile.Read(ref _answersLost));
        fields.Add("last_error", _lastError);
        return fields;
    }

    void Run()
    {
        var loop = new BrokerLoop(new Backoff(), RetryAfter, _nextTry.In, Progress, _stop.Token);
        loop.Run(Serve, error => Down(error.Message));
    }

    ConnectionEnd? Serve()
    {
        _state = SourceState.Connecting;
        using var connection = MqttConnection.Connect(_options, _stop.Token);
        var connectedAt = _clock.Monotonic;
        lock (_lock)
        {
            _connection = connection;
            _unacknowledged.Clear();
            _answersInFlight.Clear();
        }

        try
        {
            // Retained ones are not sent, or come with their flag and are refused; what we publish ourselves does not come back.
            connection.Subscribe(SubscribeId,
                new MqttSubscription(_settings.Topic, 1, NoLocal: true, RetainAsPublished: true, RetainHandling: 2));
            while (!_stop.IsCancellationRequested && connection.Fill(LookMs) is var filled && filled != FillResult.Closed)
            {
                Progress.At(Step.Reading);
                while (filled == FillResult.Data && connection.TryNext(out var packet))
                    if (!Take(connection, packet)) return Ended();
                _inbox.Expire();
            }
        }
        finally
        {
            lock (_lock) _connection = null;
            _inbox.Expire();
        }

        // The stop may be seen here before Dispose has disconnected.
        if (_stop.IsCancellationRequested) connection.Disconnect();
        else Down(connection.CloseReason?.Message ?? "The connection ended.");
        return Ended();

        ConnectionEnd Ended() => new(_clock.Monotonic - connectedAt);
    }

    // False when the connection is of no use.
    bool Take(MqttConnection connection, in MqttIncoming packet)
    {
        switch (packet.Kind)
        {
            case PacketType.SubAck when packet.Payload.Length > 0 && packet.Payload[0] >= 0x80:
                Down($"The broker refuses the subscription to {_settings.Topic}: "
                    + $"{ReasonCodes.Describe(PacketType.SubAck, _options.Version, packet.Payload[0]).Sentence}");
                connection.Disconnect();
                return false;
            case PacketType.SubAck:
                _state = SourceState.Connected;
                _lastError = null;
                _log.Clear(Subject);
                _log.Log.Information("source {Source}: commands are taken from {Topic}", _source, _settings.Topic);
                return true;
            case PacketType.PubAck:
                lock (_lock) _answersInFlight.Remove(packet.PacketId);
                if (packet.ReasonCode >= 0x80)
                    _log.Warn($"answers {_source}", $"source {_source}: the broker refuses answers to commands on {_settings.Answers} "
                        + $"(code 0x{packet.ReasonCode:x2}). Mend its rights.");
                return true;
            case PacketType.Publish:
                Receive(connection, packet);
                return true;
            default:
                return true;
        }
    }

    void Receive(MqttConnection connection, in MqttIncoming packet)
    {
        if (packet.Qos > 0)
            lock (_lock) _unacknowledged.Add((packet.PacketId, false));
        packet.Properties.TryGetBytes(PropertyId.CorrelationData, out var correlation);
        packet.Properties.TryGetBytes(PropertyId.ResponseTopic, out var wanted);
        var route = new CommandRoute(connection, packet.PacketId, correlation.ToArray(), AnswerTopic(wanted));
        if (packet.Topic.SequenceEqual(_topic)) _inbox.Receive(packet.Payload, packet.Retain, route);
        else Answer(route, null);
    }

    // A requester may name a topic below the configured one, but not have us publish elsewhere with our rights.
    string AnswerTopic(ReadOnlySpan<byte> wanted)
    {
        var topic = Encoding.UTF8.GetString(wanted);
        return topic.StartsWith(_settings.Answers + "/", StringComparison.Ordinal) ? topic : _settings.Answers;
    }

    void Answer(CommandRoute route, CommandAnswer? answer)
    {
        lock (_lock)
        {
            if (_connection is not { } connection || !ReferenceEquals(connection, route.Connection))
            {
                if (answer is not null) _answersLost++;
                return;
            }

            if (answer is not null && Publish(connection, route, answer) != SendResult.Accepted) _answersLost++;
            if (route.PacketId > 0) Acknowledge(connection, route.PacketId);
        }
    }

    SendResult Publish(MqttConnection connection, CommandRoute route, CommandAnswer answer)
    {
        // A full window must not hold the answer back: it then leaves at QoS 0.
        var qos = _answersInFlight.Count < connection.Limits.ReceiveMaximum ? Math.Min(1, connection.Limits.MaximumQos) : 0;
        ushort id = 0;
        if (qos > 0)
        {
            do id = _lastId = (ushort)(_lastId == ushort.MaxValue ? 1 : _lastId + 1);
            while (!_answersInFlight.Add(id));
        }

        var properties = new PropertyList();
        if (_options.Version == MqttVersion.V500)
        {
            properties.Add(PropertyId.PayloadFormatIndicator, 1).Add(PropertyId.ContentType, "application/json");
            if (route.Correlation.Length > 0) properties.Add(PropertyId.CorrelationData, route.Correlation);
        }

        var result = connection.Publish(new PublishPacket
        {
            Topic = Encoding.UTF8.GetBytes(route.AnswerTopic),
            Payload = answer.ToJson(_clock.Now.Wall),
            Qos = qos,
            PacketId = id,
            Properties = properties.Encoded,
        });
        if (result != SendResult.Accepted) _answersInFlight.Remove(id);
        return result;
    }

    void Acknowledge(MqttConnection connection, ushort packetId)
    {
        var at = _unacknowledged.FindIndex(u => u.PacketId == packetId && !u.IsFinished);
        if (at < 0) return;
        _unacknowledged[at] = (packetId, true);
        var finished = _unacknowledged.FindIndex(u => !u.IsFinished);
        if (finished < 0) finished = _unacknowledged.Count;
        if (finished == 0) return;
        connection.PubAck([.. _unacknowledged.Take(finished).Select(u => u.PacketId)]);
        _unacknowledged.RemoveRange(0, finished);
    }

    string Subject => "commands " + _source;

    void Down(string why)
    {
        _state = SourceState.Waiting;
        _lastError = why;
        _log.WarnReason(Subject, $"source {_source}: no commands are taken: {why} Trying again until it works.");
    }
}
