using EdgeAgent.Supervision;
using System.Globalization;
using Confluent.Kafka;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Kafka;

/// <content>Sending: from segments to what became of each record.</content>
public sealed partial class KafkaOutput
{
    /// <summary>So many records refused one after the other, and none taken, and the topic is the trouble.</summary>
    const int MaxAlone = 64;

    const string NoSuchName = "the topic's name is empty, too long, or has other characters than letters, digits, . _ -";

    /// <summary>Silence after which what Kafka answered is said, and that after which it is asked.</summary>
    static readonly TimeSpan s_sayAfter = TimeSpan.FromSeconds(5), s_askAfter = TimeSpan.FromSeconds(8);

    static readonly TimeSpan s_settleWithin = TimeSpan.FromSeconds(5);
    static readonly TimeSpan s_queueFullWait = TimeSpan.FromMilliseconds(100);
    readonly Dictionary<(Lane Lane, long First), KafkaFate[]> _arrived = [];
    readonly HashSet<string> _everTaken = [];
    readonly HashSet<string> _takenNow = [];
    MonotonicTime _quietSince, _nextSay;
    int _alone;

    /// <inheritdoc/>
    public SendReport Send(IReadOnlyList<Segment> segments, CancellationToken stop)
    {
        if (TryStart() is { } failure) return new SendReport(0, [], failure);
        if (_settings.ExactlyOnce) return SendExactly(segments, stop);
        if (FitBatches(segments) is { } unfit) return new SendReport(0, [], unfit);
        _watch.Begin();
        Quiet();
        using var onStop = stop.Register(() => { lock (_signal) Monitor.PulseAll(_signal); });
        var flights = segments.Select(NewFlight).ToArray();
        foreach (var flight in flights)
            if (!Produce(flight, null, stop)) break;
        Settle(flights, stop);

        (_alone, var isTried) = (0, true);
        _takenNow.Clear();
        if (flights.Any(flight => flight.With(KafkaFate.Rejected).Length > 0))
        {
            foreach (var flight in flights) NoteTaken(flight, flight.With(KafkaFate.Delivered));
            foreach (var flight in flights)
                if (isTried && flight.IsDealtWith && flight.With(KafkaFate.Rejected) is { Length: > 0 } rejected)
                    isTried = Narrow(flight, rejected, stop);
            // What was refused before the topic took the first record may have been refused for what the topic was then.
            foreach (var flight in flights)
                if (isTried && flight.IsDealtWith)
                    isTried = Narrow(flight, Array.FindAll(flight.With(KafkaFate.Rejected), i => IsTheRecord(flight, i)), stop);
        }

        var report = BuryDead(Report(flights), stop);
        for (var i = 0; i < flights.Length; i++)
        {
            if (i < report.Delivered) _arrived.Remove(KeyOf(segments[i]));
            else _arrived[KeyOf(segments[i])] = flights[i].Remember();
        }

        // What the buffer has dropped meanwhile does not come again.
        foreach (var gone in _arrived.Keys.Where(key => segments.Any(s => s.Lane == key.Lane && s.FirstNumber > key.First)
            && !segments.Any(s => KeyOf(s) == key)).ToArray()) _arrived.Remove(gone);
        return report;
    }

    MonotonicTime Now => _health.Clock.Monotonic;

    static (Lane Lane, long First) KeyOf(Segment segment) => (segment.Lane, segment.FirstNumber);

    KafkaFlight NewFlight(Segment segment)
    {
        _arrived.TryGetValue(KeyOf(segment), out var before);
        return new KafkaFlight(segment, _signal, _health, _settings.HoldsTopics && !segment.Lane.IsHeld, before);
    }

    /// <summary>Makes batches no larger than the topics take. A sentence when no client starts.</summary>
    string? FitBatches(IReadOnlyList<Segment> segments)
    {
        if (_isAway) return null;
        var topics = _settings.HasOneTopic ? [_settings.ConstantTopic!] : TopicsOf(segments);
        _limits.Learn(topics);
        return Refit();
    }

