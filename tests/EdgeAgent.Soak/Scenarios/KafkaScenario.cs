using System.Collections.Concurrent;
using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>A real cluster of three brokers in trouble, at least once and exactly once.</summary>
/// <remarks>A cluster serves several rounds, as its start takes longer than most of them; one that was in a round that went wrong is
/// kept as it was left.</remarks>
sealed class KafkaScenario : IScenario, IDisposable
{
    const int MostRounds = 40;
    readonly ConcurrentBag<Cluster> _idle = [];

    public string Name => "kafka";

    public IReadOnlyList<Dimension> Dimensions { get; } =
    [
        new("delivery", ("at_least_once", 1), ("exactly_once", 1)),
        new("fault", ("rolling", 1), ("broker_killed", 2), ("broker_paused", 2), ("too_few_replicas", 1), ("partitions", 1),
            ("topic_made_again", 2), ("quota", 1), ("time_limit", 1), ("second_agent", 2), ("agent_killed", 6)),
        new("pause", ("10", 9), ("150", 1)),
    ];

    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) =>
        one == ("pause", "150") && other is { Name: "fault", Value: not "broker_paused" }
        // At least once nothing stands between two agents of one id.
        || one == ("fault", "second_agent") && other == ("delivery", "at_least_once");

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace)
    {
        if (!_idle.TryTake(out var cluster)) cluster = new Cluster();
        Outcome? outcome = null;
        try
        {
            return outcome = Outcome.Of(new ClusterRound(workspace, cluster.Kafka, new()
            {
                IsExact = cell["delivery"] == "exactly_once",
                Faults = [.. Enumerable.Repeat(FaultOf(cell), FaultOf(cell) switch
                {
                    ClusterFault.AgentKilled => 8,
                    ClusterFault.BrokerKilled or ClusterFault.Partitions => 2,
                    ClusterFault.BrokerPaused when cell["pause"] != "150" => 2,
                    _ => 1,
                })],
                LongestPause = scale * cell.Number("pause"),
                Seed = seed,
            }).Run());
        }
        finally
        {
            if (outcome is { IsWell: true } && ++cluster.Rounds < MostRounds) _idle.Add(cluster);
            else cluster.End(isKept: outcome is not { IsWell: true });
        }
    }

    public TableKey Key(Cell cell) => new(
        FaultOf(cell) switch
        {
            ClusterFault.Rolling => "brokers restarted one by one",
            ClusterFault.BrokerKilled => "a broker killed",
            ClusterFault.BrokerPaused => $"a broker paused for up to {cell["pause"]} s",
            ClusterFault.TooFewReplicas => "two of three brokers killed",
            ClusterFault.Partitions => "partitions added",
            ClusterFault.TopicMadeAgain => "topic deleted and made again",
            ClusterFault.Quota => "held back by a quota",
            ClusterFault.TimeLimit => "times refused",
            ClusterFault.SecondAgent => "a second agent of the id",
            _ => "agent killed",
        },
        cell["delivery"] == "exactly_once" ? "exactly once" : "at least once", "Apache Kafka 4.3.1, three");

    public void Dispose()
    {
        while (_idle.TryTake(out var cluster)) cluster.End(isKept: false);
    }

    static ClusterFault FaultOf(Cell cell) => Enum.Parse<ClusterFault>(cell["fault"].Replace("_", ""), ignoreCase: true);

    sealed class Cluster
    {
        readonly Workspace _workspace = new();

        public Cluster()
        {
            Kafka = new ApacheKafka(_workspace, "--brokers", "3");
            Kafka.CreateTopic(ClusterRound.ProgressTopic, "--partitions", "4", "--config", "cleanup.policy=compact");
        }

        public ApacheKafka Kafka { get; }

        public int Rounds { get; set; }

        public void End(bool isKept)
        {
            Kafka.Dispose();
            _workspace.IsKept = isKept;
            _workspace.Dispose();
        }
    }
}
