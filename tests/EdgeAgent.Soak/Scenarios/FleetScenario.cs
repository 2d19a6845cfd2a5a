using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>A gateway killed a hundred times at each arrow of its way with a document.</summary>
sealed class FleetScenario : IScenario
{
    public string Name => "fleet";

    public IReadOnlyList<Dimension> Dimensions { get; } =
    [
        new("at", ("fetching", 1), ("checking", 1), ("waiting", 1), ("applying", 1), ("trial", 1), ("good", 1), ("reverting", 1)),
        new("kills", ("once", 1), ("twice", 1)),
        new("rate", ("2000", 1), ("20000", 1)),
        new("documents", ("100", 1)),
    ];

    // Only in a trial does a second start change what has to come of it.
    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) =>
        (one, other) is (("at", not "trial"), ("kills", "twice")) or (("kills", "twice"), ("at", not "trial"));

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace) => Outcome.Of(new FleetKills(workspace, new()
    {
        At = Enum.Parse<FleetPhase>(cell["at"], ignoreCase: true),
        IsTwice = cell["kills"] == "twice",
        Documents = Math.Max(2, (int)(cell.Number("documents") * scale)),
        RatePerSecond = cell.Number("rate"),
    }).Run());

    public TableKey Key(Cell cell) => new($"killed in `{cell["at"]}`{(cell["kills"] == "twice" ? ", and at the next start" : "")}",
        $"{cell["rate"]}/s, QoS 1", "mosquitto");
}
