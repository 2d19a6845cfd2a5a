using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>A thousand random reloads at 20,000 messages a second: nothing lost or twice, nothing reconnects that did not change,
/// gates closed for at most 50 ms at p99.</summary>
sealed class ReloadScenario : IScenario
{
    public string Name => "reload";

    public IReadOnlyList<Dimension> Dimensions { get; } = [new("pauses", ("short", 1), ("long", 1)), new("reloads", ("1000", 1))];

    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) => false;

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace) => Outcome.Of(new ReloadStorm(workspace, new()
    {
        Reloads = Math.Max(10, (int)(cell.Number("reloads") * scale)),
        RatePerSecond = 20_000,
        MostPauseMs = cell["pauses"] == "short" ? 100 : 600,
        Seed = seed,
    }).Run());

    public TableKey Key(Cell cell) => new("random reloads", $"20,000/s, QoS 1, {cell["pauses"]} pauses", "mosquitto");
}
