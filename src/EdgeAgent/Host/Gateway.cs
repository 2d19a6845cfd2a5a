using EdgeAgent.Catalog;
using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Stages;
using EdgeAgent.Flow;
using EdgeAgent.Logs;
using EdgeAgent.Models;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Sources;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;

namespace EdgeAgent.Host;

/// <summary>A running agent: everything a configuration names, put together, started and stopped in order.</summary>
/// <remarks>
/// Start: store, state, first commit (summaries of windows that no longer match leave before any reading), outputs, sources.
/// Stop: sources stop reading, one last commit, acknowledgements leave, outputs drain for a bounded time.
/// </remarks>
sealed class Gateway : IDisposable
{
    static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LastCommitWithin = TimeSpan.FromSeconds(3);
    static readonly TimeSpan RetryFirst = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan RetryLongest = TimeSpan.FromSeconds(30);

    readonly GatewaySettings _settings;
    readonly LogLimiter _log;
    readonly IStore _store;
    readonly IClock _clock;
    readonly SeriesTable _series;
    readonly PipelineSlot[] _pipelines;
    readonly ModelHost _models;
    readonly ISource[] _sources;
    readonly OutputPump[] _outputs;
    readonly CommitLoop _commits;
    readonly StatusServer _statusServer;
    readonly SeriesSweep _sweep;
    readonly EvictionNotice _evictions;
    readonly PipelineNotices _notices;
    readonly ScoreWatch _scores;
    readonly Restoration _restoration;
    readonly Strangers _strangers;
    readonly Overview _overview;
    readonly CancellationTokenSource _stop = new();
    readonly MemoryRoom _room;
    readonly ProgressWatch _watch;

    /// <summary>Puts the agent together over an opened store; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="store">The opened store; stays the caller's.</param>
    /// <param name="clock">The clock of everything that runs.</param>
    /// <param name="log">The log.</param>
    /// <param name="readAgain">Reads the configuration again for a reload of models; null when it is not in a file.</param>
    /// <param name="memoryLimitBytes">The memory the process may take; null to read it of its cgroup.</param>
    /// <param name="watch">Where loops join that have to make progress; null when nobody looks.</param>
    public Gateway(GatewaySettings settings, IStore store, IClock clock, LogLimiter log, Func<ConfigResult>? readAgain = null,
        long? memoryLimitBytes = null, ProgressWatch? watch = null)
    {
        (_settings, _store, _log, _clock) = (settings, store, log, clock);
        _watch = watch ?? new ProgressWatch(ProgressWatch.LeastPatience);
        var agent = settings.Agent;
        _room = new MemoryRoom(agent, memoryLimitBytes ?? MemoryLimit.Read());
        _series = new SeriesTable(agent.MaxSeries, _room.SeriesBytes, agent.MaxLabelBytes);
        // Each once a load: none may hide another.
        _models = new ModelHost(settings.Models, message => log.Log.Warning("{Text:l}", message));
        var stages = new StageRegistry(Components.Stages, _models);
        var tap = new Tap(_series, [.. settings.Sources.Select(s => s.Name)]);
        _pipelines = [
            .. settings.Pipelines.Select(p => new PipelineSlot(PipelineFactory.Create(p, settings, _series, stages, tap.For(p.Name))))];
        OutputPump[] outputs = [];
        _commits = new CommitLoop(store, settings.Commit, clock, log, () =>
        {
            foreach (var output in outputs) output.Wake();
        }) { Progress = _watch.Over("commit") };
        foreach (var slot in _pipelines) slot.Commits = _commits;
        _sources = [.. settings.Sources.Select((s, i) => NewSource(s, i, tap))];
        _outputs = outputs = NewOutputs();
        _sweep = new SeriesSweep(_series, _pipelines, _sources, agent.SeriesTtl) { SeriesBound = _room.SeriesBound };
        _evictions = new EvictionNotice(_sweep, _series, log);
        _notices = new PipelineNotices(_pipelines, log);
        _scores = new ScoreWatch(_models.Status, log);
        _restoration = new Restoration(store, _pipelines, _commits, clock, log);
        _strangers = new Strangers(store, settings.Outputs);
        _overview = new Overview(agent.Id, store, _series, clock)
        {
            Sources = _sources,
            Pipelines = _pipelines,
            Outputs = _outputs,
            Commits = _commits,
            Models = _models,
            Sweep = _sweep,
            Restoration = _restoration,
            Strangers = _strangers,
        };
        var socket = Path.Combine(agent.DataDir, StatusServer.FileName);
        _statusServer = new StatusServer(socket, json => StatusJson.Write(json, Status()), tap, log)
        {
            ReloadModels = readAgain is null ? null : new ModelReloader(readAgain, _models, log).Reload,
        };
    }

    /// <summary>Called once when the agent cannot go on; the argument says why. It then has to be stopped and started anew.</summary>
    public Action<string>? Ended
    {
        set => _commits.Ended = value;
    }

