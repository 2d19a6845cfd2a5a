using Confluent.Kafka;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Libraries;
using EdgeAgent.Native.Kafka;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs.Kafka;

/// <content>Windows as transactions, with the lanes' positions: docs/decisions/exactly-once.md.</content>
/// <remarks>
/// <list type="table">
/// <item><term>lost</term><description>no producer, or one whose transaction ended we do not know how; <see cref="FindPositions"/> leaves
/// it: initialising ends what is open, then the progress topic tells what is there</description></item>
/// <item><term>ready</term><description>positions are known and no transaction is open; <see cref="Send"/> begins one</description></item>
/// <item><term>open</term><description>records are produced: all taken → committing; one refused → abort, search, again without it;
/// anything else → abort, ready</description></item>
/// <item><term>committing</term><description>returned → ready, and only now the window is delivered; Kafka says it is aborted → ready;
/// anything else → lost</description></item>
/// </list>
/// </remarks>
public sealed partial class KafkaOutput : IPositionedOutput
{
    static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(500), s_initWithin = TimeSpan.FromSeconds(40),
        s_fencedFor = TimeSpan.FromSeconds(30);

    // In a row.
    const int MaxUnsure = 3;

    KafkaProgress? _progress;
    TopicPartition? _progressAt;
    bool _isInitialised, _isPositioned;
    MonotonicTime _shutOutUntil;

    /// <inheritdoc/>
    public bool KeepsPositions => _settings.ExactlyOnce;

    /// <inheritdoc/>
    public bool KnowsPositions => _isPositioned;

    /// <inheritdoc/>
    public PositionReport FindPositions(string storeId, CancellationToken stop)
    {
        _isPositioned = false;
        if (_shutOutUntil > Now) return PositionReport.Failed(ShutOut());
        if (_isInitialised) Dispose();
        if (TryStart() is { } failure) return PositionReport.Failed(failure);
        if (Finish(_producer!.InitTransactions, s_initWithin, stop) is { } error) return Lose(error);
        _isInitialised = true;
        if (_progress?.StoreId != storeId) _progress = new KafkaProgress(_agentId, _settings.Name, storeId);
        var answer = KafkaProbe.Ask(_settings, _agentId, [_settings.ProgressTopic], isDeep: false, s_askWithin);
        if (answer.FailureCode != 0) return PositionReport.Failed(KafkaProbe.Unanswered(_settings, answer));
        if (answer.Topics is not [{ Code: 0, Partitions.Count: > 0 } found])
            return PositionReport.Failed(NoProgressTopic());
        var (at, isWrong) = (_progress.PartitionOf(found.Partitions.Count), false);
        _progressAt = new TopicPartition(_settings.ProgressTopic, at);
        var progress = _progress;
        var question = new PartitionQuestion
        {
            Library = NativeLibraries.Find("librdkafka.so.1") ?? "librdkafka.so.1",
            Options = [.. KafkaConfig.Connection(_settings, _agentId)],
            Topic = _settings.ProgressTopic,
            Partition = at,
            From = progress.From,
            TimeoutMs = (int)s_initWithin.TotalMilliseconds,
        };
        var (code, _) = PartitionReader.Read(question, (key, value, offset) =>
            {
                if (!key.SequenceEqual(progress.Key)) return;
                progress.From = offset;
                isWrong = !progress.TryRead(value.ToArray());
            }, () =>
            {
                _health.Progress.At(Supervision.Step.Connecting);
                return !stop.IsCancellationRequested;
            });
        if (code != 0)
            return PositionReport.Failed($"The positions in topic {_settings.ProgressTopic} cannot be read to their end "
                + $"({new Error((ErrorCode)code).Reason}). See whether a transaction of another client is open there, and grant Read on "
                + "it; records are kept until then.");
        if (isWrong)
            return PositionReport.Failed($"The position of this output in topic {_settings.ProgressTopic} is not of a form that is known "
                + "here. See who else writes there, or name another progress_topic.");
        _isPositioned = true;
        return progress.Report;
    }

