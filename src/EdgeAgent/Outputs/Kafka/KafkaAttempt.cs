using Confluent.Kafka;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Records that are produced together inside a transaction, and what their reports said. The signal guards every field.</summary>
/// <remarks>A record of the window has its place there, a dead letter the complement (<c>~place</c>) of the place it stands for.</remarks>
sealed class KafkaAttempt(KafkaSignal signal)
{
    /// <summary>Records without a report.</summary>
    public int Outstanding { get; private set; }

    /// <summary>The first record that failed, why, and its topic; one that failed for what another did only without one.</summary>
    public (int Place, Error Error, string Topic)? Failure { get; private set; }

    /// <summary>Records of batches that a broker refuses, however often they are sent. Whole once nothing is outstanding.</summary>
    public List<(int Place, Error Error, string Topic)> Refused { get; } = [];

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
                else Take(place, report.Error, topic);
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
        lock (signal) Take(place, error, topic);
    }

    void Take(int place, Error error, string topic)
    {
        if (KafkaErrors.IsRejection(error.Code)) Refused.Add((place, error, topic));
        if (Failure is not { } first || KafkaErrors.IsPurge(first.Error.Code)
            || KafkaErrors.IsNoVerdict(first.Error.Code) && !KafkaErrors.IsPurge(error.Code)) Failure = (place, error, topic);
    }
}
