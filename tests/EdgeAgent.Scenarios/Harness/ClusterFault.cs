namespace EdgeAgent.Scenarios.Harness;

/// <summary>What happens to a cluster of three, or to the agent that sends to it.</summary>
enum ClusterFault
{
    /// <summary>The brokers are restarted one after the other.</summary>
    Rolling,

    /// <summary>SIGKILL for a broker, and a start.</summary>
    BrokerKilled,

    /// <summary>A broker hangs with its connections open.</summary>
    BrokerPaused,

    /// <summary>Two of three brokers are killed: no replicas in step, no controller.</summary>
    TooFewReplicas,

    /// <summary>Partitions are added.</summary>
    Partitions,

    /// <summary>The topic is deleted, and made again while records wait.</summary>
    TopicMadeAgain,

    /// <summary>Brokers hold clients back to a few bytes a second.</summary>
    Quota,

    /// <summary>The topic takes no time that is older than a millisecond.</summary>
    TimeLimit,

    /// <summary>A second agent of the same id sends readings of its own.</summary>
    SecondAgent,

    /// <summary>SIGKILL for the agent, and a start; every other time while the brokers hang, so that something is on its way.</summary>
    AgentKilled,
}
