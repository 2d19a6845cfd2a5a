namespace EdgeAgent.Scenarios.Harness;

/// <summary>An outage of Kafka and what the agent does meanwhile.</summary>
sealed record KafkaOutageSettings
{
    /// <summary>The fault.</summary>
    public KafkaFault Fault { get; init; }

    /// <summary>How long it lasts.</summary>
    public TimeSpan Lasts { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the brokers are a real Apache Kafka, not a mock of three.</summary>
    public bool IsApache { get; init; }

    /// <summary>Partitions of the topic.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>Whether nothing has been sent before: the first records come during the outage.</summary>
    public bool IsIdleBefore { get; init; }

    /// <summary>What happens to the agent during the outage: nothing, SIGKILL or SIGTERM, and a start.</summary>
    public AgentEnd AgentEnd { get; init; }

    /// <summary>What instants are drawn by.</summary>
    public int Seed { get; init; } = 1;
}
