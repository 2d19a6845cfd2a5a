using Confluent.Kafka;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Kafka;

/// <content>Which records of a transaction a broker refuses, and what becomes of them: docs/decisions/exactly-once.md.</content>
/// <remarks>
/// A refusal ends the transaction, and an aborted one costs about a second; so as much as possible is learnt from each.
/// <list type="table">
/// <item><term>known</term><description>a record as large as one that the topic has lately refused is aside before a transaction begins
/// (<see cref="KafkaLimits"/>)</description></item>
/// <item><term>alone</term><description>one that is larger than a batch may be was alone in its batch, and so was the only one refused of
/// a topic: it goes aside by that one refusal</description></item>
/// <item><term>together</term><description>too large: the largest is tried by itself, in a transaction that is aborted. Taken: the batch
/// was too large, and batches become smaller. Refused: it goes aside, and the next ones are tried until one is taken.
/// Another refusal: halves, until each is by itself</description></item>
/// <item><term>aside</term><description>the transaction is begun anew without those that are aside, and committed if their topics take
/// others; else the topic is the trouble, and all of it waits</description></item>
/// </list>
/// </remarks>
public sealed partial class KafkaOutput
{
    // Records refused for their size since the topic has last taken one.
    readonly Dictionary<string, int> _inARow = [];

    /// <summary>Sets aside what needs no broker to be refused.</summary>
    void SetAsideKnown(KafkaWindow window)
    {
        var tooLarge = new Error(ErrorCode.MsgSizeTooLarge);
        for (var place = 0; place < window.Records.Count; place++)
        {
            var record = window.Records[place];
            if (record.Topic is not { } topic)
                window.SetAside(place, Aside(record.Segment, record.Index, NoSuchName) with { Error = "topic_name" }, null);
            else if (_limits.RefusedBytes(topic) is { } refused && record.Bytes is var bytes && bytes >= refused)
                SetAside(window, place, $"topic {topic} has refused a record of {refused} bytes for its size, and this one has {bytes} "
                    + "(max.message.bytes)", tooLarge);
        }
    }

    static void SetAside(KafkaWindow window, int place, string reason, Error error, bool isVerdict = true)
    {
        var record = window.Records[place];
        window.SetAside(place, Aside(record.Segment, record.Index, reason) with { Error = KafkaErrors.NameOf(error.Code) },
            isVerdict ? error : null);
    }

    /// <summary>Produces the records that are aside to the topic for such, in the transaction of the others.</summary>
    void Bury(KafkaWindow window, KafkaAttempt attempt, string topic, CancellationToken stop)
    {
        foreach (var (place, record) in window.Aside)
        {
            if (window.Unburied.Contains(place) || _record.DeadLetter(record) is not { } message) continue;
            if (_limits.RefusedBytes(topic) is { } refused && KafkaRecord.BytesOf(message) >= refused) window.Unburied.Add(place);
            else if (Produce(attempt, ~place, new TopicPartition(topic, Partition.Any), message, stop) is { } error)
            {
                if (error.Code == ErrorCode.MsgSizeTooLarge) window.Unburied.Add(place);
                else attempt.Fail(~place, error, topic);
            }
        }
    }

    /// <summary>Sets aside what a broker has refused. A sentence when that cannot be told from the rest.</summary>
    string? Judge(KafkaWindow window, List<(int Place, Error Error, string Topic)> refused, CancellationToken stop)
    {
        var groups = new Dictionary<(string, ErrorCode), (Error Error, List<int> Places)>();
        var dead = refused.FindAll(one => one.Place < 0);
        foreach (var (place, error, topic) in dead)
        {
            window.Unburied.Add(~place);
            if (dead.Count == 1 && error.Code == ErrorCode.MsgSizeTooLarge && _record.DeadLetter(window.Aside[~place]) is { } message)
                _limits.RefusedRecord(topic, KafkaRecord.BytesOf(message));
        }

        foreach (var (place, error, topic) in refused)
        {
            if (place < 0) continue;
            if (!groups.TryGetValue((topic, error.Code), out var group)) groups[(topic, error.Code)] = group = (error, []);
            group.Places.Add(place);
        }

        foreach (var ((topic, code), (error, places)) in groups)
        {
            places.Sort();
            string? why = null;
            if (places.Count == 1) Refuse(window, topic, error, places);
            else if (code == ErrorCode.MsgSizeTooLarge) why = SearchLargest(window, topic, error, places, stop);
            else why = SearchHalves(window, topic, [.. places], stop);
            if (why is not null || !_isPositioned) return why;
        }

        return null;
    }

