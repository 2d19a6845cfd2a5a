using Confluent.Kafka;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
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
/// <item><term>open</term><description>records are produced: all taken → committing; some refused → abort, set aside those it was
/// (<c>KafkaOutput.Refusals.cs</c>), again without them; anything else → abort, ready</description></item>
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
            return PositionReport.Failed(KafkaProbe.NoProgressTopic(_settings));
        var (at, isWrong) = (_progress.PartitionOf(found.Partitions.Count), false);
        _progressAt = new TopicPartition(_settings.ProgressTopic, at);
        var progress = _progress;
        var question = new PartitionQuestion
        {
            Library = KafkaConfig.Library,
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
        var window = new KafkaWindow(Open(segments));
        SetAsideKnown(window);
        for (var (tries, unsure) = (0, 0); ;)
        {
            var attempt = Try(window, window.Places, isWhole: true, stop);
            if (_fatal is not null || stop.IsCancellationRequested) return Left(attempt?.Failure, stop);
            if (attempt is null) return new SendReport(0, [], null);
            if (attempt.Failure is not { } failure)
            {
                window.Taken.UnionWith(attempt.Taken);
                if (WhyNotAside(window) is not { } topics) return Commit(segments, window, stop);
                return Abort(attempt, stop) ? new SendReport(0, [], topics) : Left(null, stop);
            }

            if (!Abort(attempt, stop)) return Left(failure, stop);
            window.Taken.UnionWith(attempt.Taken);
            if (attempt.Refused.Count == 0)
            {
                if (KafkaErrors.IsNoVerdict(failure.Error.Code) && ++unsure <= MaxUnsure) continue;
                if (failure.Place >= 0) return new SendReport(0, [], ExplainExactly(failure.Error, failure.Topic));
                // What the topic for dead letters does not take is set aside here: it never holds a record that is well.
                window.Buries = false;
                continue;
            }

            if (++tries > MaxAlone) return new SendReport(0, [], ExplainExactly(failure.Error, failure.Topic));
            if (Judge(window, attempt.Refused, stop) is { } why) return new SendReport(0, [], why);
            if (!_isPositioned) return _fatal is null ? new SendReport(0, [], null) : Left(null, stop);
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

    /// <summary>Begins a transaction, produces records, those that are aside to the topic for such when it is <paramref name="isWhole"/>,
    /// and waits until all are taken or one is not. Null when none could be begun.</summary>
    KafkaAttempt? Try(KafkaWindow window, int[] places, bool isWhole, CancellationToken stop)
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
        {
            var record = window.Records[place];
            if (Produce(attempt, place, new TopicPartition(record.Topic!, Partition.Any), record.Message, stop) is not { } error) continue;
            if (error.Code == ErrorCode.MsgSizeTooLarge)
            {
                SetAside(window, place, $"{record.Bytes} bytes are more than the client may send at once", error, isVerdict: false);
                continue;
            }

            attempt.Fail(place, error, record.Topic!);
            break;
        }

        if (isWhole && _settings.DeadLetterTopic is { } topic && window.Buries) Bury(window, attempt, topic, stop);
        Await(attempt, stop);
        return attempt;
    }

    /// <summary>Hands a record to the client. Why it does not take it; null when it does.</summary>
    Error? Produce(KafkaAttempt attempt, int place, TopicPartition to, Message<byte[]?, byte[]> message, CancellationToken stop)
    {
        while (true)
        {
            var onReport = attempt.Add(place, to.Topic);
            try
            {
                _producer!.Produce(to, message, onReport);
                return null;
            }
            catch (ProduceException<byte[]?, byte[]> e)
            {
                attempt.Back();
                if (e.Error.Code != ErrorCode.Local_QueueFull || stop.IsCancellationRequested || attempt.Failure is not null)
                    return e.Error;
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
    SendReport Commit(IReadOnlyList<Segment> segments, KafkaWindow window, CancellationToken stop)
    {
        var aside = new List<RejectedRecord>();
        foreach (var (place, record) in window.Aside)
            aside.Add(record with
            {
                DeadLetterTopic = window.Buries && !window.Unburied.Contains(place) ? _settings.DeadLetterTopic : null,
            });
        var next = _progress!.With(segments, aside);
        var position = new Message<byte[]?, byte[]> { Key = next.Key, Value = next.Value() };
        var written = new KafkaAttempt(_signal);
        if (Produce(written, -1, _progressAt!, position, stop) is { } full) written.Fail(-1, full, _settings.ProgressTopic);
        else Await(written, stop);
        if (written.Failure is { } failed)
            return Abort(written, stop) ? new SendReport(0, [], ExplainExactly(failed.Error, _settings.ProgressTopic)) : Left(failed, stop);
        var error = stop.IsCancellationRequested ? new Error(ErrorCode.Local_TimedOut)
            : Finish(_producer!.CommitTransaction, 2 * _settings.TransactionTimeout, stop);
        if (error is not null) return Left((-1, error, _settings.ProgressTopic), stop);
        _progress = next;
        NoteAside(window);
        _health.OnWell();
        return new SendReport(segments.Count, aside, null);
    }

    /// <summary>Whether the transaction is known to be aborted, with the reports of all it held; otherwise the producer is lost.</summary>
    bool Abort(KafkaAttempt attempt, CancellationToken stop)
    {
        if (_fatal is null && Finish(_producer!.AbortTransaction, _settings.TransactionTimeout, stop) is null
            && HasAllReports(attempt)) return true;
        Dispose();
        return false;
    }

    /// <summary>Waits a little for the reports that are still out.</summary>
    bool HasAllReports(KafkaAttempt attempt)
    {
        var until = Now + s_settleWithin;
        lock (_signal)
        {
            while (attempt.Outstanding > 0 && Now < until)
            {
                _health.Progress.At(Supervision.Step.Sending);
                Monitor.Wait(_signal, s_queueFullWait);
            }

            return attempt.Outstanding == 0;
        }
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
}
