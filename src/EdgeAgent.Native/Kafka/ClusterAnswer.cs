namespace EdgeAgent.Native.Kafka;

/// <summary>What a cluster said of itself.</summary>
/// <param name="Brokers">Brokers, <c>host:port</c>; empty when none answered.</param>
/// <param name="TopicCode">Kafka's error code of the topic asked for; 0 when it is there or none was asked for.</param>
/// <param name="FailureCode">librdkafka's error code when the question failed; 0 when it was answered.</param>
/// <param name="FailureReason">The option librdkafka refused, or why it does not start; else empty.</param>
/// <param name="LastBrokerFailure">The last line of librdkafka's log about a connection that failed (facility <c>FAIL</c>);
/// null when there was none.</param>
public sealed record ClusterAnswer(IReadOnlyList<string> Brokers, int TopicCode, int FailureCode, string FailureReason,
    string? LastBrokerFailure = null)
{
    /// <summary>Partitions of the topic; 0 when none was asked for.</summary>
    public int Partitions { get; init; }

    /// <summary>Partitions without a leader, which take nothing now.</summary>
    public int Leaderless { get; init; }

    /// <summary>Fewest replicas of a partition.</summary>
    public int FewestReplicas { get; init; }

    /// <summary>Fewest replicas of a partition that are in step now.</summary>
    public int FewestInSync { get; init; }

    /// <summary>The topic's <c>min.insync.replicas</c>; null when the cluster does not tell.</summary>
    public int? MinInSync { get; init; }
}
