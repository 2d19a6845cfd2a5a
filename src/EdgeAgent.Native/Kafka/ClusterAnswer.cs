namespace EdgeAgent.Native.Kafka;

/// <summary>What a cluster said of itself.</summary>
/// <param name="Brokers">Its brokers; empty when none answered.</param>
/// <param name="Topics">The topics asked for, in that order; fewer when time was up.</param>
/// <param name="FailureCode">librdkafka's error code when the question failed; 0 when it was answered.</param>
/// <param name="FailureReason">What librdkafka says of an option it refused, or why it does not start; else empty.</param>
/// <param name="Failures">Lines of librdkafka's log about connections that failed (facility <c>FAIL</c>), the last at the end.</param>
public sealed record ClusterAnswer(IReadOnlyList<ClusterBroker> Brokers, IReadOnlyList<ClusterTopic> Topics, int FailureCode,
    string FailureReason, IReadOnlyList<string> Failures)
{
    /// <summary>Why the last connection failed; null when none did.</summary>
    public string? LastFailure => Failures.Count == 0 ? null : Failures[^1];
}
