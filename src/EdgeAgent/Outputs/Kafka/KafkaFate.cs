namespace EdgeAgent.Outputs.Kafka;

/// <summary>What has become of a record.</summary>
enum KafkaFate : byte
{
    /// <summary>It is not handed to the client.</summary>
    Waiting,

    /// <summary>The client has it.</summary>
    Out,

    /// <summary>Kafka has it.</summary>
    Delivered,

    /// <summary>Kafka got it in an earlier try of its segment.</summary>
    Before,

    /// <summary>The client or we refused it before it was sent.</summary>
    Refused,

    /// <summary>Kafka rejected the batch it was in.</summary>
    Rejected,

    /// <summary>Kafka rejected it alone, and its topic takes others.</summary>
    RejectedAlone,

    /// <summary>Its topic is in trouble.</summary>
    Held,

    /// <summary>It failed for another reason, or its outcome is not known.</summary>
    Failed,
}
