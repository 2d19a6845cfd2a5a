using Confluent.Kafka;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Libraries;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Records to Kafka by an idempotent producer: nothing lost, the order of a key kept, memory bounded.</summary>
/// <remarks>
/// <para>While brokers are away librdkafka itself tries again for ever (<c>message.timeout.ms=0</c>) and <see cref="Send"/> waits.
/// A delivery report with an error is one of three things. A <i>rejection</i> (message too large, invalid record, invalid topic,
/// policy violation) concerns a batch: what was rejected is halved and sent again until the one record is found, which is set aside if
/// the topic takes others. The <i>trouble of a topic</i> holds its records alone where topics are told apart by a template.
/// Anything else holds the segment: we wait until every record in flight has its report, and what has not arrived is sent again
/// by a new producer. Reports that do not come in time after a failure, a <c>fatal</c> client and a stuck one
/// (<see cref="KafkaWatchdog"/>) end the wait. What was delivered is remembered and never sent again.</para>
/// <para>Memory: the queue's bound in bytes and in messages, and one window of the pump.</para>
/// </remarks>
public sealed partial class KafkaOutput : IOutput, ITopicOutput
{
    const string StuckWords =
        "Kafka answers, but its client has reported nothing for too long. It is replaced by a new one, and the records are sent again.";
    const int MaxHeldTopics = 32, BlindTriesOf = 8;
    static readonly TimeSpan s_askWithin = TimeSpan.FromSeconds(3);
    readonly KafkaOutputSettings _settings;
    readonly OutputHealth _health;
    readonly ProducerConfig _config;
    readonly KafkaRecord _record;
    readonly KafkaReasons _reasons;
    readonly Func<ProducerBuilder<byte[]?, byte[]>, IProducer<byte[]?, byte[]>> _build;
    readonly KafkaWatchdog _watch;
    readonly KafkaReach _reach;
    readonly KafkaLimits _limits;
    readonly KafkaTraffic _traffic;
    readonly KafkaSignal _signal = new();
    readonly HashSet<string> _held = [];
    readonly string _agentId;
    long _batchBytes;
    int _blindTries;
    IProducer<byte[]?, byte[]>? _producer;
    Error? _fatal;
    bool _isStuck;
    volatile bool _isAway;

    /// <summary>Makes the output; connects at <see cref="Open"/>.</summary>
    /// <param name="settings">The output's settings.</param>
    /// <param name="agentId">Becomes <c>ce_source</c> and <c>client.id</c>.</param>
    /// <param name="health">Told of deliveries and of connection failure as it happens.</param>
    /// <param name="overrides">librdkafka properties that win over ours; for tests with a mock cluster.</param>
    /// <param name="patience">How long the client may be silent; null for <see cref="KafkaPatience.Default"/>.</param>
    /// <param name="build">Makes the client; null for Confluent.Kafka's.</param>
    public KafkaOutput(KafkaOutputSettings settings, string agentId, OutputHealth health,
        IReadOnlyDictionary<string, string>? overrides = null,
        KafkaPatience? patience = null, Func<ProducerBuilder<byte[]?, byte[]>, IProducer<byte[]?, byte[]>>? build = null)
    {
        _build = build ?? (builder => builder.Build());
        _watch = new KafkaWatchdog(patience ?? KafkaPatience.Default, CouldAFreshOneConnect, () => health.Clock.Monotonic);
        (_settings, _health, _agentId, _batchBytes) = (settings, health, agentId, settings.BatchBytes);
        _traffic = new KafkaTraffic(health.Bytes);
        _reach = new KafkaReach(WhyNotNow, OnReach, health.Clock);
        _limits = new KafkaLimits(topics => KafkaProbe.Ask(settings, agentId, topics, isDeep: true, s_askWithin), health.Clock);
        _record = new KafkaRecord(agentId);
        _reasons = new KafkaReasons(settings, health.Clock);
        _config = KafkaConfig.Producer(settings, agentId);
        foreach (var (name, value) in overrides ?? new Dictionary<string, string>()) _config.Set(name, value);
    }

    /// <summary>A fresh client is about to be asked whether it reaches the cluster; for tests.</summary>
    internal event Action? Asked;