    /// <summary>A look at everything. Any thread.</summary>
    public GatewayStatus Status() => _overview.Status();

    /// <summary>The run's counts as one line for the log.</summary>
    public (string Template, object[] Values) Counts() => _overview.Counts();

    /// <summary>Restores what was committed, makes the first commit, and starts everything.</summary>
    public void Start()
    {
        var agent = _settings.Agent;
        var states = _pipelines.SelectMany(p => p.Pipeline.States).Concat(_sources.SelectMany(s => s.States));
        var state = new StateLog(states.Select(s => (s.StageKey, s.State)));
        _series.IsRestoring = true;
        _restoration.Run(state, _room.RestoredBytes, agent.MaxLabelBytes);
        _series.IsRestoring = false;
        _sweep.StateBytes = () => state.LiveBytes;
        _sweep.MaxStateBytes = _room.StateBytes;
        _strangers.Warn(_log);
        _room.Tell(_log);
        foreach (var (pipeline, stage, model) in _models.Loaded())
            _log.Log.Information(
                "Model {Model:l} version {Version:l} (SHA-256 {Sha256:l}) is loaded for stage {Stage:l} of pipeline {Pipeline:l}",
                model.Name, model.Version, model.Sha256, stage, pipeline);
        foreach (var source in _sources) source.Restore(_store.LoadProgress(source.Name));
        _commits.Attach(_sources, _pipelines, state);
        _commits.AtCut = now =>
        {
            _sweep.AtCut(now, _commits.Statistics.LastError is null);
            _notices.AtCut();
        };
        _commits.AtRest = () =>
        {
            _evictions.AtRest();
            _notices.AtRest();
            _scores.AtRest(_clock.Monotonic);
            _models.DisposeRetired();
        };
        _commits.CommitNow();
        _commits.Start();
        foreach (var output in _outputs) output.Start();
        foreach (var source in _sources) source.Start(_stop.Token);
        _statusServer.TryStart();
    }

    /// <summary>Stops in order; nothing acknowledged is lost and nothing committed is forgotten.</summary>
    /// <remarks>Bounded: 3 s for a last commit that fails, 5 s for the outputs.</remarks>
    /// <returns>Whether everything taken is committed; if not, senders hold what was not acknowledged.</returns>
    public bool Stop()
    {
        _stop.Cancel();
        foreach (var source in _sources) source.StopReading();
        var committed = _commits.Stop(LastCommitWithin);
        foreach (var source in _sources) source.Close();
        var until = _clock.Monotonic + DrainFor;
        foreach (var output in _outputs)
        {
            var left = until - _clock.Monotonic;
            output.Stop(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        committed = _commits.CommitNow() || committed; // what the outputs confirmed while draining
        _statusServer.Dispose();
        return committed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var output in _outputs) output.Dispose();
        _models.Dispose();
        _stop.Dispose();
    }

    ISource NewSource(SourceSettings settings, int index, Tap tap)
    {
        var fed = _pipelines.Where((_, i) => _settings.Pipelines[i].From.Contains(settings.Name)).ToArray();
        var feed = new SourceFeed(index, fed, _clock, _commits, tap, _watch.Over($"source {settings.Name}"));
        var context = new SourceContext(_settings.Agent.Id, _settings.Commit, feed, _series, _clock, _log, _watch);
        return Components.KindOf(settings).Make(settings, context);
    }

    OutputPump[] NewOutputs()
    {
        var confirmations = new Confirmations(_commits);
        var notices = new OutputNotices(_log, _clock, _watch);
        var immediate = new Dictionary<string, IImmediateOutput>();
        var pumps = _settings.Outputs.Select(o => NewOutput(o, notices.HealthOf(o.Name), confirmations, immediate)).ToArray();
        foreach (var slot in _pipelines)
        {
            var early = slot.Pipeline.Lanes.Where(l => l.Priority > 0 && immediate.ContainsKey(l.Output));
            slot.Immediate = [.. early.Select(l => new ImmediateLane(l.Records, immediate[l.Output]))];
        }

        return pumps;
    }

    OutputPump NewOutput(
        OutputSettings settings, OutputHealth health, IConfirmations confirmations, Dictionary<string, IImmediateOutput> immediate)
    {
        var made = Components.KindOf(settings).Make(settings, new OutputContext(_settings.Agent.Id, health));
        if (made.Immediate is { } early) immediate[settings.Name] = early;
        Lane[] lanes = [new Lane(settings.Name, 0), new Lane(settings.Name, 1)];
        var pace = new PumpPace(new Backoff(RetryFirst, RetryLongest, Random.Shared)) { MaxWindowBytes = made.WindowBytes };
        return new OutputPump(made.Output, lanes, _store, confirmations, health, pace);
    }

    sealed class Confirmations(CommitLoop commits) : IConfirmations
    {
        public void Confirmed(Lane lane, long throughNumber) => commits.Confirm(lane, throughNumber);

        public void Rejected(RejectedRecord record) => commits.Reject(record);
    }
}
