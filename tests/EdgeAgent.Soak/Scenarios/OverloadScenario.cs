using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>20,000 messages a second through mosquitto while other programs take the cores: nothing lost or twice, no reconnect,
/// no memory without end.</summary>
sealed class OverloadScenario : IScenario
{
    const int RatePerSecond = 20_000;
    const long MostBytes = 60_000_000;

    public string Name => "overload";

    public IReadOnlyList<Dimension> Dimensions { get; } =
    [
        new("limit", ("v3.1.1/20", 1), ("v3.1.1/1000", 1), ("v5/1000", 1)),
        new("seconds", ("60", 4), ("240", 1)),
        new("disk", ("ordinary", 1), ("slow", 1)),
    ];

    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) => false;

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace)
    {
        var limit = cell["limit"].Split('/');
        var result = new Backlog(workspace, new()
        {
            Messages = (int)(RatePerSecond * cell.Number("seconds") * scale),
            RatePerSecond = RatePerSecond,
            Protocol = limit[0],
            BrokerInFlight = limit[0] == "v5" ? 20 : int.Parse(limit[1]),
            ReceiveMaximum = limit[0] == "v5" ? int.Parse(limit[1]) : null,
            IsMachineBusy = true,
            SyncDelayMs = cell["disk"] == "slow" ? new Random(seed).Next(10, 40) : 0,
            Seed = seed,
        }).Run();
        var failure = result.IsStuck ? "messages are open and nothing moves"
            : result.Connections > 1 ? $"{result.Connections} connections"
            : result.PeakBytes > MostBytes ? $"{result.PeakBytes / 1e6:0} MB of memory" : null;
        return new(result.Lost, result.Twice, failure, true, null, result.PeakBytes, result.ToString());
    }

    public TableKey Key(Cell cell) => new("four busy loops", $"20,000/s, QoS 1, {cell["limit"]} in flight", "mosquitto");
}