    /// <summary>A window that leaves room for the next one in the producer's queue [bytes].</summary>
    public static long WindowBytes(KafkaOutputSettings settings) => Math.Max(64 * 1024, settings.QueueMemoryBytes / 8);

    /// <inheritdoc/>
    public bool ConnectsByItself => _producer is not null;

    /// <inheritdoc/>
    public void Open()
    {
        if (_producer is not null && _isAway && _watch.IsStuck(isAway: true)) Dispose();
        if (TryStart() is { } failure) _health.OnUnconnected(failure);
        else if (_health.Connected == false && !_isAway) _reach.Ask();
    }

    /// <inheritdoc/>
    public void Hold(string topic) => _held.Add(topic);

    /// <inheritdoc/>
    public void Release(string topic) => _held.Remove(topic);

    /// <inheritdoc/>
    public bool MayTry(string topic)
    {
        // A cluster that does not tell whether it makes topics is tried now and then, which takes seconds.
        if (!(KafkaProbe.IsThere(_settings, _agentId, topic, s_askWithin) ?? _blindTries++ % BlindTriesOf == 0)) return false;
        // A new producer asks for metadata anew: an old one believes for minutes that a topic is missing or forbidden.
        Dispose();
        return true;
    }

    /// <summary>Discards the producer and all it holds.</summary>
    public void Dispose()
    {
        _producer?.Dispose();
        (_producer, _isInitialised, _isPositioned) = (null, false, false);
    }

    string? TryStart()
    {
        if (_producer is not null) return null;
        (_fatal, _isStuck, _isAway) = (null, false, true);
        if (KafkaFiles.WhyNot(_settings) is { } unusable) return unusable;
        NativeLibraries.Register();
        if (NativeLibraries.WhyNot(KafkaConfig.LibraryFile) is { } why) return $"Kafka's client does not start: {why}";
        _traffic.Begins();
        try
        {
            _producer = _build(new ProducerBuilder<byte[]?, byte[]>(_config)
                .SetErrorHandler((_, error) => OnError(error))
                .SetStatisticsHandler((_, json) => OnStatistics(json))
                .SetLogHandler((_, line) => OnLog(line)));
            return null;
        }
        catch (Exception e) when (e is KafkaException or InvalidOperationException or ArgumentException)
        {
            return $"Kafka's client does not start: {KafkaFailure.OurWords(e.Message)}";
        }
    }

    void OnStatistics(string json)
    {
        _traffic.Take(json);
        _health.Detail(json);
    }

    // That a broker answers, and takes our name and password, is in the log alone, among details of connections that are for nobody.
    void OnLog(LogMessage line)
    {
        if (line.Level == SyslogLevel.Debug)
        {
            if (_reasons.NoteDetail(line.Facility, line.Message)) OnAnswer();
            return;
        }

        _reasons.Note(line.Facility, line.Message);
        _health.Detail($"{line.Facility}: {line.Message}");
    }

    void OnError(Error error)
    {
        if (error.IsFatal)
        {
            lock (_signal)
            {
                _fatal ??= error;
                Monitor.PulseAll(_signal);
            }
        }
        else if (KafkaErrors.MeansDisconnected(error.Code))
        {
            lock (_signal)
            {
                _isAway = true;
                Monitor.PulseAll(_signal);
            }

            _reach.Reset();
            _health.OnUnconnected(_reasons.Explain(error));
        }
    }

    // A broker has let us in. Whether records could be delivered shows when those that lead the topics have answered, too.
    void OnAnswer()
    {
        _isAway = false;
        if (_health.Connected != true) _reach.Ask();
    }

    void OnReach(string? why)
    {
        if (_isAway) return;
        if (why is null) _health.OnConnected();
        else _health.OnUnconnected($"{why} Records are kept until then.");
    }

    string? WhyNotNow() => KafkaProbe.WhyNot(_settings, _agentId, _settings.ConstantTopic is { } topic ? [topic] : [], s_askWithin);

    /// <summary>Whether a client made now reaches the cluster. Blocks for <see cref="s_askWithin"/> at most.</summary>
    bool CouldAFreshOneConnect()
    {
        Asked?.Invoke();
        return WhyNotNow() is null;
    }
}
