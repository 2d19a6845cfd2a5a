using Confluent.Kafka;
using EdgeAgent.Core.Readings;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Outputs.Kafka;

/// <content>Records refused for good, to a topic of their own.</content>
/// <remarks>
/// They are sent before their segment is confirmed, so a crash in between sends them again with the same identity. What the topic does not
/// take within 20 s is set aside in the database instead: a dead letter never holds a record that is well.
/// </remarks>
public sealed partial class KafkaOutput
{
    static readonly TimeSpan s_buryWithin = TimeSpan.FromSeconds(20);

    SendReport BuryDead(SendReport report, CancellationToken stop)
    {
        if (_settings.DeadLetterTopic is not { } topic || report.Rejected.Count == 0 || TryStart() is not null) return report;
        var errors = new Error?[report.Rejected.Count]; // guarded by the signal
        var outstanding = 0;
        for (var i = 0; i < errors.Length; i++)
        {
            var place = i;
            if (_record.DeadLetter(report.Rejected[i]) is not { } message) continue;
            try
            {
                lock (_signal) outstanding++;
                _producer!.Produce(topic, message, answer =>
                {
                    lock (_signal)
                    {
                        (errors[place], outstanding) = (answer.Error, outstanding - 1);
                        Monitor.PulseAll(_signal);
                    }
                });
            }
            catch (ProduceException<byte[]?, byte[]> e)
            {
                lock (_signal) (errors[place], outstanding) = (e.Error, outstanding - 1);
            }
        }

        var until = Now + s_buryWithin;
        lock (_signal)
        {
            while (outstanding > 0 && !stop.IsCancellationRequested && Now < until)
            {
                _health.Progress.At(Step.Sending);
                Monitor.Wait(_signal, Slice(until - Now));
            }

            var rejected = report.Rejected.Select((record, i) => errors[i] switch
            {
                { IsError: false } => record with { DeadLetterTopic = topic },
                { } error => record with { Reason = $"{record.Reason}; and topic {topic} did not take it: {error.Reason}" },
                null => record,
            }).ToList();
            if (rejected.TrueForAll(record => record.DeadLetterTopic is not null)) return report with { Rejected = rejected };
            report = report with { Rejected = rejected };
        }

        // An old producer believes for minutes that a topic is missing or forbidden.
        Dispose();
        return report;
    }
}
