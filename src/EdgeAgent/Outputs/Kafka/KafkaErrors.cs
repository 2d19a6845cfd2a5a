using Confluent.Kafka;

namespace EdgeAgent.Outputs.Kafka;

/// <summary>What an error of Kafka means for records, and in words a person can act on.</summary>
static class KafkaErrors
{
    /// <summary>Longest topic name (Kafka's <c>Topic.MAX_NAME_LENGTH</c>).</summary>
    const int MaxTopicLength = 249;

    /// <summary>Whether a broker refuses the records of a batch, however often they are sent; by the record or by the topic's settings.
    /// All else is tried again.</summary>
    public static bool IsRejection(ErrorCode code) =>
        code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidRecord or ErrorCode.TopicException or ErrorCode.PolicyViolation;

    /// <summary>A rejection's name for programs.</summary>
    public static string NameOf(ErrorCode code) => code switch
    {
        ErrorCode.MsgSizeTooLarge => "too_large",
        ErrorCode.InvalidRecord => "invalid_record",
        ErrorCode.TopicException => "topic_name",
        _ => "policy",
    };

    /// <summary>Whether the trouble is the topic's own, so that records of other topics can be delivered.</summary>
    public static bool IsOfTopic(ErrorCode code) =>
        code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition
            or ErrorCode.TopicAuthorizationFailed or ErrorCode.InvalidTimestamp;

    /// <summary>Whether the client gave the record up because it was to end.</summary>
    public static bool IsPurge(ErrorCode code) =>
        code is ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight or ErrorCode.Local_Destroy or ErrorCode.Local_Fatal;

    /// <summary>Whether a record of a transaction failed for what another one did, and says nothing of itself.</summary>
    /// <remarks>After a refused batch the client's numbers have a gap, which the next transaction meets: the broker answers that they
    /// are out of order, the client gives up what it holds and takes nothing more, and is well again once that transaction is aborted.
    /// </remarks>
    public static bool IsNoVerdict(ErrorCode code) =>
        code is ErrorCode.Local_PurgeQueue or ErrorCode.Local_PurgeInflight or ErrorCode.OutOfOrderSequenceNumber or ErrorCode.Local_State;

    /// <summary>Whether an error of the client, seen outside any delivery, means that nothing can be delivered now.</summary>
    /// <remarks>A single broken connection does not: librdkafka goes on with other brokers, and says when all are down.</remarks>
    public static bool MeansDisconnected(ErrorCode code) =>
        code is ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.Local_Ssl or ErrorCode.Local_Resolve
            or ErrorCode.ClusterAuthorizationFailed or ErrorCode.SaslAuthenticationFailed;

    /// <summary>Whether a topic may have this name: letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, 1 to 249 of them.</summary>
    public static bool IsTopicName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= MaxTopicLength && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8)
        && name.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"u8) < 0;

    /// <summary>One sentence or two: what happened and what to do. <paramref name="topic"/> may be null.</summary>
    public static string Explain(Error error, string? topic) => error.Code switch
    {
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition =>
            $"Kafka has no topic {topic}, or hides it from this user. Create it or grant Describe and Write on it; "
                + "records are kept until then.",
        ErrorCode.TopicAuthorizationFailed =>
            $"Kafka does not let this user write to topic {topic}. Grant Write and Describe on it; records are kept until then.",
        // A broker from 2.8 on asks this only of users without Write on any topic (KIP-679).
        ErrorCode.ClusterAuthorizationFailed =>
            $"Kafka does not let this user write. Grant Write and Describe on {(topic is null ? "the topic" : "topic " + topic)} "
                + "(for brokers before 2.8 also IdempotentWrite on the cluster); records are kept until then.",
        ErrorCode.Local_AllBrokersDown => "No Kafka broker can be reached. Check brokers and the network; records are kept until then.",
        ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend =>
            $"Too few replicas of topic {topic} are in step (min.insync.replicas). Records are kept until the cluster has recovered; "
                + "see which brokers are down.",
        ErrorCode.InvalidTimestamp =>
            $"Kafka refuses the time of records for topic {topic}, which is that of their sending. Check the gateway's clock and the "
                + "topic's message.timestamp.before.max.ms and message.timestamp.after.max.ms; records are kept until then.",
        _ => $"Kafka: {error.Reason} ({error.Code}{(topic is null ? "" : ", topic " + topic)}).",
    };

    /// <summary>What it means that none of a topic's records is taken: more likely its settings than the records.</summary>
    public static string ExplainAll(Error error, string topic) =>
        $"Kafka takes none of the records for topic {topic} ({error.Reason}). " + (error.Code switch
        {
            ErrorCode.MsgSizeTooLarge => "Raise the topic's max.message.bytes",
            ErrorCode.InvalidRecord =>
                "Set `key` when the topic is compacted (cleanup.policy), and see whether the brokers check records by a schema",
            ErrorCode.PolicyViolation => "See what the brokers' policy for the topic asks",
            _ => "See what the topic's settings and the brokers' log say",
        }) + "; records are kept until then.";
}
