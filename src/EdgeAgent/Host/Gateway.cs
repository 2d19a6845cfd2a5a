using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Readings;
using EdgeAgent.Fleets;
using EdgeAgent.Logs;
using EdgeAgent.Models;
using EdgeAgent.Page;
using EdgeAgent.Reloads;
using EdgeAgent.Running;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;
using EdgeAgent.Web;

namespace EdgeAgent.Host;

/// <summary>A running agent: everything a configuration names, put together, started and stopped in order.</summary>
/// <remarks>
/// Start: store, state, first commit (summaries of windows that no longer match leave before any reading), outputs, sources.
/// Stop: a reload under way ends, sources stop reading, one last commit, acknowledgements leave, outputs drain for a bounded time.
/// </remarks>
sealed class Gateway : IDisposable
{
    static readonly TimeSpan DrainFor = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LastCommitWithin = TimeSpan.FromSeconds(3);

    readonly LogLimiter _log;
    readonly IStore _store;
    readonly IClock _clock;
    readonly SeriesTable _series;
    readonly ModelHost _models;
    readonly CommitLoop _commits;
    readonly StatusServer _statusServer;
    readonly Observers _observers;
    readonly SeriesSweep _sweep;
    readonly EvictionNotice _evictions;
    readonly PipelineNotices _notices;
    readonly ScoreWatch _scores;
    readonly Restoration _restoration;
    readonly Strangers _strangers;
    readonly Overview _overview;
    readonly CancellationTokenSource _stop = new();
    readonly Reloader? _reloader;
    readonly ReloadQueue? _reloads;
    readonly long _memoryLimitBytes;
    volatile RunningParts _parts;
    MemoryRoom _room;

    /// <summary>Puts the agent together over an opened store; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="store">The opened store; stays the caller's.</param>
    /// <param name="clock">The clock of everything that runs.</param>
    /// <param name="log">The log.</param>
    /// <param name="extras">What else it has; null for nothing.</param>
    public Gateway(GatewaySettings settings, IStore store, IClock clock, LogLimiter log, GatewayExtras? extras = null)
    {
        (_store, _log, _clock) = (store, log, clock);
        var watch = extras?.Watch ?? new ProgressWatch(ProgressWatch.LeastPatience);
        var fleet = extras?.Fleet;
        var agent = settings.Agent;
        _memoryLimitBytes = extras?.MemoryLimitBytes ?? MemoryLimit.Read();
        _room = new MemoryRoom(agent, _memoryLimitBytes);
        _series = new SeriesTable(agent.MaxSeries, _room.SeriesBytes, agent.MaxLabelBytes);
        // Each once a load: none may hide another.
        _models = new ModelHost(settings.Models, clock, message => log.Log.Warning("{Text:l}", message))
        {
            Note = message => log.Log.Information("{Text:l}", message),
            Log = message => log.Log.Information("{Text:l}", message),
            LoadsLater = true,
        };
        var tap = new Tap(_series, []);
        _commits = new CommitLoop(store, settings.Commit, clock, log, () =>
        {
            foreach (var output in _parts!.Outputs) output.Pump.Wake();
        }) { Progress = watch.Over("commit") };
        var context = new RunContext
        {
            Store = store,
            Clock = clock,
            Log = log,
            Series = _series,
            Models = _models,
            Tap = tap,
            Commits = _commits,
            Watch = watch,
        };
        OutgoingProxy.Use(settings.Proxy);
        var maker = new PartsMaker(context);
        _parts = maker.Make(settings);
        _parts.Join();
        _models.BeginLoading();
        _sweep = new SeriesSweep(_series, _parts.Pipelines, _parts.Sources, agent.SeriesTtl) { SeriesBound = _room.SeriesBound };
        _evictions = new EvictionNotice(_sweep, _series, log);
        _notices = new PipelineNotices(_parts.Pipelines, log);
        _scores = new ScoreWatch(_models.Status, log);
        _restoration = new Restoration(store, _parts.Pipelines, _commits, clock, log);
        _strangers = new Strangers(store, () => _parts.Settings.Outputs);
        if (extras?.Source is { } source)
        {
            _reloader = new Reloader(source, maker, context, _stop.Token) { TakeOver = TakeOver };
            _reloads = new ReloadQueue(_reloader.Run, isHeld: true);
        }

        _overview = new Overview(agent.Id, store, _series, clock)
        {
            Parts = () => _parts,
            Reload = () => _reloader?.Status,
            Fleet = () => fleet?.Status(),
            Commits = _commits,
            Models = _models,
            Sweep = _sweep,
            Restoration = _restoration,
            Strangers = _strangers,
        };
        var socket = Path.Combine(agent.DataDir, StatusServer.FileName);
        var answers = _reloads is null ? null : new ReloadAnswers(_reloads);
        _statusServer = new StatusServer(socket, json => StatusJson.Write(json, Status()), tap, log)
        {
            Reload = answers is null ? null : answers.Reload,
            Fleet = fleet is null ? null : fleet.Answer,
            ReloadModels = answers is null ? null : answers.ReloadModels,
        };
        var facts = new PageFacts(() => _parts.Settings.Pipelines, () => _reloader?.Findings ?? []);
        _observers = new Observers(settings, Status, tap, facts, clock, log);
        if (_reloader is not null) _reloader.Observe = _observers.Renew;
    }