    /// <summary>A client whose batches are as large as they may be. A sentence when none starts.</summary>
    string? Refit()
    {
        var bytes = Math.Min(_limits.BatchBytes, _settings.BatchBytes);
        if (bytes == _batchBytes) return null;
        _batchBytes = bytes;
        _config.Set("batch.size", bytes.ToString(CultureInfo.InvariantCulture));
        // Nothing is in flight between two sends.
        Dispose();
        return TryStart();
    }

    HashSet<string> TopicsOf(IReadOnlyList<Segment> segments)
    {
        var topics = new HashSet<string>();
        foreach (var segment in segments)
        {
            var reader = new RecordReader(segment.Bytes);
            while (reader.Read())
                if (KafkaErrors.IsTopicName(reader.Topic)) topics.Add(_record.Topic(reader.Topic));
        }

        topics.ExceptWith(_held);
        return topics;
    }

    /// <summary>What was dealt with, and what not and why.</summary>
    SendReport Report(KafkaFlight[] flights)
    {
        var (rejected, held) = (new List<RejectedRecord>(), new List<HeldRecord>());
        for (var i = 0; i < flights.Length; i++)
        {
            var flight = flights[i];
            if (!flight.IsDealtWith) return new SendReport(i, rejected, WhyLeft(flight)) { Held = held };
            var aside = new List<RejectedRecord>(flight.Refused);
            var holds = new List<HeldRecord>();
            if (Sort(flight, aside, holds) is { } all) return new SendReport(i, rejected, all) { Held = held };
            rejected.AddRange(aside);
            held.AddRange(holds);
            if (flight.With(KafkaFate.Delivered).Length > 0 && aside.Count + holds.Count == 0) _everTaken.UnionWith(flight.Topics);
        }

        _everTaken.UnionWith(_takenNow);
        return new SendReport(flights.Length, rejected, null) { Held = held };
    }

    /// <summary>Parts records that are to be set aside from those whose topic holds them. A sentence when neither will do.</summary>
    string? Sort(KafkaFlight flight, List<RejectedRecord> aside, List<HeldRecord> holds)
    {
        foreach (var i in flight.With(KafkaFate.RejectedAlone))
        {
            var (error, topic) = flight.ErrorOf(i)!.Value;
            if (error.Code == ErrorCode.MsgSizeTooLarge) _limits.Doubt(topic);
            aside.Add(Aside(flight.Segment, i, error.Reason) with { Error = KafkaErrors.NameOf(error.Code) });
        }

        foreach (var i in flight.With(KafkaFate.Rejected))
        {
            var (error, topic) = flight.ErrorOf(i)!.Value;
            if (!MayHold(flight, topic)) return KafkaErrors.ExplainAll(error, topic);
            holds.Add(Held(flight.Segment, i, topic, KafkaErrors.ExplainAll(error, topic)));
        }

        foreach (var i in flight.With(KafkaFate.Held))
        {
            if (flight.ErrorOf(i) is not { } known) holds.Add(Held(flight.Segment, i, null, null));
            else if (MayHold(flight, known.Topic))
                holds.Add(Held(flight.Segment, i, known.Topic, KafkaErrors.Explain(known.Error, known.Topic)));
            else return KafkaErrors.Explain(known.Error, known.Topic);
        }

        holds.Sort((a, b) => a.Index.CompareTo(b.Index));
        return null;
    }

    /// <summary>Whether a rejection says something of the record and not of its topic: the topic takes others.</summary>
    bool IsTheRecord(KafkaFlight flight, int index)
    {
        var (error, topic) = flight.ErrorOf(index)!.Value;
        return _takenNow.Contains(topic) || error.Code == ErrorCode.MsgSizeTooLarge && _everTaken.Contains(topic);
    }

