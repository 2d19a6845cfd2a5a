using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>A real cluster of three brokers in trouble, at least once and exactly once.</summary>
sealed class KafkaScenario : IScenario
{
    public string Name => "kafka";

    public IReadOnlyList<Dimension> Dimensions { get; } =
    [
        new("delivery", ("at_least_once", 1), ("exactly_once", 1)),
        new("fault", ("rolling", 1), ("broker_killed", 1), ("broker_paused", 1), ("too_few_replicas", 1), ("partitions", 1),
            ("agent_killed", 2)),
        new("pause", ("10", 3), ("150", 1)),
    ];

    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) =>
        one == ("pause", "150") && other is { Name: "fault", Value: not "broker_paused" };

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace) => Outcome.Of(new ClusterRound(workspace, new()
    {
        IsExact = cell["delivery"] == "exactly_once",
        Fault = cell["fault"] switch
        {
            "rolling" => ClusterFault.Rolling,
            "broker_killed" => ClusterFault.BrokerKilled,
            "broker_paused" => ClusterFault.BrokerPaused,
            "too_few_replicas" => ClusterFault.TooFewReplicas,
            "partitions" => ClusterFault.Partitions,
            _ => ClusterFault.AgentKilled,
        },
        Faults = cell["fault"] is "agent_killed" ? 8 : cell["fault"] is "rolling" or "too_few_replicas" ? 1 : 2,
        LongestPause = scale * cell.Number("pause"),
        Seed = seed,
    }).Run());

    public TableKey Key(Cell cell) => new(
        cell["fault"] switch
        {
            "rolling" => "brokers restarted one by one",
            "broker_killed" => "a broker killed",
            "broker_paused" => $"a broker paused for up to {cell["pause"]} s",
            "too_few_replicas" => "two of three brokers killed",
            "partitions" => "partitions added",
            _ => "agent killed",
        },
        cell["delivery"] == "exactly_once" ? "exactly once" : "at least once", "Apache Kafka 4.3.1, three");
}
