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
/// A delivery report with an error is one of two things. A <i>rejection</i> (message too large, invalid record, invalid topic,
/// policy violation) concerns a batch: its segment is halved and sent again until the one record is found, which is set aside.
/// Anything else <i>holds</i> the segment: we wait until every record in flight has its report, and the segment is sent again
/// whole by a new producer. Reports that do not come in time after a failure, a <c>fatal</c> client and a stuck one
/// (<see cref="KafkaWatchdog"/>) end the wait.</para>
/// <para>Memory: the queue's bound in bytes and in messages, and one window of the pump.</para>
/// </remarks>
public sealed class KafkaOutput : IOutput
{
    const string StuckWords =
        "Kafka answers, but its client has reported nothing for too long. It is replaced by a new one, and the records are sent again.";
    static readonly TimeSpan s_settleWithin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_askWithin = TimeSpan.FromSeconds(3);
    static readonly TimeSpan s_queueFullWait = TimeSpan.FromMilliseconds(100);
    readonly KafkaOutputSettings _settings;
    readonly OutputHealth _health;
    readonly ProducerConfig _config;
    readonly KafkaRecord _record;
    readonly KafkaReasons _reasons;
    readonly Func<ProducerBuilder<byte[]?, byte[]>, IProducer<byte[]?, byte[]>> _build;
    readonly KafkaWatchdog _watch;
    readonly KafkaSignal _signal = new();
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
        (_settings, _health) = (settings, health);
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
    }

    /// <inheritdoc/>
    public SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop)
    {
        if (TryStart() is { } failure) return new SendReport(0, [], failure);
        _watch.Begin();
        using var onStop = stop.Register(() => { lock (_signal) Monitor.PulseAll(_signal); });
        var flights = new KafkaFlight[segments.Count];
        for (var i = 0; i < segments.Count; i++) flights[i] = new KafkaFlight(_signal, _health);
        for (var i = 0; i < segments.Count; i++)
            if (!Produce(segments[i], 0, segments[i].Count, flights[i], stop)) break;
        Settle(flights, stop);

        var rejected = new List<RejectedRecord>();
        for (var i = 0; i < segments.Count; i++)
        {
            var ofSegment = new List<RejectedRecord>();
            var held = flights[i] is { Rejection: not null, IsSettled: true, IsWhole: true, Failure: null }
                ? Halve(segments[i], 0, segments[i].Count, ofSegment, stop)
                : Outcome(flights[i], ofSegment);
            if (held is not null) return new SendReport(i, rejected, held.Failure);
            rejected.AddRange(ofSegment);
        }

        return new SendReport(segments.Count, rejected, null);
    }

    /// <summary>Discards the producer and all it holds.</summary>
    public void Dispose()
    {
        _producer?.Dispose();
        _producer = null;
    }

    /// <summary>Finds the rejected records of a range by sending halves, in order. Null when all others are delivered.</summary>
    Held? Halve(Segment segment, int first, int count, List<RejectedRecord> rejected, CancellationToken stop)
    {
        var half = count / 2;
        foreach (var (from, length) in new[] { (first, half), (first + half, count - half) })
        {
            if (length == 0) continue;
            if (TryStart() is { } failure) return new Held(failure);
            var flight = new KafkaFlight(_signal, _health);
            Produce(segment, from, length, flight, stop);
            Settle([flight], stop);
            var rejection = flight is { IsSettled: true, IsWhole: true } ? flight.Rejection : null;
            if (rejection is not null && flight.Failure is null && length > 1)
            {
                if (Halve(segment, from, length, rejected, stop) is { } deeper) return deeper;
                continue;
            }

            if (Outcome(flight, rejected) is { } held) return held;
            if (rejection is not null) rejected.Add(Aside(segment, from, rejection.Reason));
        }

        return null;
    }

    /// <summary>Null when all of a flight arrived or was refused here; else why not.</summary>
    Held? Outcome(KafkaFlight flight, List<RejectedRecord> rejected)
    {
        if (flight.Failure is { } failure) return new Held(KafkaErrors.Explain(failure.Error, failure.Topic));
        if (!flight.IsSettled || !flight.IsWhole)
            return new Held(_fatal is not null ? KafkaErrors.Explain(_fatal, null) : _isStuck ? StuckWords : null);
        rejected.AddRange(flight.Refused);
        return null;
    }

    /// <summary>Hands records to the producer, waiting for room in its queue. False when something failed or a stop came.</summary>
    bool Produce(Segment segment, int first, int count, KafkaFlight flight, CancellationToken stop)
    {
        var reader = new RecordReader(segment.Bytes);
        for (var i = 0; i < first + count && reader.Read(); i++)
        {
            if (i < first) continue;
            if (!KafkaErrors.IsTopicName(reader.Topic))
            {
                flight.Refused.Add(
                    Aside(segment, i, "the topic's name is empty, too long, or has other characters than letters, digits, . _ -"));
                continue;
            }

            var topic = _record.Topic(reader.Topic);
            if (TryProduce(topic, _record.Message(reader), flight, stop) is not { } error) continue;
            if (error.Code == ErrorCode.MsgSizeTooLarge)
            {
                flight.Refused.Add(Aside(segment, i, $"{reader.Payload.Length} bytes are more than the client may send at once"));
                continue;
            }

            if (error.Code != ErrorCode.Local_QueueFull) flight.Fail(error, topic);
            return false;
        }

        flight.IsWhole = true;
        return true;
    }

    Error? TryProduce(string topic, Message<byte[]?, byte[]> message, KafkaFlight flight, CancellationToken stop)
    {
        while (true)
        {
            flight.Add();
            try
            {
                _producer!.Produce(topic, message, flight.Report);
                return null;
            }
            catch (ProduceException<byte[]?, byte[]> e)
            {
                flight.Remove();
                if (e.Error.Code != ErrorCode.Local_QueueFull) return e.Error;
                lock (_signal)
                {
                    if (stop.IsCancellationRequested || flight.Failure is not null || _fatal is not null) return e.Error;
                    var before = _signal.Reports;
                    Monitor.Wait(_signal, s_queueFullWait);
                    if (_signal.Reports != before) _watch.Progress();
                }

                _health.Progress.At(Step.Sending);
                if (_isStuck = _watch.IsStuck(_isAway)) return e.Error;
            }
        }
    }

    /// <summary>Waits until every record has its report, a stop, too long after a failure, or a stuck client.
    /// Discards the producer unless all went well.</summary>
    void Settle(KafkaFlight[] flights, CancellationToken stop)
    {
        if (!_isStuck) _isStuck = !AwaitReports(flights, stop);
        lock (_signal)
        {
            if (_fatal is null && !_isStuck && flights.All(flight => flight.IsSettled && flight.Failure is null)) return;
        }

        // A new producer also asks for metadata anew: an old one believes for minutes that a topic is missing or forbidden.
        Dispose();
    }

    /// <summary>False when the client is stuck.</summary>
    bool AwaitReports(KafkaFlight[] flights, CancellationToken stop)
    {
        MonotonicTime? until = null;
        var reports = -1L;
        while (true)
        {
            _health.Progress.At(Step.Sending);
            lock (_signal)
            {
                if (stop.IsCancellationRequested || flights.All(flight => flight.IsSettled)) return true;
                if (_fatal is not null || flights.Any(flight => flight.Failure is not null))
                {
                    until ??= _health.Clock.Monotonic + s_settleWithin;
                    var left = until.Value - _health.Clock.Monotonic;
                    if (left <= TimeSpan.Zero) return true;
                    Monitor.Wait(_signal, (int)Math.Clamp(left.TotalMilliseconds, 1, Progress.LongestWaitMs));
                    continue;
                }

                if (reports < 0) _watch.Begin();
                else if (_signal.Reports != reports) _watch.Progress();
                reports = _signal.Reports;
                if (_watch.Left(_isAway) is var silence && silence > TimeSpan.Zero)
                {
                    Monitor.Wait(_signal, (int)Math.Min(silence.TotalMilliseconds + 1, Progress.LongestWaitMs));
                    continue;
                }
            }

            if (_watch.IsStuck(_isAway)) return false;
        }
    }

    string? TryStart()
    {
        if (_producer is not null) return null;
        (_fatal, _isStuck, _isAway) = (null, false, true);
        NativeLibraries.Register();
        if (NativeLibraries.WhyNot("librdkafka.so.1") is { } why) return $"Kafka's client does not start: {why}";
        try
        {
            _producer = _build(new ProducerBuilder<byte[]?, byte[]>(_config)
                .SetErrorHandler((_, error) => OnError(error))
                .SetStatisticsHandler((_, json) => _health.Detail(json))
                .SetLogHandler((_, line) => OnLog(line)));
            return null;
        }
        catch (Exception e) when (e is KafkaException or InvalidOperationException or ArgumentException)
        {
            return $"Kafka's client does not start: {KafkaFailure.OurWords(e.Message)}";
        }
    }

    // That a broker answers, and takes our name and password, is in the log alone, among details of connections that are for nobody.
    void OnLog(LogMessage line)
    {
        if (line.Level == SyslogLevel.Debug)
        {
            if (KafkaReasons.MeansConnected(line.Facility, line.Message)) OnConnected();
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

            _health.OnUnconnected(_reasons.Explain(error));
        }
    }

    void OnConnected()
    {
        _isAway = false;
        _health.OnConnected();
    }

    /// <summary>Whether a client made now reaches the cluster. Blocks for <see cref="s_askWithin"/> at most.</summary>
    bool CouldAFreshOneConnect()
    {
        Asked?.Invoke();
        return KafkaProbe.Run(_settings with { Topic = "{}" }, _config.ClientId ?? "", s_askWithin).Brokers.Count > 0;
    }

    static RejectedRecord Aside(Segment segment, int index, string reason)
    {
        var reader = new RecordReader(segment.Bytes);
        for (var i = 0; i <= index; i++) reader.Read();
        return RejectedRecord.Of(segment.Lane, segment.FirstNumber + index, reason, reader);
    }

    /// <summary>A segment stays for another try.</summary>
    sealed record Held(string? Failure);
}
