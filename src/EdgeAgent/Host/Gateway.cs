using System.Text.Json;
using EdgeAgent.Clocks;
using EdgeAgent.Commits;
using EdgeAgent.Configuration;
using EdgeAgent.Core.Catalog;
using EdgeAgent.Core.Gateways;
using EdgeAgent.Core.Outputs;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Settings;
using EdgeAgent.Flow;
using EdgeAgent.Libraries;
using EdgeAgent.Logs;
using EdgeAgent.Outputs;
using EdgeAgent.Scoring;
using EdgeAgent.Status;
using EdgeAgent.Storage;

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
    readonly SeriesTable _series;
    readonly PipelineSlot[] _pipelines;
    readonly ModelHost _models;
    readonly ISource[] _sources;
    readonly OutputPump[] _outputs;
    readonly CommitLoop _commits;
    readonly StatusServer _statusServer;
    readonly SeriesSweep _sweep;
    readonly PipelineNotices _notices;
    readonly ScoreWatch _scores;
    readonly CancellationTokenSource _stop = new();
    readonly MemoryRoom _room;
    readonly long _startedNs = SystemClock.MonotonicNs;
    readonly IClock _clock;
    Func<long> _stateBytes = () => 0;
    volatile string? _evictedFor;
    long _shedUnits, _lostMemory, _lostWindows;

    /// <summary>Puts the agent together over an opened store; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="settings">The checked configuration.</param>
    /// <param name="store">The opened store; stays the caller's.</param>
    /// <param name="clock">The clock of arrivals.</param>
    /// <param name="log">The log.</param>
    /// <param name="readAgain">Reads the configuration again for a reload of models; null when it is not in a file.</param>
    /// <param name="memoryLimitBytes">The memory the process may take; null to read it of its cgroup.</param>
    public Gateway(GatewaySettings settings, IStore store, IClock clock, LogLimiter log, Func<ConfigResult>? readAgain = null, long? memoryLimitBytes = null)
    {
        (_settings, _store, _log, _clock) = (settings, store, log, clock);
        _room = new MemoryRoom(settings.Agent, memoryLimitBytes ?? MemoryLimit.Read());
        _series = new SeriesTable(settings.Agent.MaxSeries, _room.SeriesBytes, settings.Agent.MaxLabelBytes);
        _models = new ModelHost(settings.Models, message => log.Log.Warning("{Text:l}", message)); // each once a load: none may hide another
        var stages = BuiltInStages.Registry().AddScoring(_models);
        var tap = new Tap(_series, [.. settings.Sources.Select(s => s.Name)]);
        _pipelines = [.. settings.Pipelines.Select(p => new PipelineSlot(PipelineFactory.Create(p, settings, _series, stages, tap.For(p.Name))))];
        OutputPump[] outputs = [];
        _commits = new CommitLoop(store, settings.Commit, clock, log, () =>
        {
            foreach (var output in outputs) output.Wake();
            TellEvicted();
        });
        foreach (var slot in _pipelines) slot.Commits = _commits;
        _sources = [.. settings.Sources.Select((s, i) => NewSource(s, i, clock, tap))];
        var confirmations = new Confirmations(_commits);
        var immediate = new Dictionary<string, IImmediateOutput>();
        _outputs = outputs = [.. settings.Outputs.Select(o => NewOutput(o, confirmations, immediate))];
        foreach (var slot in _pipelines)
            slot.Immediate = [.. slot.Pipeline.Lanes.Where(l => l.Priority > 0 && immediate.ContainsKey(l.Output)).Select(l => new ImmediateLane(l.Records, immediate[l.Output]))];
        _sweep = new SeriesSweep(_series, _pipelines, _sources, settings.Agent.SeriesTtl)
        {
            Told = (_, bound) => _evictedFor = bound,
            SeriesBound = _room.SeriesBound,
        };
        _notices = new PipelineNotices(_pipelines, log);
        _scores = new ScoreWatch(_models.Status, log);
        _statusServer = new StatusServer(Path.Combine(settings.Agent.DataDir, StatusServer.FileName), WriteStatus, tap, log)
        {
            ReloadModels = readAgain is null ? null : new ModelReloader(readAgain, _models, log).Reload,
        };
    }

    /// <summary>Called once when the agent cannot go on; the argument says why. It then has to be stopped and started anew.</summary>
    public Action<string>? Ended
    {
        set => _commits.Ended = value;
    }

    /// <summary>Readings taken from all sources.</summary>
    public long Readings => _sources.Sum(s => s.Feed.Readings);

    /// <summary>Restores what was committed, makes the first commit, and starts everything.</summary>
    public void Start()
    {
        var state = new StateLog(_pipelines.SelectMany(p => p.Pipeline.States).Concat(_sources.SelectMany(s => s.States)).Select(s => (s.StageKey, s.State)));
        _series.IsRestoring = true;
        Restore(state);
        _series.IsRestoring = false;
        _stateBytes = () => state.LiveBytes;
        (_sweep.StateBytes, _sweep.MaxStateBytes) = (_stateBytes, _room.StateBytes);
        WarnOfStrangers();
        _room.Tell(_log);
        foreach (var (pipeline, stage, model) in _models.Loaded())
            _log.Log.Information("Model {Model:l} version {Version:l} (SHA-256 {Sha256:l}) is loaded for stage {Stage:l} of pipeline {Pipeline:l}", model.Name, model.Version, model.Sha256, stage, pipeline);
        foreach (var source in _sources) source.Restore(_store.LoadProgress(source.Name));
        _commits.Attach(_sources, _pipelines, state);
        _commits.AtCut = now =>
        {
            _sweep.AtCut(now, _commits.Statistics.LastError is null);
            _notices.AtCut();
        };
        _commits.AtRest = () =>
        {
            _notices.AtRest();
            _scores.AtRest(_clock.Now.MonotonicNs);
            _models.DisposeRetired();
        };
        _commits.CommitNow();
        _commits.Start();
        foreach (var output in _outputs) output.Start();
        foreach (var source in _sources) source.Start(_stop.Token);
        _statusServer.TryStart();
    }

    /// <summary>Stops in order; nothing acknowledged is lost and nothing committed is forgotten. Bounded: 3 s for a last commit that fails, 5 s for the outputs.</summary>
    /// <returns>Whether everything taken is committed; if not, senders hold what was not acknowledged.</returns>
    public bool Stop()
    {
        _stop.Cancel();
        foreach (var source in _sources) source.StopReading();
        var committed = _commits.Stop(LastCommitWithin);
        foreach (var source in _sources) source.Close();
        var until = SystemClock.MonotonicNs + DrainFor.Ticks * 100;
        foreach (var output in _outputs)
        {
            var left = TimeSpan.FromTicks(Math.Max(0, (until - SystemClock.MonotonicNs) / 100));
            output.Stop(left);
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

    /// <summary>The run's counts as one line for the log.</summary>
    public (string Template, object[] Values) Counts()
    {
        var statuses = _outputs.Select(o => o.Status()).ToList();
        return ("readings {Readings}, late {Late}, future {Future}, open windows {OpenWindows}, records {Records}, confirmed {Confirmed}, backlog {Backlog}, commits {Commits}, failed commits {FailedCommits}, memory {MemoryMib} MiB",
        [
            Readings,
            _pipelines.Sum(p => p.Pipeline.Counters.Late),
            _pipelines.Sum(p => p.Pipeline.Counters.Future),
            _pipelines.Sum(p => p.Pipeline.Counters.OpenWindows),
            _pipelines.Sum(p => p.Pipeline.Counters.RecordsOut),
            statuses.Sum(s => s.Confirmed),
            statuses.Sum(s => s.BacklogRecords),
            _commits.Statistics.Done,
            _commits.Statistics.Failed,
            Environment.WorkingSet >> 20,
        ]);
    }

    /// <summary>Writes the status as one JSON object. Any thread.</summary>
    public void WriteStatus(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("agent");
        json.WriteString("id", _settings.Agent.Id);
        json.WriteString("version", Product.Version);
        json.WriteString("store_id", _store.StoreId);
        if (_store.Salvaged is { } salvaged) WriteSalvaged(json, salvaged);
        json.WriteNumber("uptime_s", (SystemClock.MonotonicNs - _startedNs) / 1_000_000_000);
        json.WriteNumber("resident_bytes", Environment.WorkingSet);
        json.WriteNumber("heap_bytes", GC.GetTotalMemory(false));
        json.WriteNumber("log_lines_dropped", LogWriter.DroppedInAll);
        json.WriteNumber("series", _series.Count);
        json.WriteNumber("series_refused", _series.Refusals);
        json.WriteNumber("series_bytes", _series.Bytes);
        json.WriteNumber("series_evicted", _sweep.Evicted);
        json.WriteNumber("state_bytes", _stateBytes());
        json.WriteStartObject("shed_at_start");
        json.WriteNumber("units", _shedUnits);
        json.WriteNumber("lost_memory", _lostMemory);
        json.WriteNumber("lost_windows", _lostWindows);
        json.WriteEndObject();
        json.WriteEndObject();
        WriteCommits(json);
        json.WriteStartArray("sources");
        foreach (var source in _sources) source.WriteStatus(json);
        json.WriteEndArray();
        json.WriteStartArray("pipelines");
        foreach (var slot in _pipelines) WritePipeline(json, slot.Pipeline);
        json.WriteEndArray();
        ModelStatusJson.Write(json, _models.Status());
        ModelStatusJson.WriteMemory(json, _models.Memory());
        json.WriteStartArray("outputs");
        for (var i = 0; i < _outputs.Length; i++) WriteOutput(json, _settings.Outputs[i].Name, _outputs[i].Status());
        foreach (var (name, held) in Strangers()) WriteStranger(json, name, held);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Feeds stored state to the stages; open windows of settings that changed leave once, marked partial.</summary>
    void Restore(StateLog state)
    {
        var dropped = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var shedding = new StartShedding(_store.LoadState(), _room.RestoredBytes, _settings.Agent.MaxLabelBytes);
        var restored = state.Restore(_store.LoadState(), (stage, formatVersion, entry) =>
        {
            var name = stage[..Math.Max(0, stage.IndexOf('/'))];
            foreach (var slot in _pipelines)
                if (slot.Pipeline.Settings.Name == name && slot.Pipeline.EmitPartial(stage, formatVersion, entry)) return;
            dropped[stage] = dropped.GetValueOrDefault(stage) + 1;
        }, shedding.Count == 0 ? null : (stage, formatVersion, entry) => Admit(shedding, stage, formatVersion, entry));
        if (shedding.Count > 0)
        {
            _lostWindows += _commits.CommitRecords(_pipelines, _clock.Now.WallNs);
            _log.Log.Warning(
                "Stored state of {Stored} KiB does not fit into {Room} KiB (agent.max_state_bytes, the cgroup's memory limit) or has labels above agent.max_label_bytes: {Units} units that were written longest ago are not restored. Their windows leave as partial summaries; lost: {Memory} units of other memory, {Windows} summaries that could not be stored",
                shedding.StoredBytes >> 10, shedding.RoomBytes >> 10, _shedUnits, _lostMemory, _lostWindows);
        }

        _commits.Statistics.DroppedState = dropped.Values.Sum();
        _commits.Statistics.BadState = restored.Malformed;
        if (restored.Malformed > 0) _log.Log.Warning("{Count} entries of stored state could not be read and were dropped", restored.Malformed);
        foreach (var stage in restored.UnmatchedStages)
        {
            if (dropped.TryGetValue(stage, out var count))
                _log.Log.Warning("The configuration changed: {Count} entries of the memory of stage {Stage:l} fit no stage any more and are dropped", count, stage);
            else
                _log.Log.Warning("The configuration changed: the memory of stage {Stage:l} no longer fits; its open windows leave once as partial summaries", stage);
        }
    }

    bool Admit(StartShedding shedding, string stage, int formatVersion, ReadOnlySpan<byte> entry)
    {
        const long MostBytes = 1 << 20;
        if (shedding.Admits(stage, entry, out var isLast)) return true;
        if (!isLast) return false;
        _shedUnits++;
        var name = stage[..Math.Max(0, stage.IndexOf('/'))];
        var told = -1;
        foreach (var slot in _pipelines)
            if (slot.Pipeline.Settings.Name == name) told = slot.Pipeline.Shed(stage, formatVersion, entry);
        if (told < 0) _lostMemory++;
        if (_pipelines.Sum(s => s.Pipeline.Lanes.Sum(l => (long)l.Records.Length)) > MostBytes) _lostWindows += _commits.CommitRecords(_pipelines, _clock.Now.WallNs);
        return false;
    }

    void TellEvicted()
    {
        if (_evictedFor is not { } bound) return;
        _evictedFor = null;
        _log.Warn("evicted", $"{bound} is reached: the least recently useful series gave way ({_sweep.Evicted} since the start; {_series.Refusals} refusals). First go those seen once only, then those silent for longest; their open windows leave as partial summaries. Does a sender make up names?");
    }

    /// <summary>What the buffer holds for outputs that are not configured.</summary>
    SortedDictionary<string, (long Records, long Bytes, long Dropped)> Strangers()
    {
        var strangers = new SortedDictionary<string, (long Records, long Bytes, long Dropped)>(StringComparer.Ordinal);
        foreach (var lane in _store.Status())
        {
            if (lane.Records == 0 || _settings.Outputs.Any(o => o.Name == lane.Lane.Output)) continue;
            var (records, bytes, dropped) = strangers.GetValueOrDefault(lane.Lane.Output);
            strangers[lane.Lane.Output] = (records + lane.Records, bytes + lane.Bytes, dropped + lane.DroppedTotal);
        }

        return strangers;
    }

    void WarnOfStrangers()
    {
        foreach (var (name, held) in Strangers())
            _log.Log.Warning("The buffer holds {Count} records for output {Output:l}, which is not configured; they take room of buffer.max_size and leave when an output of that name is back", held.Records, name);
    }

    void WriteCommits(Utf8JsonWriter json)
    {
        var commits = _commits.Statistics;
        json.WriteStartObject("commits");
        json.WriteNumber("done", commits.Done);
        json.WriteNumber("failed", commits.Failed);
        json.WriteNumber("last_ms", commits.LastCommitNs / 1e6);
        json.WriteNumber("longest_ms", commits.LongestCommitNs / 1e6);
        json.WriteNumber("last_cut_ms", commits.LastCutNs / 1e6);
        json.WriteNumber("bytes", commits.Bytes);
        json.WriteNumber("unreadable_state", commits.BadState);
        json.WriteNumber("dropped_state", commits.DroppedState);
        json.WriteString("last_error", commits.LastError);
        json.WriteEndObject();
    }

    static void WriteSalvaged(Utf8JsonWriter json, SalvageResult salvaged)
    {
        json.WriteStartObject("salvaged");
        json.WriteString("from", salvaged.From);
        json.WriteNumber("records", salvaged.Records);
        json.WriteNumber("state_rows", salvaged.StateRows);
        json.WriteNumber("sources", salvaged.Sources);
        json.WriteNumber("lost_records", salvaged.LostRecords);
        json.WriteNumber("lost_segments", salvaged.LostSegments);
        json.WriteNumber("lost_state_rows", salvaged.LostStateRows);
        json.WriteNumber("lost_sources", salvaged.LostSources);
        json.WriteNumber("unreadable", salvaged.Unreadable);
        json.WriteEndObject();
    }

    static void WritePipeline(Utf8JsonWriter json, Pipeline pipeline)
    {
        var counters = pipeline.Counters;
        json.WriteStartObject();
        json.WriteString("name", pipeline.Settings.Name);
        json.WriteNumber("readings", counters.ReadingsIn);
        json.WriteNumber("folded", counters.ReadingsFolded);
        json.WriteNumber("late", counters.Late);
        json.WriteNumber("future", counters.Future);
        json.WriteNumber("bad_time", counters.BadTime);
        json.WriteNumber("not_finite", counters.NotFinite);
        json.WriteNumber("evicted", counters.Evicted);
        json.WriteNumber("shed", counters.Shed);
        json.WriteNumber("align_waiting", counters.AlignWaiting);
        json.WriteNumber("open_windows", counters.OpenWindows);
        json.WriteNumber("groups", counters.Groups);
        json.WriteNumber("records", counters.RecordsOut);
        json.WriteStartObject("removed");
        for (var i = 0; i < counters.StageNames.Count; i++) json.WriteNumber(counters.StageNames[i], counters.Removed[i]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    void WriteOutput(Utf8JsonWriter json, string name, OutputStatus status)
    {
        long dropped = 0;
        foreach (var lane in _store.Status())
            if (lane.Lane.Output == name) dropped += lane.DroppedTotal;
        var oldestNs = status.OldestCommittedAtNs == 0 ? 0 : Math.Max(0, (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100 - status.OldestCommittedAtNs);
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("state", status.Connected switch { true => "connected", false => "failing", null => "connecting" });
        if (status.NextTry is { } wait) json.WriteNumber("next_try_s", wait.TotalSeconds);
        json.WriteNumber("backlog_records", status.BacklogRecords);
        json.WriteNumber("backlog_bytes", status.BacklogBytes);
        json.WriteNumber("oldest_s", oldestNs / 1e9);
        json.WriteNumber("sent", status.Sent);
        json.WriteNumber("confirmed", status.Confirmed);
        json.WriteNumber("rejected", status.Rejected);
        json.WriteNumber("dropped", dropped);
        json.WriteString("last_rejection", status.LastRejection);
        json.WriteString("last_error", status.LastError);
        json.WriteEndObject();
    }

    static void WriteStranger(Utf8JsonWriter json, string name, (long Records, long Bytes, long Dropped) held)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("state", "not configured");
        json.WriteNumber("backlog_records", held.Records);
        json.WriteNumber("backlog_bytes", held.Bytes);
        json.WriteNumber("dropped", held.Dropped);
        json.WriteEndObject();
    }

    ISource NewSource(SourceSettings settings, int index, IClock clock, Tap tap)
    {
        var fed = _pipelines.Where((_, i) => _settings.Pipelines[i].From.Contains(settings.Name)).ToArray();
        var feed = new SourceFeed(index, fed, clock, _commits, tap);
        return SourceFactory.Create(settings, _settings, feed, _series, clock, _log);
    }

    OutputPump NewOutput(OutputSettings settings, IConfirmations confirmations, Dictionary<string, IImmediateOutput> immediate)
    {
        var subject = $"output {settings.Name}";
        var health = new OutputHealth(
            onTrouble: text => _log.Warn(subject, $"{subject}: {text}"),
            onWell: () =>
            {
                _log.Clear(subject);
                _log.Log.Information("{Subject:l}: works again", subject);
            },
            onDetail: text => _log.Log.Debug("{Subject:l}: {Text:l}", subject, text),
            onFirst: () => _log.Log.Information("{Subject:l}: connected", subject),
            onRejected: (reason, sample) => _log.Warn($"rejected {settings.Name}", $"{subject}: a record will never be taken and is set aside: {reason}. It begins: {sample}"));
        var (output, windowBytes) = OutputFactory.Create(settings, _settings.Agent.Id, health);
        if (settings is MqttOutputSettings { Immediate: true } && output is IImmediateOutput early) immediate[settings.Name] = early;
        Lane[] lanes = [new Lane(settings.Name, 0), new Lane(settings.Name, 1)];
        return new OutputPump(output, lanes, _store, confirmations, health, new Backoff(RetryFirst, RetryLongest, Random.Shared), windowBytes);
    }

    sealed class Confirmations(CommitLoop commits) : IConfirmations
    {
        public void Confirmed(Lane lane, long throughNumber) => commits.Confirm(lane, throughNumber);

        public void Rejected(RejectedRecord record) => commits.Reject(record);
    }
}
