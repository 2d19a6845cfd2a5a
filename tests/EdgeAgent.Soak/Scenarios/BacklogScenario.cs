using EdgeAgent.Scenarios.Harness;

namespace EdgeAgent.Soak.Scenarios;

/// <summary>A backlog at mosquitto while the agent is away; kills, cuts and stalls while it takes it.</summary>
/// <remarks>
/// Of QoS 2 there are 100,000 messages at most, as mosquitto itself is slow there, and 20,000 where 20 are in flight:
/// each such window waits for two commits.
/// </remarks>
sealed class BacklogScenario : IScenario
{
    const int MostOfQos2 = 100_000;
    const int MostOfQos2By20 = 20_000;

    public string Name => "backlog";

    public IReadOnlyList<Dimension> Dimensions { get; } =
    [
        new("qos", ("1", 3), ("2", 1), ("both", 1)),
        new("limit", ("v3.1.1/20", 1), ("v3.1.1/1000", 1), ("v3.1.1/0", 1), ("v5/20", 1), ("v5/1000", 1), ("v5/65535", 1)),
        new("form", ("windows", 2), ("raw", 1)),
        new("n", ("20000", 3), ("100000", 5), ("300000", 2), ("1000000", 0.3)),
        new("kills", ("0", 1), ("5", 1), ("20", 1)),
        new("cuts", ("0", 1), ("5", 1), ("20", 1)),
        new("stall", ("no", 6), ("22s", 1), ("gone", 1)),
        new("payloads", ("distinct", 1), ("equal", 1)),
        new("machine", ("idle", 3), ("busy", 1)),
        new("disk", ("fast", 2), ("ordinary", 1), ("slow", 1)),
    ];

    public bool Excludes((string Name, string Value) one, (string Name, string Value) other) =>
        (one.Name == "qos" && other.Name == "n" && one.Value == "2" != (other.Value is "20000" or "100000"))
        || (one.Name == "n" && other.Name == "limit" && one.Value == "100000" && other.Value.EndsWith("/20", StringComparison.Ordinal));

    public Outcome Run(Cell cell, int seed, double scale, Workspace workspace)
    {
        var random = new Random(seed);
        var n = (int)(cell.Number("n") * scale);
        var limit = cell["limit"].Split('/');
        var ofQos2 = cell["qos"] switch { "1" => 0, "2" => n,
            _ => (int)Math.Min((limit[1] == "20" ? MostOfQos2By20 : MostOfQos2) * scale, n / 3) };
        var fast = cell["disk"] == "fast" ? Directory.CreateTempSubdirectory("edge-soak-") : null;
        var memory = fast is null ? null : Path.Combine("/dev/shm", fast.Name);
        try
        {
            var result = new Backlog(workspace, new()
            {
                Messages = n - ofQos2,
                MessagesOfQos2 = ofQos2,
                Protocol = limit[0],
                BrokerInFlight = limit[0] == "v5" ? 20 : int.Parse(limit[1]),
                ReceiveMaximum = limit[0] == "v5" ? int.Parse(limit[1]) : null,
                HasRaw = cell["form"] == "raw",
                HasEqualPayloads = cell["payloads"] == "equal",
                Devices = cell["payloads"] == "equal" && random.Next(2) == 0 ? 1 : 50,
                Kills = cell.Number("kills"),
                Cuts = cell.Number("cuts"),
                Stall = cell["stall"] == "22s" ? TimeSpan.FromSeconds(22) : TimeSpan.Zero,
                Gone = cell["stall"] == "gone" ? 5 : 0,
                IsMachineBusy = cell["machine"] == "busy",
                SyncDelayMs = cell["disk"] == "slow" ? random.Next(10, 40) : 0,
                DataDirectory = memory,
                Seed = seed,
            }).Run();
            var hasFault = cell["kills"] != "0" || cell["cuts"] != "0" || cell["stall"] == "gone";
            return new(result.Lost, result.Twice, result.IsStuck ? "messages are open and nothing moves" : null,
                !hasFault || result.Repeats > 0,
                hasFault || cell["stall"] != "no" ? result.Recovery : null, result.PeakBytes, result.ToString());
        }
        finally
        {
            fast?.Delete(recursive: true);
            if (memory is not null && Directory.Exists(memory)) Directory.Delete(memory, recursive: true);
        }
    }

    public TableKey Key(Cell cell)
    {
        string[] faults =
        [
            .. cell["kills"] == "0" ? Array.Empty<string>() : ["killed"], .. cell["cuts"] == "0" ? Array.Empty<string>() : ["cut off"],
            .. cell["stall"] switch
            {
                "22s" => (string[])["broker stopped 22 s"],
                "gone" => ["CONNECT of a client that has gone"],
                _ => [],
            },
        ];
        return new(faults is [] ? "none" : string.Join(", ", faults), $"backlog, QoS {(cell["qos"] == "both" ? "1 and 2" : cell["qos"])}",
            "mosquitto");
    }
}
