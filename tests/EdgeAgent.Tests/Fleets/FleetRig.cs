using System.Text.Json;
using EdgeAgent.Core.Stages;
using EdgeAgent.Fleet.Documents;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleets;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Reloads;
using EdgeAgent.Status;
using EdgeAgent.Tests.Fleet;

namespace EdgeAgent.Tests.Fleets;

/// <summary>The fleet's part of an agent, turned by hand, over an agent that is only figures.</summary>
sealed class FleetRig : IDisposable
{
    static readonly TrialGates s_gates = new()
    {
        Hold = TimeSpan.FromSeconds(10), Within = TimeSpan.FromSeconds(40), Grace = TimeSpan.FromSeconds(5),
    };

    readonly TempDirectory _directory;
    readonly PipelineCounters _counters = new();
    readonly bool _hasLink;

    public FleetRig(FleetKit? kit = null, TempDirectory? directory = null, bool hasLink = true)
    {
        (Kit, _directory, _hasLink) = (kit ?? new FleetKit(), directory ?? new TempDirectory(), hasLink);
        File.WriteAllBytes(_directory.File("root.json"), Kit.Signed(Kit.Root, Kit.RootKey));
        Start();
    }

    public FleetKit Kit { get; }

    public FakeClock Clock { get; } = new();

    public FakeLink Link { get; } = new();

    public LogLines Log { get; } = new();

    public FleetAgent Agent { get; private set; } = null!;

    public FleetAnswers Answers { get; private set; } = null!;

    public FleetTopics Topics { get; } = new("fleet/1");

    /// <summary>What reloads were asked to run; null for the local file.</summary>
    public List<string?> Runs { get; } = [];

    /// <summary>What part of its readings the pipeline lets out, by the document that runs.</summary>
    public Dictionary<string, double> Passes { get; } = [];

    /// <summary>Documents whose configuration has findings.</summary>
    public HashSet<string> HasFindings { get; } = [];

    /// <summary>The same by the version of values that it runs with.</summary>
    public Dictionary<long, double> PassesWithVars { get; } = [];

    /// <summary>Alerts that are open.</summary>
    public int OpenAlerts { get; set; }

    /// <summary>The log.</summary>
    public IReadOnlyList<string> LogTail { get; set; } = [];

    public FleetRecord Record => Agent.Record;

    /// <summary>The process starts, anew if it ran.</summary>
    public void Start()
    {
        var folder = FleetFolder.Open(_directory.Path);
        var step = FleetMachine.Step(folder.Record, new FleetEvent.Started(), new DateTimeOffset(Clock.Now.Wall.Utc, TimeSpan.Zero));
        folder.Save(step.Record);
        var identity = new FleetIdentity
        {
            Id = "gw-a", Groups = ["press"], Topics = Topics, Agent = "0.2.0", RootFile = _directory.File("root.json"),
        };
        var check = new DocumentCheck(folder, new FileFetch(_directory.Path), work => work());
        Agent = new FleetAgent(identity, folder, check, Clock, Log.Limiter, _hasLink ? Link : null);
        Answers = new FleetAnswers(identity, Agent, folder, () => ["a.yaml:1 | agent: {}"]);
        Runs.Add(folder.Record.Current?.Digest);
        Agent.Start(new FleetHost(Status, Reload, why => Log.Limiter.Log.Fatal("{Why:l}", why))
        {
            Log = count => [.. LogTail.TakeLast(count)],
        }, step.Actions, hasThread: false);
    }

