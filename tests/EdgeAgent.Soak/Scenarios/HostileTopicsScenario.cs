using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>One publisher makes up topics without end; the agent is killed or stopped and started under a real memory limit.</summary>
sealed class HostileTopicsScenario : IScenario
{
    const long ServiceBytes = 256 << 20;

    public string Name => "hostile-topics";

    public IReadOnlyList<Dimension> Dimensions { get; } =
    [
        new("junk", ("levels", 2), ("labels", 2), ("series", 1), ("all", 1)),
        new("limit", ("throughout", 2), ("later", 1), ("none", 1)),
        new("end", ("killed", 1), ("stopped", 1)),
        new("starts", ("2", 1), ("4", 1)),
    ];

    // Without a limit a life would have to see more than 100,000 of them before anything gives way.
    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) =>
        one == ("junk", "series") && other == ("limit", "none");

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace)
    {
        var random = new Random(seed);
        var junk = cell["junk"] switch { "levels" => Junk.LongLevels, "labels" => Junk.LongLabels, "series" => Junk.ManySeries,
            _ => Junk.All };
        var (messages, rate) = junk switch
        {
            Junk.LongLevels => (random.Next(4_000, 12_000), random.Next(200, 800)),
            Junk.ManySeries => (random.Next(200_000, 260_000), random.Next(8_000, 16_000)),
            Junk.All => (random.Next(15_000, 30_000), random.Next(500, 1_500)),
            _ => (random.Next(110_000, 150_000), random.Next(4_000, 12_000)),
        };
        return Outcome.Of(new HostileTopics(workspace, new()
        {
            Junk = junk,
            Messages = (int)(messages * scale),
            RatePerSecond = rate,
            Restarts = cell.Number("starts") - 1,
            IsKilled = cell["end"] == "killed",
            MemoryLimitBytes = cell["limit"] == "none" ? null : ServiceBytes,
            IsLimitedLater = cell["limit"] == "later",
            Seed = seed,
        }).Run());
    }

    public TableKey Key(Cell cell) => new(
        cell["junk"] switch { "levels" => "levels of 20 to 60 kB", "labels" => "labels of 150 to 250 bytes", "series" => "a series each",
            _ => "all of these" },
        cell["limit"] switch { "none" => "no limit", "later" => "256 MiB from the second start on", _ => "256 MiB throughout" },
        "mosquitto");
}
