using Confluent.Kafka;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Why a Kafka client is not connected, as one sentence, from its log and its errors.</summary>
/// <remarks>
/// A closed connection is no error to librdkafka but a line of its log (a missing client certificate or SASL looks like that);
/// "all brokers are down" then comes without a reason. So the last such line is kept. <see cref="Note"/> is for librdkafka's own
/// threads, <see cref="Explain"/> for the poll thread of one client at a time, which it may hold up for 3 s, once a minute at most.
/// </remarks>
sealed class KafkaReasons(KafkaOutputSettings settings, IClock clock)
{
    static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(60);
    volatile string? _lastFailure;
    string? _lookedAt, _seen;
    MonotonicTime _lookedAtTime;

    /// <summary>Takes a line of librdkafka's log.</summary>
    public void Note(string facility, string message)
    {
        if (facility == "FAIL") _lastFailure = message;
    }

    /// <summary>Whether a line of librdkafka's log, at <c>debug=metadata</c>, says that a broker was reached and has let us in.</summary>
    /// <remarks>A connection being up says less: a port that wants a user answers the first request, about versions, to anybody. The client
    /// asks for metadata whenever a connection has come up.</remarks>
    public static bool MeansConnected(string facility, string message) =>
        facility == "METADATA" && message.Contains("===== Received metadata", StringComparison.Ordinal);

    /// <summary>What keeps the client from its brokers; <paramref name="error"/> is one of
    /// <see cref="KafkaErrors.MeansDisconnected"/>.</summary>
    public string Explain(Error error)
    {
        var line = error.Code switch
        {
            ErrorCode.Local_AllBrokersDown => _lastFailure,
            ErrorCode.Local_Authentication or ErrorCode.Local_Ssl or ErrorCode.Local_Resolve => error.Reason,
            _ => null,
        };
        if (line is null) return KafkaErrors.Explain(error, null);
        var failure = KafkaFailure.Parse(line);
        var others = error.Code == ErrorCode.Local_AllBrokersDown && settings.Brokers.Count > 1
            ? "No Kafka broker can be reached. The last one tried: "
            : "";
        return $"{others}{failure.Explain(settings, failure.IsCertificate ? Look(failure) : null)} Records are kept until then.";
    }

    string? Look(KafkaFailure failure)
    {
        var broker = $"{failure.Host}:{failure.Port}";
        if (_lookedAt == broker && clock.Monotonic - _lookedAtTime < s_lookAgain) return _seen;
        (_lookedAt, _seen, _lookedAtTime) = (broker, KafkaCertificate.Explain(settings, failure), clock.Monotonic);
        return _seen;
    }
}
