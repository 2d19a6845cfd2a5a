using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>Nobody reads standard error while models are swapped and warnings come.</summary>
sealed class StalledLogScenario : IScenario
{
    public string Name => "stalled-log";

    public IReadOnlyList<Dimension> Dimensions { get; } =
    [
        new("from", ("start", 1), ("later", 1)),
        new("says", ("swaps", 1), ("bad", 1), ("both", 2)),
        new("end", ("read-again", 1), ("reader-gone", 1), ("stopped", 1), ("killed", 1)),
    ];

    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) => false;

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace) => Outcome.Of(new StalledLog(workspace, new()
    {
        IsFromStart = cell["from"] == "start",
        HasSwaps = cell["says"] != "bad",
        HasBadMessages = cell["says"] != "swaps",
        End = cell["end"] switch { "read-again" => StallEnd.ReadAgain, "reader-gone" => StallEnd.ReaderGone, "stopped" => StallEnd.Stopped,
            _ => StallEnd.Killed },
        Stall = scale * TimeSpan.FromSeconds(10 + 50 * new Random(seed).NextDouble()),
        Seed = seed,
    }).Run());

    public TableKey Key(Cell cell) => new(
        "nobody reads, then "
            + cell["end"] switch { "read-again" => "somebody again", "reader-gone" => "the reader is gone", var end => $"agent {end}" },
        cell["says"] switch { "swaps" => "models swapped", "bad" => "bad messages", _ => "models swapped, bad messages" },
        "mosquitto");
}
