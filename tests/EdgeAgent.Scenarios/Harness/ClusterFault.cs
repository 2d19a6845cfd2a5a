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

    /// <summary>SIGKILL for the agent, and a start.</summary>
    AgentKilled,
}