    /// <summary>Who is told around every reload; null when there can be none.</summary>
    public ReloadEvents? Reloads => _reloader?.Events;

    /// <summary>Takes over the configuration file soon; returns at once. Any thread.</summary>
    public void Reload() => _reloads?.Signal();

    /// <summary>Reloads and waits for the answer. Any thread but the reload's.</summary>
    public ReloadReport Reload(ReloadRequest request) =>
        _reloads?.Ask(request) ?? new ReloadReport(ReloadOutcome.Refused, "There is no file to reload.");

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
        var (agent, parts) = (_parts.Settings.Agent, _parts);
        var state = new StateLog(parts.States);
        if (_reloader is not null) (_reloader.Parts, _reloader.State) = (parts, state);
        _series.IsRestoring = true;
        _restoration.Run(state, _room.RestoredBytes, agent.MaxLabelBytes);
        _series.IsRestoring = false;
        _sweep.StateBytes = () => state.LiveBytes;
        _sweep.MaxStateBytes = _room.StateBytes;
        _strangers.Warn(_log);
        _room.Tell(_log);
        foreach (var source in parts.Sources) source.Restore(_store.LoadProgress(source.Name));
        _commits.Attach(parts.Sources, parts.Pipelines, state);
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
        foreach (var output in parts.Outputs) output.Pump.Start();
        foreach (var source in parts.Sources) source.Start(_stop.Token);
        _statusServer.TryStart();
        _observers.Start();
        _reloads?.Release();
    }

    /// <summary>Stops in order; nothing acknowledged is lost and nothing committed is forgotten.</summary>
    /// <remarks>Bounded: 3 s for a last commit that fails, 5 s for the outputs.</remarks>
    /// <returns>Whether everything taken is committed; if not, senders hold what was not acknowledged.</returns>
    public bool Stop()
    {
        _stop.Cancel();
        _reloads?.Stop();
        var parts = _parts;
        foreach (var source in parts.Sources) source.StopReading();
        var committed = _commits.Stop(LastCommitWithin);
        foreach (var source in parts.Sources) source.Close();
        var until = _clock.Monotonic + DrainFor;
        foreach (var output in parts.Outputs)
        {
            var left = until - _clock.Monotonic;
            output.Pump.Stop(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }

        committed = _commits.CommitNow() || committed; // what the outputs confirmed while draining
        _statusServer.Dispose();
        _observers.Dispose();
        return committed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var output in _parts.Outputs) output.Pump.Dispose();
        _models.Dispose();
        _stop.Dispose();
    }

    /// <summary>Other parts are in force. Inside a cut.</summary>
    void TakeOver(RunningParts parts)
    {
        var agent = parts.Settings.Agent;
        OutgoingProxy.Use(parts.Settings.Proxy);
        _room = new MemoryRoom(agent, _memoryLimitBytes);
        _series.Bound(agent.MaxSeries, _room.SeriesBytes, agent.MaxLabelBytes);
        _sweep.GoOn(parts.Pipelines, parts.Sources, agent.SeriesTtl);
        (_sweep.SeriesBound, _sweep.MaxStateBytes) = (_room.SeriesBound, _room.StateBytes);
        _notices.GoOn(parts.Pipelines);
        _parts = parts;
    }
}
