using System.Diagnostics;
using System.Globalization;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Fleets.Link;
using EdgeAgent.Fleets.Managing;
using EdgeAgent.Logs;
using EdgeAgent.Reloads;
using EdgeAgent.Status;

namespace EdgeAgent.Benchmarks;

/// <summary>Many gateways' state machines in one process on one broker: how long one message takes to move a wave of all of
/// them.</summary>
/// <remarks><c>edge-bench fleet PORT [GATEWAYS]</c>. Each has a connection, a key, synced files and a thread of its own, as an agent has;
/// only what
/// it would run is left out. Figures, no judgement: they are of the machine, the broker and the load beside.</remarks>
static class FleetScale
{
    const string Group = "all";

    /// <summary>Runs it.</summary>
    public static void Run(string[] arguments)
    {
        var port = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var count = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1_000;
        var topics = new FleetTopics(FleetTopics.DefaultPrefix);
        var broker = new BrokerSettings { Host = "127.0.0.1", Port = port, KeepAlive = TimeSpan.FromMinutes(2) };
        using var rootKey = SigningKey.Create();
        using var rolloutKey = SigningKey.Create();
        var folder = Directory.CreateTempSubdirectory("edge-fleet-").FullName;
        var agents = new List<FleetAgent>();
        try
        {
            var root = new TrustRoot
            {
                Version = 1, Issued = DateTimeOffset.UtcNow,
                Roles = RoleNames.All.ToDictionary(n => n, n => new TrustRole(1,
                    [(n == RoleNames.Rollout ? rolloutKey : rootKey).Public])),
            };
            var rootFile = Path.Combine(folder, "root.json");
            File.WriteAllBytes(rootFile, Envelope.Sign(PayloadTypes.Root, root.ToPayload(), rootKey).ToBytes());
            using var manager = MqttBroker.Connect(broker with { ClientId = "bench-manager" }, Console.Error.WriteLine);
            var began = Stopwatch.StartNew();
            for (var i = 0; i < count; i++) agents.Add(Start(folder, rootFile, topics, broker, $"gw-{i:D5}"));
            Await(agents, a => a.Link!.IsConnected, "up");
            Say("gateways connected and subscribed", began);

            var document = new ConfigDocument
            {
                Name = "line", Version = 1, Issued = DateTimeOffset.UtcNow, Groups = [Group], Config = new string('#', 4_000) + "\n",
                Gates = new() { Hold = TimeSpan.Zero, Grace = TimeSpan.Zero, Sources = false, Outputs = false },
            }.ToPayload();
            var digest = Digest.Of(document);
            manager.Publish(topics.Document(digest), Envelope.Sign(PayloadTypes.Document, document, rootKey).ToBytes(), isRetained: true);
            var target = new Target
            {
                Group = Group, Sequence = 1, Issued = DateTimeOffset.UtcNow,
                Candidate = new() { Document = new(digest, 1), Rollout = "r-1", State = CandidateState.Run, Admit = Bucket.Count },
            };
            var wave = Stopwatch.StartNew();
            manager.Publish(topics.Target(Group), Envelope.Sign(PayloadTypes.Target, target.ToPayload(), rolloutKey).ToBytes(),
                isRetained: true);
            Await(agents, a => a.Record.Upcoming is not null || a.Record.Running is not null || a.Record.Trial is not null, "reached");
            Say("one message has reached all, verified and on their disks", wave);
            Await(agents, a => a.Record is { Running.Digest: var running } && running == digest, "good");
            Say("all run it, fetched, tried, good", wave);
        }
        finally
        {
            Parallel.ForEach(agents, a => a.Dispose());
            Directory.Delete(folder, recursive: true);
        }

        void Say(string what, Stopwatch time) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"fleet  {count} gateways  {what,-60} {time.Elapsed.TotalSeconds,7:F2} s"));
    }

    static FleetAgent Start(string folder, string rootFile, FleetTopics topics, BrokerSettings broker, string id)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, id)).FullName;
        var kept = FleetFolder.Open(data);
        var clock = new SystemClock();
        var identity = new FleetIdentity
        {
            Id = id, Groups = [], Topics = topics, RootFile = rootFile, Agent = "1.0.0", Heartbeat = TimeSpan.FromHours(1),
        };
        var agent = new FleetAgent(identity, kept, new DocumentCheck(kept, new FileFetch(data)), clock,
            new LogLimiter(Serilog.Core.Logger.None, clock),
            new MqttFleetLink(broker with { ClientId = id }, clock));
        agent.Start(new FleetHost(() => Status(id, clock), r => Reloaded(r.IsDryRun), why => Console.Error.WriteLine($"{id}: {why}")), []);
        return agent;
    }

    static void Await(List<FleetAgent> agents, Func<FleetAgent, bool> isThere, string what)
    {
        var until = Environment.TickCount64 + 600_000;
        while (agents.Count(a => !isThere(a)) is var missing and > 0)
        {
            if (Environment.TickCount64 > until) throw new TimeoutException($"{missing} gateways are not {what} after ten minutes");
            Thread.Sleep(20);
        }
    }

    static ReloadReport Reloaded(bool isDryRun) => new(isDryRun ? ReloadOutcome.Planned : ReloadOutcome.Applied, "");

    /// <summary>An agent without sources: nothing of before has to be looked at.</summary>
    static GatewayStatus Status(string id, IClock clock) => new()
    {
        At = clock.Now.Wall,
        Agent = new()
        {
            Id = id, Version = "1.0.0", StoreId = "s-" + id, Uptime = TimeSpan.FromMinutes(1), ResidentBytes = 16 << 20,
                HeapBytes = 1 << 20,
            LogLinesDropped = 0, Series = 0, SeriesRefused = 0, SeriesBytes = 0, SeriesEvicted = 0, StateBytes = 0, ShedAtStart = new(),
        },
        Commits = new()
        {
            Done = 1, Failed = 0, LastNs = 0, LongestNs = 0, LastCutNs = 0, Bytes = 0, UnreadableState = 0, DroppedState = 0,
        },
        Sources = [], Pipelines = [], Models = [], Outputs = [], Strangers = [],
    };
}
