using Confluent.Kafka;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Records that are produced together inside a transaction, and what their reports said. The signal guards every field.</summary>
sealed class KafkaAttempt(KafkaSignal signal)
{
    /// <summary>Records without a report.</summary>
    public int Outstanding { get; private set; }

    /// <summary>The first record that failed, why, and its topic; −1 for one that is none of the window's.</summary>
    public (int Place, Error Error, string Topic)? Failure { get; private set; }

    /// <summary>Topics that took a record.</summary>
    public HashSet<string> Taken { get; } = [];

    /// <summary>Topics of its records; output thread.</summary>
    public HashSet<string> Topics { get; } = [];

    /// <summary>A record is handed over; its report comes to what is returned.</summary>
    public Action<DeliveryReport<byte[]?, byte[]>> Add(int place, string topic)
    {
        Topics.Add(topic);
        lock (signal) Outstanding++;
        return report =>
        {
            lock (signal)
            {
                Outstanding--;
                signal.Reports++;
                if (!report.Error.IsError) Taken.Add(topic);
                else if (Failure is null || KafkaErrors.IsPurge(Failure.Value.Error.Code)) Failure = (place, report.Error, topic);
                Monitor.PulseAll(signal);
            }
        };
    }

    /// <summary>A record is not handed over after all.</summary>
    public void Back()
    {
        lock (signal) Outstanding--;
    }

    /// <summary>The client did not take a record.</summary>
    public void Fail(int place, Error error, string topic)
    {
        lock (signal)
        {
            Outstanding--;
            Failure ??= (place, error, topic);
        }
    }
}