    SendReport SendExactly(IReadOnlyList<Segment> segments, CancellationToken stop)
    {
        // A client of another batch size has to be positioned first.
        if (FitBatches(segments) is { } unfit) return new SendReport(0, [], unfit);
        if (!_isPositioned || _producer is null) return new SendReport(0, [], null);
        var records = Open(segments);
        var refused = new Dictionary<int, RejectedRecord>();
        for (var place = 0; place < records.Count; place++)
            if (records[place].Topic is null)
                refused[place] = Aside(records[place].Segment, records[place].Index, NoSuchName) with { Error = "topic_name" };
        var (tries, unsure, buries) = (0, 0, _settings.DeadLetterTopic is not null);
        while (true)
        {
            var places = Enumerable.Range(0, records.Count).Where(place => !refused.ContainsKey(place)).ToArray();
            var attempt = Try(records, places, buries ? refused.Values : [], stop);
            if (_fatal is not null || stop.IsCancellationRequested) return Left(attempt?.Failure, stop);
            if (attempt is null) return new SendReport(0, [], null);
            if (attempt.Failure is not { } failure) return Commit(segments, refused.Values, buries, attempt, stop);
            if (!Abort(stop)) return Left(failure, stop);
            if (KafkaErrors.IsNoVerdict(failure.Error.Code) && ++unsure <= MaxUnsure) continue;
            // What the topic for dead letters does not take is set aside here: it never holds a record that is well.
            if (failure.Place < 0)
            {
                buries = false;
                continue;
            }

            if (!KafkaErrors.IsRejection(failure.Error.Code) || ++tries > MaxAlone)
                return new SendReport(0, [], ExplainExactly(failure.Error, failure.Topic));
            if (Search(records, places, refused, stop) is { } why) return new SendReport(0, [], why);
            if (!_isPositioned) return new SendReport(0, [], null);
            unsure = 0;
        }
    }

    List<KafkaOutgoing> Open(IReadOnlyList<Segment> segments)
    {
        var records = new List<KafkaOutgoing>();
        foreach (var segment in segments)
        {
            var reader = new RecordReader(segment.Bytes);
            for (var i = 0; i < segment.Count && reader.Read(); i++)
                records.Add(new KafkaOutgoing(segment, i, KafkaErrors.IsTopicName(reader.Topic) ? _record.Topic(reader.Topic) : null,
                    _record.Message(reader)));
        }

        return records;
    }

    /// <summary>Begins a transaction, produces records and dead letters, and waits until all are taken or one is not. Null when none could
    /// be begun.</summary>
    KafkaAttempt? Try(List<KafkaOutgoing> records, int[] places, IEnumerable<RejectedRecord> dead, CancellationToken stop)
    {
        try
        {
            _producer!.BeginTransaction();
        }
        catch (KafkaException e)
        {
            Lose(e.Error);
            _health.OnFailed(ExplainExactly(e.Error, null));
            return null;
        }

        var attempt = new KafkaAttempt(_signal);
        foreach (var place in places)
            if (!Produce(attempt, place, new TopicPartition(records[place].Topic!, Partition.Any), records[place].Message, stop)) break;
        if (_settings.DeadLetterTopic is { } topic)
            foreach (var record in dead)
                if (_record.DeadLetter(record) is { } message)
                    Produce(attempt, -1, new TopicPartition(topic, Partition.Any), message, stop);
        Await(attempt, stop);
        return attempt;
    }

    bool Produce(KafkaAttempt attempt, int place, TopicPartition to, Message<byte[]?, byte[]> message, CancellationToken stop)
    {
        while (true)
        {
            var onReport = attempt.Add(place, to.Topic);
            try
            {
                _producer!.Produce(to, message, onReport);
                return true;
            }
            catch (ProduceException<byte[]?, byte[]> e)
            {
                if (e.Error.Code != ErrorCode.Local_QueueFull || stop.IsCancellationRequested || attempt.Failure is not null)
                {
                    attempt.Fail(place, e.Error, to.Topic);
                    return false;
                }

                attempt.Back();
                _health.Progress.At(Supervision.Step.Sending);
                lock (_signal) Monitor.Wait(_signal, s_queueFullWait);
            }
        }
    }