    bool MayHold(KafkaFlight flight, string topic) => _settings.HoldsTopics && !flight.Segment.Lane.IsHeld
        && (_held.Contains(topic) || _held.Count < MaxHeldTopics);

    string? WhyLeft(KafkaFlight flight)
    {
        if (_fatal is not null) return KafkaErrors.Explain(_fatal, flight.Topics.FirstOrDefault());
        if (flight.Failure is { } failure) return KafkaErrors.Explain(failure.Error, failure.Topic);
        return _isStuck ? StuckWords : null;
    }

    /// <summary>Finds rejected records by sending halves, in order. False when that has to end.</summary>
    bool Narrow(KafkaFlight flight, int[] rejected, CancellationToken stop)
    {
        var half = rejected.Length / 2;
        foreach (var part in new[] { rejected[..half], rejected[half..] })
        {
            if (part.Length == 0) continue;
            if (TryStart() is not null) return false;
            foreach (var i in part) flight[i] = KafkaFate.Waiting;
            Produce(flight, part, stop);
            Settle([flight], stop);
            if (!flight.IsDealtWith) return false;
            var left = Array.FindAll(part, i => flight[i] == KafkaFate.Rejected);
            NoteTaken(flight, Array.FindAll(part, i => flight[i] == KafkaFate.Delivered));
            if (left.Length == 0) continue;
            if (part.Length > 1)
            {
                if (!Narrow(flight, left, stop)) return false;
                continue;
            }

            if (IsTheRecord(flight, part[0])) flight[part[0]] = KafkaFate.RejectedAlone;
            else if (++_alone > MaxAlone) return false;
        }

        return true;
    }

    void NoteTaken(KafkaFlight flight, int[] delivered)
    {
        if (delivered.Length == 0) return;
        var reader = new RecordReader(flight.Segment.Bytes);
        for (int i = 0, next = 0; next < delivered.Length && reader.Read(); i++)
        {
            if (i != delivered[next]) continue;
            next++;
            _takenNow.Add(_record.Topic(reader.Topic));
        }
    }

    /// <summary>Hands records that wait to the producer (<paramref name="only"/> these, or all), waiting for room in its queue.
    /// False when something failed or a stop came.</summary>
    bool Produce(KafkaFlight flight, int[]? only, CancellationToken stop)
    {
        flight.IsWhole = false;
        var segment = flight.Segment;
        var reader = new RecordReader(segment.Bytes);
        for (var i = 0; i < segment.Count && reader.Read(); i++)
        {
            if (flight[i] != KafkaFate.Waiting || only is not null && Array.BinarySearch(only, i) < 0) continue;
            if (!KafkaErrors.IsTopicName(reader.Topic))
            {
                Refuse(flight, i, "topic_name", NoSuchName);
                continue;
            }

            var topic = _record.Topic(reader.Topic);
            flight.Topics.Add(topic);
            if (_held.Contains(topic) && !segment.Lane.IsHeld)
            {
                flight[i] = KafkaFate.Held;
                continue;
            }

            if (TryProduce(topic, _record.Message(reader), flight, i, stop) is not { } error) continue;
            if (error.Code == ErrorCode.MsgSizeTooLarge)
            {
                Refuse(flight, i, "too_large", $"{reader.Payload.Length} bytes are more than the client may send at once");
                continue;
            }

            if (error.Code == ErrorCode.Local_QueueFull) return false;
            flight.Fail(i, error, topic);
            if (flight.Failure is not null) return false;
        }

        flight.IsWhole = true;
        return true;
    }

    static void Refuse(KafkaFlight flight, int index, string error, string why)
    {
        flight[index] = KafkaFate.Refused;
        flight.Refused.Add(Aside(flight.Segment, index, why) with { Error = error });
    }