    /// <summary>Seconds pass, and at each the agent takes its turn.</summary>
    public void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Clock.Pass(1);
            _counters.ReadingsIn += 100;
            _counters.ReadingsFolded += (long)(100 * (Runs[^1] is { } digest ? Passes.GetValueOrDefault(digest, 1) : 1)
                * PassesWithVars.GetValueOrDefault(Record.Current?.Vars ?? 0, 1));
            Turn();
        }
    }

    /// <summary>All that waits is done.</summary>
    public void Turn()
    {
        for (var i = 0; i < 20; i++) Agent.Turn(0);
    }

    /// <summary>A document; its digest.</summary>
    public static ConfigDocument Document(long version, double passes = 1) =>
        FleetKit.Document(version, $"# {passes}\n") with { Gates = s_gates };

    public static string DigestOf(ConfigDocument document) => Digest.Of(document.ToPayload());

    /// <summary>Publishes a document and a target for it.</summary>
    public string Publish(long sequence, ConfigDocument document, double passes = 1, int retry = 0)
    {
        var digest = DigestOf(document);
        Passes[digest] = passes;
        Link.Put(Topics.Document(digest), Kit.Signed(document));
        Link.Put(Topics.Target("press"), Kit.Signed(Target(sequence, document, retry)));
        return digest;
    }

    public static Target Target(long sequence, ConfigDocument document, int retry = 0) => new()
    {
        Group = "press", Sequence = sequence, Issued = FleetKit.Noon,
        Candidate = new Candidate
        {
            Document = new(DigestOf(document), document.Version), Rollout =
                "r-1", State = CandidateState.Run, Admit = 10_000, Retry = retry,
        },
    };

    /// <summary>Asks over the status socket's command; the agent's thread is turned meanwhile.</summary>
    public JsonElement Ask(object request)
    {
        using var buffer = new MemoryStream();
        var question = JsonSerializer.SerializeToElement(request);
        var asked = Task.Run(() =>
        {
            using var json = new Utf8JsonWriter(buffer);
            Answers.Answer(question, json);
        });
        while (!asked.IsCompleted) Agent.Turn(1);
        asked.GetAwaiter().GetResult();
        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }

    public void Dispose() => _directory.Dispose();

    ReloadReport Reload(ReloadRequest request)
    {
        if (request.Path is { } path)
            return HasFindings.Contains(path.Split(':')[1])
                ? new ReloadReport(ReloadOutcome.Findings, "The configuration has errors.") { Findings = [
                    "a.yaml:3:4  EA1102  sources: unknown key"] }
                : new ReloadReport(ReloadOutcome.Planned, "");
        Runs.Add(Record.Current?.Digest);
        (_counters.ReadingsIn, _counters.ReadingsFolded) = (0, 0);
        return new ReloadReport(ReloadOutcome.Applied, "");
    }

    GatewayStatus Status() => new()
    {
        At = Clock.Now.Wall,
        Agent = new AgentStatus
        {
            Id = "gw-a", Version = "0.2.0", StoreId =
                "store-1", Uptime = default, ResidentBytes = 50 << 20, HeapBytes = 0, LogLinesDropped = 0,
            Series = 0, SeriesRefused = 0, SeriesBytes = 0, SeriesEvicted = 0, StateBytes = 0, ShedAtStart = new ShedStatus(0, 0, 0),
        },
        Commits = new CommitStatus
        {
            Done = 1, Failed = 0, LastNs = 0, LongestNs = 0, LastCutNs = 0, Bytes = 0, UnreadableState = 0, DroppedState = 0,
        },
        Sources = [new SourceStatus("plant", "mqtt", SourceState.Connected, null, [], null)],
        Pipelines = [new PipelineStatus("summaries", _counters)],
        Models = OpenAlerts == 0 ? [] :
        [
            new ModelUse
            {
                Pipeline = "p", Stage = "score", Model = "pump", Counters = new(), Swaps = 0, Drift = [], OpenAlerts = OpenAlerts,
            },
        ],
        Outputs =
        [
            new OutputStatus
            {
                Name = "central", Connected = true, BacklogRecords = 0, BacklogBytes = 0, OldestCommittedAtNs = 0, Sent = 0, Confirmed = 0,
                Rejected = 0, Drops = [],
            },
        ],
        Strangers = [],
    };
}
