using Confluent.Kafka;
using EdgeAgent.Storage;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Lock and wake-up of one output's flights, which counts their delivery reports.</summary>
sealed class KafkaSignal
{
    /// <summary>Delivery reports so far; guarded by the lock on this.</summary>
    public long Reports { get; set; }
}

/// <summary>Records of one segment handed to the producer together, and what became of them.</summary>
/// <remarks>Delivery reports come on the client's poll thread, all else on the output thread;
/// <paramref name="signal"/> guards every field.</remarks>
/// <param name="signal">Lock and wake-up, shared by all flights of one send.</param>
/// <param name="health">Told of each first success.</param>
sealed class KafkaFlight(KafkaSignal signal, OutputHealth health)
{
    int _outstanding;

    /// <summary>Records the client or we refused before sending.</summary>
    public List<RejectedRecord> Refused { get; } = [];

    /// <summary>A broker's rejection of one or more of the records; which ones it does not say when they travelled in one batch.</summary>
    public Error? Rejection { get; private set; }

    /// <summary>The first failure that is no rejection, with its topic.</summary>
    public (Error Error, string Topic)? Failure { get; private set; }

    /// <summary>Whether every record of the segment was handed over or refused; written by the output thread alone.</summary>
    public bool IsWhole { get; set; }

    /// <summary>Whether every record handed over has its report.</summary>
    public bool IsSettled => _outstanding == 0;

    /// <summary>One more record is handed over.</summary>
    public void Add()
    {
        lock (signal) _outstanding++;
    }

    /// <summary>The record was not taken after all.</summary>
    public void Remove()
    {
        lock (signal) _outstanding--;
    }

    /// <summary>Notes a failure that came without a delivery report.</summary>
    public void Fail(Error error, string topic)
    {
        lock (signal)
        {
            Failure ??= (error, topic);
            Monitor.PulseAll(signal);
        }
    }

    /// <summary>Takes one delivery report.</summary>
    public void Report(DeliveryReport<byte[]?, byte[]> report)
    {
        if (!report.Error.IsError) health.OnWell();
        lock (signal)
        {
            _outstanding--;
            signal.Reports++;
            if (KafkaErrors.IsRejection(report.Error.Code)) Rejection ??= report.Error;
            else if (report.Error.IsError) Failure ??= (report.Error, report.Topic);
            Monitor.PulseAll(signal);
        }
    }
}
