namespace EdgeAgent.Scenarios.Harness;

/// <summary>What happens to the brokers of a Kafka output.</summary>
enum KafkaFault
{
    /// <summary>They are stopped (SIGSTOP) and go on: connections stay open, nothing is answered.</summary>
    Paused,

    /// <summary>They are gone and come back: connections are cut and refused meanwhile.</summary>
    Down,

    /// <summary>Connections are cut again and again, each time for a moment.</summary>
    Cut,
}
