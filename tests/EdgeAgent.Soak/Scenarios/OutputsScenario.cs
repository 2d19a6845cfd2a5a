using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>Kafka is stopped, away, or its connections are cut, and the agent may end meanwhile.</summary>
sealed class OutputsScenario : IScenario
{
    public string Name => "outputs";

    public IReadOnlyList<Dimension> Dimensions { get; } =
    [
        new("fault", ("paused", 2), ("down", 1), ("cut", 1)),
        new("cluster", ("mock", 1), ("apache", 1)),
        new("lasts", ("short", 1), ("long", 1)),
        new("partitions", ("4", 1), ("160", 1)),
        new("before", ("idle", 1), ("busy", 1)),
        new("agent", ("runs", 2), ("killed", 1), ("stopped", 1)),
    ];

    // Connections to Apache's broker do not go through anything that could cut them.
    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) =>
        one == ("fault", "cut") && other == ("cluster", "apache");

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace)
    {
        var random = new Random(seed);
        return Outcome.Of(new KafkaOutage(workspace, new()
        {
            Fault = cell["fault"] switch { "paused" => KafkaFault.Paused, "down" => KafkaFault.Down, _ => KafkaFault.Cut },
            IsApache = cell["cluster"] == "apache",
            Lasts = scale * TimeSpan.FromSeconds(cell["lasts"] == "short" ? 1 + 7 * random.NextDouble() : 20 + 50 * random.NextDouble()),
            Partitions = cell.Number("partitions"),
            IsIdleBefore = cell["before"] == "idle",
            AgentEnd = cell["agent"] switch { "killed" => AgentEnd.Killed, "stopped" => AgentEnd.Stopped, _ => AgentEnd.None },
            Seed = seed,
        }).Run());
    }

    public TableKey Key(Cell cell) => new(
        $"{cell["fault"] switch { "paused" => "Kafka paused", "down" => "Kafka down", _ => "connections cut" }}"
            + $"{(cell["agent"] == "runs" ? "" : $", agent {cell["agent"]}")}",
        cell["lasts"] == "short" ? "1 to 8 s" : "20 to 70 s",
        cell["cluster"] == "apache" ? "Apache Kafka 4.3.1" : "mock of three brokers");
}