    /// <summary>Waits until every record has its report, one has failed, the client is at its end, or a stop.</summary>
    void Await(KafkaAttempt attempt, CancellationToken stop)
    {
        Quiet();
        while (true)
        {
            _health.Progress.At(Supervision.Step.Sending);
            lock (_signal)
            {
                if (attempt.Outstanding == 0 || attempt.Failure is not null || _fatal is not null || stop.IsCancellationRequested) return;
                var before = _signal.Reports;
                Monitor.Wait(_signal, s_step);
                if (_signal.Reports != before) Quiet();
            }

            Tell(attempt.Topics);
        }
    }

    /// <summary>Says why nothing has come for some seconds: what Kafka answered, or what it says when asked.</summary>
    void Tell(IEnumerable<string> topics)
    {
        if (Now < _nextSay) return;
        var quiet = Now - _quietSince;
        _nextSay = Now + (quiet < s_askAfter ? s_askAfter - quiet : s_askAfter);
        var why = _reasons.RefusalSince(_quietSince);
        if (why is null && (_isAway || quiet < s_askAfter)) return;
        _health.OnFailed(why ?? KafkaProbe.WhyNot(_settings, _agentId, [.. topics.Take(MaxHeldTopics)], s_askWithin)
            ?? $"Kafka's brokers answer and do not finish a transaction. {WhatElse()} Records are kept until then.");
    }

    /// <summary>Writes the positions, ends the transaction, and only then says that the window is delivered.</summary>
    SendReport Commit(IReadOnlyList<Segment> segments, IEnumerable<RejectedRecord> refused, bool isBuried, KafkaAttempt attempt,
        CancellationToken stop)
    {
        var aside = refused.Select(record => isBuried ? record with { DeadLetterTopic = _settings.DeadLetterTopic } : record).ToList();
        var next = _progress!.With(segments, aside);
        var position = new Message<byte[]?, byte[]> { Key = next.Key, Value = next.Value() };
        var written = new KafkaAttempt(_signal);
        if (Produce(written, -1, _progressAt!, position, stop)) Await(written, stop);
        if (written.Failure is { } failed)
            return Abort(stop) ? new SendReport(0, [], ExplainExactly(failed.Error, _settings.ProgressTopic)) : Left(failed, stop);
        var error = stop.IsCancellationRequested ? new Error(ErrorCode.Local_TimedOut)
            : Finish(_producer!.CommitTransaction, 2 * _settings.TransactionTimeout, stop);
        if (error is not null) return Left((-1, error, _settings.ProgressTopic), stop);
        _progress = next;
        _everTaken.UnionWith(attempt.Taken);
        _health.OnWell();
        return new SendReport(segments.Count, aside, null);
    }

    /// <summary>Finds what is refused by producing halves in transactions that are aborted. A sentence when the topic is the trouble or
    /// something else failed.</summary>
    string? Search(List<KafkaOutgoing> records, int[] places, Dictionary<int, RejectedRecord> refused, CancellationToken stop)
    {
        var (found, taken) = (new List<(int Place, Error Error, string Topic)>(), new HashSet<string>());
        var parts = new Stack<int[]>([places]);
        var unsure = 0;
        while (parts.TryPop(out var part))
        {
            var attempt = Try(records, part, [], stop);
            if (attempt is null || !Abort(stop)) return attempt?.Failure is { } left ? ExplainExactly(left.Error, left.Topic) : null;
            if (attempt.Failure is { } none && KafkaErrors.IsNoVerdict(none.Error.Code) && ++unsure <= MaxUnsure)
            {
                parts.Push(part);
                continue;
            }

            unsure = 0;
            if (attempt.Failure is null) taken.UnionWith(attempt.Taken);
            else if (!KafkaErrors.IsRejection(attempt.Failure.Value.Error.Code))
                return ExplainExactly(attempt.Failure.Value.Error, attempt.Failure.Value.Topic);
            else if (part.Length == 1) found.Add((part[0], attempt.Failure.Value.Error, attempt.Failure.Value.Topic));
            else
            {
                parts.Push(part[(part.Length / 2)..]);
                parts.Push(part[..(part.Length / 2)]);
            }

            if (found.Count > MaxAlone && taken.Count == 0) break;
        }

        foreach (var (place, error, topic) in found)
        {
            // What hits every record of a topic is the topic's.
            if (!taken.Contains(topic) && !(error.Code == ErrorCode.MsgSizeTooLarge && _everTaken.Contains(topic)))
                return KafkaErrors.ExplainAll(error, topic);
            if (error.Code == ErrorCode.MsgSizeTooLarge) _limits.Forget(topic);
            refused[place] = Aside(records[place].Segment, records[place].Index, error.Reason) with
            {
                Error = KafkaErrors.NameOf(error.Code),
            };
        }

        return null;
    }