    void Refuse(KafkaWindow window, string topic, Error error, IEnumerable<int> places)
    {
        foreach (var place in places)
        {
            SetAside(window, place, error.Reason, error);
            if (error.Code == ErrorCode.MsgSizeTooLarge) _limits.RefusedRecord(topic, window.Records[place].Bytes);
        }
    }

    /// <summary>Finds which of these records, whose batches are too large, are too large by themselves.</summary>
    string? SearchLargest(KafkaWindow window, string topic, Error error, List<int> places, CancellationToken stop)
    {
        // librdkafka puts nothing beside a record that is larger than a batch may be.
        var alone = places.FindAll(place => window.Records[place].Bytes > _batchBytes);
        if (alone.Count > 0)
        {
            Refuse(window, topic, error, alone);
            return null;
        }

        places.Sort((a, b) => window.Records[b].Bytes.CompareTo(window.Records[a].Bytes));
        // Those before the first are refused, those from the end on are taken.
        var (first, end) = (0, places.Count);
        while (first < end)
        {
            var middle = end < places.Count ? (first + end) / 2 : Math.Min(end - 1, Math.Max(0, 2 * first - 1));
            if (TryApart(window, [places[middle]], stop) is not { } attempt) return null;
            if (attempt.Refused.Count > 0) first = middle + 1;
            else if (attempt.Failure is { } other) return ExplainExactly(other.Error, other.Topic);
            else end = middle;
        }

        if (first > 0)
        {
            Refuse(window, topic, error, places[..first]);
            return null;
        }

        long sum = 0;
        foreach (var place in places) sum += window.Records[place].Bytes;
        _limits.RefusedBatch(topic, Math.Max(window.Records[places[0]].Bytes, Math.Min(sum, _batchBytes) / 4));
        return Refit();
    }

    /// <summary>Finds which of these records are refused by producing halves in transactions that are aborted.</summary>
    string? SearchHalves(KafkaWindow window, string topic, int[] places, CancellationToken stop)
    {
        var found = 0;
        var parts = new Stack<int[]>([places[(places.Length / 2)..], places[..(places.Length / 2)]]);
        while (parts.TryPop(out var part))
        {
            if (TryApart(window, part, stop) is not { } attempt) return null;
            if (attempt.Failure is not { } failure) continue;
            if (attempt.Refused.Count == 0) return ExplainExactly(failure.Error, failure.Topic);
            if (part.Length == 1)
            {
                Refuse(window, topic, failure.Error, part);
                if (++found > MaxAlone && !window.Taken.Contains(topic)) return KafkaErrors.ExplainAll(failure.Error, topic);
                continue;
            }

            parts.Push(part[(part.Length / 2)..]);
            parts.Push(part[..(part.Length / 2)]);
        }

        return null;
    }

    /// <summary>Produces records in a transaction of their own, which is aborted. Null when the producer is lost by it.</summary>
    KafkaAttempt? TryApart(KafkaWindow window, int[] places, CancellationToken stop)
    {
        for (var unsure = 0; ; unsure++)
        {
            if (Try(window, places, isWhole: false, stop) is not { } attempt || !Abort(attempt, stop)) return null;
            window.Taken.UnionWith(attempt.Taken);
            if (attempt.Refused.Count > 0 || unsure == MaxUnsure || attempt.Failure is not { } failure
                || !KafkaErrors.IsNoVerdict(failure.Error.Code)) return attempt;
        }
    }

    /// <summary>Why nothing is set aside after all: a topic that takes none of its records is the trouble, and not they. Null when the
    /// topics take others.</summary>
    string? WhyNotAside(KafkaWindow window)
    {
        foreach (var (topic, (error, count)) in window.Verdicts)
        {
            if (window.Taken.Contains(topic) || error.Code == ErrorCode.MsgSizeTooLarge && _everTaken.Contains(topic)
                && _inARow.GetValueOrDefault(topic) + count <= MaxAlone) continue;
            _limits.Forget(topic);
            return KafkaErrors.ExplainAll(error, topic);
        }

        return null;
    }

    /// <summary>The window is committed.</summary>
    void NoteAside(KafkaWindow window)
    {
        foreach (var (topic, (_, count)) in window.Verdicts) _inARow[topic] = _inARow.GetValueOrDefault(topic) + count;
        foreach (var topic in window.Taken) _inARow.Remove(topic);
        _everTaken.UnionWith(window.Taken);
    }
}
