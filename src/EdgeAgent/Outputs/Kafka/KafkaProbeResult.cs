namespace EdgeAgent.Outputs.Kafka;

/// <summary>What <c>check --connect</c> found out about a Kafka output.</summary>
/// <param name="Brokers">Brokers the cluster names, <c>host:port</c>; empty when none was reached.</param>
/// <param name="Findings">What is wrong, a sentence each with what to do; empty when all is well.</param>
public sealed record KafkaProbeResult(IReadOnlyList<string> Brokers, IReadOnlyList<string> Findings)
{
    /// <summary>What works now and will not take records when a broker is missing, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
