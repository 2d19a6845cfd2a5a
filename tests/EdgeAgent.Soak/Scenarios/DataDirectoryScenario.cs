using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>Files of the data directory are gone, emptied or damaged, or its disk is full, when the agent starts again.</summary>
sealed class DataDirectoryScenario : IScenario
{
    public string Name => "data-directory";

    public IReadOnlyList<Dimension> Dimensions { get; } =
    [
        new("fault", ("database-deleted", 1), ("all-deleted", 1), ("wal-deleted", 1), ("wal-emptied", 1), ("page-damaged", 2),
            ("disk-full", 1)),
        new("end", ("killed", 1), ("stopped", 1)),
        new("outputs", ("away", 2), ("there", 1)),
        new("n", ("5000", 1), ("40000", 1)),
    ];

    // A page of the outbox has something to lose only while the outbox holds something; stopped in order, an agent leaves no WAL.
    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) =>
        (one == ("fault", "page-damaged") && other == ("outputs", "there"))
            || (one.Name == "fault" && one.Value.StartsWith("wal-", StringComparison.Ordinal) && other == ("end", "stopped"));

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace) => Outcome.Of(new DamagedDirectory(workspace, new()
    {
        Fault = Fault(cell["fault"]),
        IsKilled = cell["end"] == "killed",
        HasBacklog = cell["outputs"] == "away",
        Messages = (int)(cell.Number("n") * scale),
        Seed = seed,
    }).Run());

    public TableKey Key(Cell cell) => new(
        Fault(cell["fault"]) switch
        {
            DirectoryFault.DatabaseDeleted => "database deleted, WAL left",
            DirectoryFault.AllDeleted => "database and WAL deleted",
            DirectoryFault.WalDeleted => "WAL deleted",
            DirectoryFault.WalEmptied => "WAL emptied",
            DirectoryFault.PageDamaged => "page of the outbox damaged",
            _ => "disk full at the start",
        },
        $"agent {cell["end"]}, outputs {cell["outputs"]}",
        "mosquitto");

    static DirectoryFault Fault(string text) => text switch
    {
        "database-deleted" => DirectoryFault.DatabaseDeleted,
        "all-deleted" => DirectoryFault.AllDeleted,
        "wal-deleted" => DirectoryFault.WalDeleted,
        "wal-emptied" => DirectoryFault.WalEmptied,
        "page-damaged" => DirectoryFault.PageDamaged,
        _ => DirectoryFault.DiskFull,
    };
}