    Error? TryProduce(string topic, Message<byte[]?, byte[]> message, KafkaFlight flight, int index, CancellationToken stop)
    {
        while (true)
        {
            var onReport = flight.Add(index);
            try
            {
                _producer!.Produce(topic, message, onReport);
                return null;
            }
            catch (ProduceException<byte[]?, byte[]> e)
            {
                flight.Remove(index);
                if (e.Error.Code != ErrorCode.Local_QueueFull) return e.Error;
                lock (_signal)
                {
                    if (stop.IsCancellationRequested || flight.Failure is not null || _fatal is not null) return e.Error;
                    var before = _signal.Reports;
                    _health.Progress.At(Step.Sending);
                    Monitor.Wait(_signal, s_queueFullWait);
                    if (_signal.Reports != before) Advance();
                }

                Say([flight]);
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
                    until ??= Now + s_settleWithin;
                    var left = until.Value - Now;
                    if (left <= TimeSpan.Zero) return true;
                    Monitor.Wait(_signal, Slice(left));
                    continue;
                }

                if (reports < 0) _watch.Begin();
                else if (_signal.Reports != reports) Advance();
                reports = _signal.Reports;
                var (wait, untilSay) = (_watch.Left(_isAway), _nextSay - Now);
                if (untilSay < wait) wait = untilSay;
                if (wait > TimeSpan.Zero)
                {
                    Monitor.Wait(_signal, Slice(wait));
                    continue;
                }
            }

            Say(flights);
            if (_watch.IsStuck(_isAway)) return false;
        }
    }

    /// <summary>As much of a wait as a loop may take at once.</summary>
    static int Slice(TimeSpan wait) => (int)Math.Clamp(wait.TotalMilliseconds + 1, 1, Progress.LongestWaitMs);

    /// <summary>Reports came: what waits does not wait in vain.</summary>
    void Advance()
    {
        _watch.Progress();
        Quiet();
    }

    /// <summary>Silence begins now.</summary>
    void Quiet() => (_quietSince, _nextSay) = (Now, Now + s_sayAfter);

    /// <summary>Says why records have been waiting for too long, when something is known: by what Kafka answered to them, or by asking.
    /// </summary>
    void Say(KafkaFlight[] flights)
    {
        if (Now < _nextSay) return;
        var quiet = Now - _quietSince;
        _nextSay = Now + (quiet < s_askAfter ? s_askAfter - quiet : s_askAfter);
        var why = _reasons.RefusalSince(quiet < s_askAfter ? _quietSince : new MonotonicTime(Now.Ns - s_askAfter.Ticks * 100));
        // It is told no, and tells us: it is not stuck.
        if (why is not null) _watch.Begin();
        else if (_isAway || quiet < s_askAfter) return;
        why ??= KafkaProbe.WhyNot(_settings, _agentId, [.. flights.SelectMany(flight => flight.Topics).Distinct().Take(MaxHeldTopics)],
            s_askWithin) ?? $"Kafka's brokers answer and confirm nothing. {WhatElse()}";
        int waiting;
        lock (_signal) waiting = flights.Sum(flight => flight.Outstanding);
        if (waiting > 0)
            _health.OnFailed(
                $"{why} {waiting} records have been waiting for an answer for {(int)(Now - _quietSince).TotalSeconds} s.");
    }

    // Brokers tell a client that a quota holds it back in their answers alone, and librdkafka nobody.
    string WhatElse() => $"See their log, and whether a quota (producer_byte_rate) holds back client {_settings.ClientId ?? _agentId}.";

    static RejectedRecord Aside(Segment segment, int index, string reason)
    {
        var reader = new RecordReader(segment.Bytes);
        for (var i = 0; i <= index; i++) reader.Read();
        return RejectedRecord.Of(segment.Lane, segment.FirstNumber + index, reason, reader);
    }

    HeldRecord Held(Segment segment, int index, string? topic, string? why)
    {
        var reader = new RecordReader(segment.Bytes);
        for (var i = 0; i <= index; i++) reader.Read();
        return HeldRecord.Of(segment.Lane, index, topic ?? _record.Topic(reader.Topic), why, reader);
    }
}
