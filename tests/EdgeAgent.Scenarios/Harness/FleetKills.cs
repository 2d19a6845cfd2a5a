using System.Text;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A gateway that is killed as soon as the record of one arrow is on the disk, document after document, while sensors publish:
/// it ends on the new document or on the one before, and every reading counts once.</summary>
/// <remarks>The record is looked at in its files as fast as it goes. An arrow that is over in less than a millisecond may be missed, and
/// the kill fall into the next: what the record was when the process was dead is counted and told.</remarks>
sealed class FleetKills(Workspace workspace, FleetKillsSettings settings)
{
    const int HeadBytes = 4096;
    const string FourOfFive = "- keep: { device: [d0] }";

    readonly SortedDictionary<string, int> _found = new(StringComparer.Ordinal), _ended = new(StringComparer.Ordinal);
    readonly byte[] _head = new byte[HeadBytes];
    TimeSpan _longest;

    /// <summary>Runs it.</summary>
    public FaultResult Run()
    {
        using var broker = new Mosquitto(workspace,
            "max_inflight_messages 0\nlog_type error\nlog_type information\nlog_type notice", isVerbose: false);
        var plant = new FleetPlant(workspace, $"mqtt://127.0.0.1:{broker.Port}") { ReceiveMaximum = 20_000 };
        var topics = new FleetTopics("fleet/1");
        using var agent = new Agent(plant.Write("")).Start();
        using var admin = new Publisher(broker.Port);
        var good = plant.Config(broker.Port);
        Publish(admin, topics, plant, 1, good);
        agent.WaitForStatus(s => IsSteady(s, "line 1 "), "the first document", 180);
        using var sensors = new SteadySensors(broker.Port, settings.RatePerSecond);
        string? failure = null;
        var runs = 1;
        for (var i = 0; i < settings.Documents && failure is null; i++)
        {
            var version = i + 2;
            var config = settings.At == FleetPhase.Reverting ? plant.Config(broker.Port, FourOfFive) + $"# {version}\n"
                : good + $"# {version}\n";
            if (settings.At == FleetPhase.Fetching) Target(admin, topics, plant, version, config);
            else Publish(admin, topics, plant, version, config);
            (runs, failure) = KillIn(agent, version, runs, () => Publish(admin, topics, plant, version, config));
        }

        var truth = sensors.Stop(closes: true);
        var seen = new SeriesSums();
        try
        {
            agent.WaitForStatus(_ => (seen = SeriesSums.OfSummaries(plant.Output, sensors.IsMine)).Count >= truth.Count,
                "every reading in a summary", 240);
        }
        catch (TimeoutException)
        {
            // What is missing is counted below.
        }

        var peak = agent.PeakResidentBytes();
        agent.Stop();
        var (lost, twice) = SeriesSums.OfSummaries(plant.Output, sensors.IsMine).Compare(truth);
        return new(lost, twice, failure, _found.Values.Sum() >= settings.Documents, _longest, peak,
            $"{truth.Count} messages, killed {Text(_found)}, ended {Text(_ended)}");
    }

    /// <summary>Waits for the arrow, kills, starts again, and looks where it ends; the version that runs then.</summary>
    (int Runs, string? Failure) KillIn(Agent agent, int version, int before, Action publish)
    {
        if (!IsSeen(settings.At, version)) return (before, $"document {version} did not come to {settings.At} within 180 s\n{agent.Text}");
        agent.Kill();
        Count(_found, FleetRecordJson.Word(Record().Phase));
        var began = Environment.TickCount64;
        agent.Start();
        if (settings.IsTwice)
        {
            agent.Kill();
            agent.Start();
        }

        if (settings.At == FleetPhase.Fetching) publish();
        var status = agent.WaitForStatus(s => IsSteady(s, $"line {version} ") || IsSteady(s, $"line {before} ")
            && s.GetProperty("fleet").TryGetProperty("last_failed", out var f) && f.GetString()!.StartsWith($"line {version} "),
            $"document {version} at its end", 180);
        var took = TimeSpan.FromMilliseconds(Environment.TickCount64 - began);
        if (took > _longest) _longest = took;
        var runs = status.GetProperty("fleet").Text("running").StartsWith($"line {version} ") ? version : before;
        Count(_ended, runs == version ? "on the new document" : "on the one before");
        var mustReturn = settings.At == FleetPhase.Reverting || settings is { At: FleetPhase.Trial, IsTwice: true };
        return (runs, mustReturn == (runs == before) ? null
            : $"document {version}, killed in {settings.At}, ended on {runs}: {status.GetProperty("fleet")}");
    }

    static bool IsSteady(System.Text.Json.JsonElement status, string running)
    {
        var fleet = status.GetProperty("fleet");
        return fleet.Text("state") == "steady" && fleet.Text("running").StartsWith(running) && !fleet.TryGetProperty("wanted", out _);
    }

    /// <summary>Whether the record came to a phase with this version.</summary>
    bool IsSeen(FleetPhase phase, int version)
    {
        var (word, name) = ($"\"phase\":\"{FleetRecordJson.Word(phase)}\"", $"\"version\":{version}");
        using var one = File.OpenHandle(State(0), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var other = File.OpenHandle(State(1), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        for (var until = Environment.TickCount64 + 180_000; Environment.TickCount64 < until;)
            foreach (var file in (Microsoft.Win32.SafeHandles.SafeFileHandle[])[one, other])
            {
                var text = Encoding.UTF8.GetString(_head, 0, RandomAccess.Read(file, _head, 0));
                // While it is fetched nothing is known of a document but its digest.
                if (text.Contains(word) && (phase == FleetPhase.Fetching || text.Contains(name))) return true;
            }

        return false;
    }

    FleetRecord Record() => FleetRecordFile.Newer(FleetRecordFile.TryRead(File.ReadAllBytes(State(0))),
        FleetRecordFile.TryRead(File.ReadAllBytes(State(1))))!.Record;

    string State(int which) => workspace[$"data/fleet/state.{which}"];

    static void Publish(Publisher admin, FleetTopics topics, FleetPlant plant, int version, string config)
    {
        admin.Publish(topics.Document(FleetPlant.DigestOf(version, config)), plant.Signed(version, config), retain: true);
        Target(admin, topics, plant, version, config);
    }

    static void Target(Publisher admin, FleetTopics topics, FleetPlant plant, int version, string config)
    {
        admin.Publish(topics.Target("press"), plant.Target(version, version, config), retain: true);
        admin.Flush();
    }

    static void Count(SortedDictionary<string, int> counts, string what) => counts[what] = counts.GetValueOrDefault(what) + 1;

    static string Text(SortedDictionary<string, int> counts) => string.Join(", ", counts.Select(c => $"{c.Value} {c.Key}"));
}
