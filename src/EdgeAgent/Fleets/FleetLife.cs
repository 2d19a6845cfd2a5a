using EdgeAgent.Clocks;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Settings;
using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Trust;
using EdgeAgent.Fleets.Keeping;
using EdgeAgent.Fleets.Link;
using EdgeAgent.Fleets.Policies;
using EdgeAgent.Libraries;
using EdgeAgent.Logs;

namespace EdgeAgent.Fleets;

/// <summary>A gateway's part in its fleet, from a start of the process to its end.</summary>
sealed class FleetLife : IDisposable
{
    readonly IReadOnlyList<FleetAction> _actions;
    readonly FleetAgent _agent;

    FleetLife(FleetAgent agent, FleetAnswers answers, FleetConfiguration configuration, ConfigResult effective,
        IReadOnlyList<FleetAction> actions)
    {
        (_agent, Answers, Effective, _actions) = (agent, answers, effective, actions);
        Read = configuration.Read;
    }

    /// <summary>The configuration to run.</summary>
    public ConfigResult Effective { get; }

    /// <summary>Reads a configuration as a reload has to.</summary>
    public Func<string, ConfigResult> Read { get; }

    /// <summary>Answers for it.</summary>
    public FleetAnswers Answers { get; }

    /// <summary>Counts this start, synced before anything else is read, and finds what has to run.</summary>
    /// <param name="dataDirectory">The data directory, held.</param>
    /// <param name="path">The local file.</param>
    /// <param name="local">What was read of it; its <c>agent</c> and <c>fleet</c> are good.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="IOException">The state cannot be read or written.</exception>
    public static FleetLife Begin(string dataDirectory, string path, ConfigResult local, IClock clock, LogLimiter log)
    {
        var folder = FleetFolder.Open(dataDirectory);
        if (folder.IsDamaged)
            log.Log.Error("Fleet: both copies of the state are damaged; it begins anew, and the local file runs");
        var now = new DateTimeOffset(clock.Now.Wall.Utc, TimeSpan.Zero);
        var step = FleetMachine.Step(folder.Record, new FleetEvent.Started(), now);
        var before = folder.Record;
        folder.Save(step.Record);
        Reversal.TellAtStart(log.Log, before, step.Record);
        var configuration = new FleetConfiguration(path, folder);
        var effective = Effect(folder, configuration, path, local, now, log);
        var agentSettings = FleetConfiguration.Section<AgentSettings>(local, "agent")!;
        var settings = FleetConfiguration.Section<FleetSettings>(local, "fleet")!;
        var pin = RootPin.TryParse(settings.Root);
        var identity = new FleetIdentity
        {
            Id = agentSettings.Id,
            Groups = settings.Groups,
            Topics = new FleetTopics(settings.Prefix),
            Pin = pin,
            RootFile = pin is null ? settings.Root : null,
            Agent = Product.Version,
            Heartbeat = settings.Heartbeat,
            RetainsReport = settings.RetainReport,
        };
        var link = settings.Broker is { } broker
            ? new MqttFleetLink(broker with { ClientId = broker.ClientId ?? agentSettings.Id + "-fleet" }, clock) : null;
        var files = new FileFetch(dataDirectory, own: OwnFiles.Of(dataDirectory, path, settings.Root));
        var agent = new FleetAgent(identity, folder, new DocumentCheck(folder, files), clock, log, link);
        agent.Reporter.HasDrift = configuration.HasDrift;
        return new FleetLife(agent, new FleetAnswers(identity, agent, folder, configuration.Lines), configuration, effective, step.Actions);
    }

    /// <summary>The agent runs.</summary>
    public void Start(FleetHost host) => _agent.Start(host, _actions);

    /// <inheritdoc/>
    public void Dispose() => _agent.Dispose();

    /// <summary>The trial's document, else what ran well last, else the local file, else the fleet link alone.</summary>
    static ConfigResult Effect(
        FleetFolder folder, FleetConfiguration configuration, string path, ConfigResult local, DateTimeOffset now, LogLimiter log)
    {
        while (folder.Record.Current is { } document)
        {
            var read = configuration.Read(path);
            if (read.IsGood) return read;
            foreach (var finding in read.Findings) log.Log.Warning("Fleet: {Finding:l}", finding);
            log.Log.Error("Fleet: document {Document:l} cannot be run", document);
            folder.Save(FleetMachine.Step(folder.Record,
                new FleetEvent.Unreadable(read.Findings.Count > 0 ? read.Findings[0].ToString() : "unreadable"), now).Record);
            if (folder.Record.Phase != FleetPhase.Reverting) continue;
            folder.Save(FleetMachine.Step(folder.Record, new FleetEvent.RunDone(true, "", []), now).Record);
            Reversal.Tell(log.Log, document, folder.Record.Current, $"{folder.Record.Failed[0].Gate}");
        }

        if (local.IsGood) return local;
        log.Log.Warning("Fleet: the local file brings nothing that can run: only the fleet link and the status socket are there");
        return FleetConfiguration.LinkAlone(local);
    }
}
