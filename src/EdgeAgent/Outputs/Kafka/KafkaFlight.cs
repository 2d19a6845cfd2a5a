using Confluent.Kafka;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>The records of one segment on their way, and what became of each.</summary>
/// <remarks>Delivery reports come on the client's poll thread, all else on the output thread; the signal guards every field.</remarks>
sealed class KafkaFlight
{
    readonly KafkaSignal _signal;
    readonly OutputHealth _health;
    readonly bool _mayHold;
    readonly KafkaFate[] _fates;
    readonly Dictionary<int, (Error Error, string Topic)> _errors = [];
    int _outstanding;

    /// <summary>A flight of <paramref name="segment"/>.</summary>
    /// <param name="segment">The segment.</param>
    /// <param name="signal">Lock and wake-up, shared by all flights of one output.</param>
    /// <param name="health">Told of each first success.</param>
    /// <param name="mayHold">Whether a topic's trouble concerns its records alone.</param>
    /// <param name="before">What became of the records in an earlier try; null at the first.</param>
    public KafkaFlight(Segment segment, KafkaSignal signal, OutputHealth health, bool mayHold, KafkaFate[]? before)
    {
        (Segment, _signal, _health, _mayHold) = (segment, signal, health, mayHold);
        _fates = before ?? new KafkaFate[segment.Count];
    }

    /// <summary>The segment.</summary>
    public Segment Segment { get; }

    /// <summary>Records the client or we refused before sending.</summary>
    public List<RejectedRecord> Refused { get; } = [];

    /// <summary>Topics of its records.</summary>
    public HashSet<string> Topics { get; } = [];

    /// <summary>The first failure that is neither a rejection nor a topic's own trouble, with the topic.</summary>
    public (Error Error, string Topic)? Failure { get; private set; }

    /// <summary>Whether every record of the segment was handed over or refused; written by the output thread alone.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Whether every record handed over has its report.</summary>
    public bool IsSettled => _outstanding == 0;

    /// <summary>Records handed over that have no report.</summary>
    public int Outstanding => _outstanding;

    /// <summary>Whether nothing is left but rejections and records of topics in trouble.</summary>
    public bool IsDealtWith
    {
        get { lock (_signal) return IsSettled && IsWhole && Failure is null; }
    }

    /// <summary>What became of a record.</summary>
    public KafkaFate this[int index]
    {
        get { lock (_signal) return _fates[index]; }
        set { lock (_signal) _fates[index] = value; }
    }

    /// <summary>Why a record was rejected or is held; null when its topic was held before.</summary>
    public (Error Error, string Topic)? ErrorOf(int index)
    {
        lock (_signal) return _errors.TryGetValue(index, out var error) ? error : null;
    }

    /// <summary>The records with this fate, in order.</summary>
    public int[] With(KafkaFate fate)
    {
        lock (_signal)
        {
            if (Array.IndexOf(_fates, fate) < 0) return [];
            return [.. Enumerable.Range(0, _fates.Length).Where(i => _fates[i] == fate)];
        }
    }

    /// <summary>What the next try needs to know: which records have arrived.</summary>
    public KafkaFate[] Remember()
    {
        lock (_signal)
            return Array.ConvertAll(_fates,
                fate => fate is KafkaFate.Delivered or KafkaFate.Before ? KafkaFate.Before : KafkaFate.Waiting);
    }

    /// <summary>The record is handed over; its report comes to what is returned.</summary>
    public Action<DeliveryReport<byte[]?, byte[]>> Add(int index)
    {
        lock (_signal)
        {
            _outstanding++;
            _fates[index] = KafkaFate.Out;
        }

        return report => Report(index, report);
    }

    /// <summary>The record was not taken after all.</summary>
    public void Remove(int index)
    {
        lock (_signal)
        {
            _outstanding--;
            _fates[index] = KafkaFate.Waiting;
        }
    }

    /// <summary>Notes a failure that came without a delivery report.</summary>
    public void Fail(int index, Error error, string topic)
    {
        lock (_signal)
        {
            Take(index, error, topic);
            Monitor.PulseAll(_signal);
        }
    }

    void Report(int index, DeliveryReport<byte[]?, byte[]> report)
    {
        if (!report.Error.IsError) _health.OnWell();
        lock (_signal)
        {
            _outstanding--;
            _signal.Reports++;
            Take(index, report.Error, report.Topic);
            Monitor.PulseAll(_signal);
        }
    }

    void Take(int index, Error error, string topic)
    {
        _fates[index] = !error.IsError ? KafkaFate.Delivered
            : KafkaErrors.IsRejection(error.Code) ? KafkaFate.Rejected
            : _mayHold && KafkaErrors.IsOfTopic(error.Code) ? KafkaFate.Held
            : KafkaFate.Failed;
        if (_fates[index] is KafkaFate.Rejected or KafkaFate.Held) _errors[index] = (error, topic);
        // A fatal client gives up what it holds: the reason is the fatal error, not that.
        else if (_fates[index] == KafkaFate.Failed && (Failure is null || KafkaErrors.IsPurge(Failure.Value.Error.Code)))
            Failure = (error, topic);
    }
}
