namespace EdgeAgent.Outputs.Kafka;

/// <summary>What <c>check --connect</c> found out about a Kafka output.</summary>
/// <param name="Brokers">Brokers that answered, <c>host:port</c> as the cluster gives it; empty when none did.</param>
/// <param name="Findings">What is wrong, a sentence each with what to do; empty when all is well.</param>
public sealed record KafkaProbeResult(IReadOnlyList<string> Brokers, IReadOnlyList<string> Findings)
{
    /// <summary>What is good to know; empty when something is wrong.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What works now and will not take records, or lose them, when a broker is missing, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