    /// <summary>Whether the transaction is known to be aborted; otherwise the producer is lost.</summary>
    bool Abort(CancellationToken stop)
    {
        if (_fatal is null && Finish(_producer!.AbortTransaction, _settings.TransactionTimeout, stop) is null) return true;
        Dispose();
        return false;
    }

    /// <summary>Calls a step of a transaction, which goes on where it was when its time was up. Null when it is done.</summary>
    Error? Finish(Action<TimeSpan> step, TimeSpan within, CancellationToken stop)
    {
        Quiet();
        for (var until = Now + within; ;)
        {
            _health.Progress.At(Supervision.Step.Sending);
            try
            {
                step(s_step);
                return null;
            }
            catch (KafkaRetriableException e)
            {
                if (stop.IsCancellationRequested || Now >= until || _fatal is not null) return e.Error;
                Tell([_settings.ProgressTopic]);
            }
            catch (KafkaException e)
            {
                return e.Error;
            }
        }
    }

    /// <summary>How the transaction ended is not known, or the producer is at its end.</summary>
    SendReport Left((int Place, Error Error, string Topic)? failure, CancellationToken stop)
    {
        var error = _fatal ?? failure?.Error;
        if (error is not null) Lose(error);
        else Dispose();
        return new SendReport(0, [], stop.IsCancellationRequested || error is null ? null : ExplainExactly(error, failure?.Topic));
    }

    PositionReport Lose(Error error)
    {
        error = _fatal ?? error;
        if (IsShutOut(error)) _shutOutUntil = Now + s_fencedFor;
        Dispose();
        return PositionReport.Failed(ExplainExactly(error, null));
    }

    static bool IsShutOut(Error error) => error.Code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced;

    string ExplainExactly(Error error, string? topic) => error.Code switch
    {
        _ when IsShutOut(error) => ShutOut(),
        ErrorCode.TransactionalIdAuthorizationFailed =>
            $"Kafka does not let this user use transactional id {KafkaConfig.TransactionalId(_settings, _agentId)}. Grant Write and "
                + "Describe on it; records are kept until then.",
        ErrorCode.InvalidTransactionTimeout =>
            "Kafka does not take a transaction_timeout as long as this. Set it below the brokers' transaction.max.timeout.ms.",
        ErrorCode.Local_TimedOut or ErrorCode.Local_MsgTimedOut when _reasons.RefusalSince(_quietSince) is { } why => why,
        ErrorCode.Local_TimedOut or ErrorCode.Local_MsgTimedOut when _isAway => _reasons.Explain(new Error(ErrorCode.Local_AllBrokersDown)),
        ErrorCode.Local_TimedOut or ErrorCode.Local_MsgTimedOut =>
            $"Kafka did not finish a transaction in time ({error.Reason}). See whether its brokers run; records are kept until then.",
        _ => KafkaErrors.Explain(error, topic),
    };

    string ShutOut() => $"Another agent with the id {_agentId} sends to this Kafka for output {_settings.Name} and has shut this one out "
        + $"(transactional id {KafkaConfig.TransactionalId(_settings, _agentId)}). Give each agent an agent.id of its own, or stop one of "
        + $"the two; records are kept until then, and this one tries again after {(int)s_fencedFor.TotalSeconds} s.";

    string NoProgressTopic() => $"Kafka has no topic {_settings.ProgressTopic}, which exactly_once needs, or hides it from this user. "
        + "Create it with cleanup.policy=compact, or grant Read, Write and Describe on it; records are kept until then.";
}
