using Confluent.Kafka;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>Why a Kafka client is not connected, or its records are not taken, as one sentence, from its log and its errors.</summary>
/// <remarks>
/// A closed connection is no error to librdkafka but a line of its log (a missing client certificate or SASL looks like that);
/// "all brokers are down" then comes without a reason. So the last such line is kept. What a broker answers to records that the client
/// sends again by itself, for ever, is in the log alone, too. <see cref="Note"/> is for librdkafka's own
/// threads, <see cref="Explain"/> for the poll thread of one client at a time, which it may hold up for 3 s, once a minute at most.
/// </remarks>
sealed class KafkaReasons(KafkaOutputSettings settings, IClock clock)
{
    static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(60);
    const string NoProducerId = "Failed to acquire idempotence PID from broker ";
    const string Refused = "encountered error: ";
    static readonly ErrorCode[] s_known =
    [
        ErrorCode.NotEnoughReplicas, ErrorCode.NotEnoughReplicasAfterAppend, ErrorCode.TopicAuthorizationFailed,
        ErrorCode.UnknownTopicOrPart,
    ];
    volatile string? _lastFailure;
    volatile bool _wasReached;
    volatile Refusal? _refusal;
    string? _lookedAt, _seen;
    MonotonicTime _lookedAtTime;

    /// <summary>Takes a line of librdkafka's log that is none of its debugging.</summary>
    public void Note(string facility, string message)
    {
        if (facility == "FAIL") _lastFailure = message;
        else if (facility == "GETPID" && message.IndexOf(NoProducerId, StringComparison.Ordinal) is var at and >= 0)
        {
            var why = message[(at + NoProducerId.Length)..].Replace(": retrying", "", StringComparison.Ordinal);
            _refusal = new Refusal(clock.Monotonic, $"Kafka gives this client no producer id ({why}). See whether the cluster has "
                + "a controller, which needs most of its controllers running; records are kept until then.");
        }
    }

    /// <summary>Takes a line of librdkafka's debugging, at <c>debug=metadata,msg</c>. True when it says that a broker answered.</summary>
    /// <remarks>A connection being up says less: a port that wants a user answers the first request, about versions, to anybody. The client
    /// asks for metadata whenever a connection has come up.</remarks>
    public bool NoteDetail(string facility, string message)
    {
        if (MeansConnected(facility, message)) return _wasReached = true;
        if (facility == "MSGSET") NoteRefusal(message);
        return false;
    }

    /// <summary>Whether a line of librdkafka's log, at <c>debug=metadata</c>, says that a broker has answered.</summary>
    public static bool MeansConnected(string facility, string message) =>
        facility == "METADATA" && message.Contains("===== Received metadata", StringComparison.Ordinal);

    /// <summary>What a broker has answered to records since <paramref name="since"/>, as a sentence; null when it has said nothing.
    /// </summary>
    public string? RefusalSince(MonotonicTime since) => _refusal is { } refusal && refusal.At >= since ? refusal.Sentence : null;

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
        if (line is null) return KafkaErrors.Explain(error, settings.ConstantTopic);
        var failure = KafkaFailure.Parse(line);
        var others = error.Code == ErrorCode.Local_AllBrokersDown && settings.Brokers.Count > 1
            ? "No Kafka broker can be reached. The last one tried: "
            : "";
        var seen = failure.IsCertificate ? Look(failure) : null;
        return $"{others}{failure.Explain(settings, seen, _wasReached)} Records are kept until then.";
    }

    // `… topic [3]: MessageSet with 5 message(s) (…) encountered error: Broker: Not enough in-sync replicas (actions Retry,…)`
    void NoteRefusal(string message)
    {
        var words = message.IndexOf(Refused, StringComparison.Ordinal);
        var partition = message.IndexOf("]: MessageSet with", StringComparison.Ordinal);
        if (words < 0 || partition < 0) return;
        var reason = message[(words + Refused.Length)..];
        if (reason.IndexOf(" (actions", StringComparison.Ordinal) is var actions and >= 0) reason = reason[..actions];
        var topic = message[..partition];
        topic = topic[..Math.Max(0, topic.LastIndexOf(" [", StringComparison.Ordinal))];
        topic = topic[(topic.LastIndexOf(' ') + 1)..];
        foreach (var code in s_known)
        {
            if (new Error(code).Reason != reason) continue;
            _refusal = new Refusal(clock.Monotonic, KafkaErrors.Explain(new Error(code), topic));
            return;
        }

        _refusal = new Refusal(clock.Monotonic,
            $"Kafka does not take records for topic {topic} ({reason}). See the brokers' log; records are kept until then.");
    }

    string? Look(KafkaFailure failure)
    {
        var broker = $"{failure.Host}:{failure.Port}";
        if (_lookedAt == broker && clock.Monotonic - _lookedAtTime < s_lookAgain) return _seen;
        (_lookedAt, _seen, _lookedAtTime) = (broker, KafkaCertificate.Explain(settings, failure), clock.Monotonic);
        return _seen;
    }

    sealed record Refusal(MonotonicTime At, string Sentence);
}
