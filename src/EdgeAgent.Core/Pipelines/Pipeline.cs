using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Windows;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Pipelines;

/// <summary>The stages of one <c>pipelines</c> entry: readings in, records in lanes out.</summary>
/// <remarks>
/// Order (<see cref="StageOrder"/>): filters, with the check of future times before the first that looks at time · one stage that ends the
/// readings (a window) and summary stages, or, without it, an emit that makes a record of each reading. Single-threaded under the
/// host's lock, except <see cref="Counters"/> (any thread). The host calls, at each cut, <see cref="OnCut"/>, then takes
/// lanes, states and notices. A start with stored state calls the states' <c>TryRestoreUnit</c> and <see cref="EmitPartial"/> first.
/// </remarks>
public sealed class Pipeline
{
    readonly List<IReadingStage> _stages = [];
    readonly List<int> _places = [];
    readonly List<ITimedStage> _timed = [];
    readonly List<SummaryLink> _links = [];
    readonly List<StageStateHandle> _states = [];
    readonly PipelineRecords _records;
    readonly PartialWindows _partial;
    bool _hasPartial;

    /// <summary>Builds the chain.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="given">What it runs with.</param>
    /// <exception cref="ArgumentException">An order of stages or a template the configuration's checks should have found.</exception>
    public Pipeline(PipelineSettings settings, PipelineContext given)
    {
        Settings = settings;
        var stages = given.Stages;
        _records = new PipelineRecords(settings.Name, given.Outputs, Counters);
        _partial = new PartialWindows(settings.Name, _records);
        var all = settings.Stages;
        var roles = all.Select(stage => stages.KindOf(stage).Role).ToList();
        for (var i = 0; i < all.Count; i++)
            if (!roles[i].MayFollow(i == 0 ? null : roles[i - 1]))
                throw new ArgumentException($"stage `{all[i].Name}` cannot stand at place {i + 1} of pipeline `{settings.Name}`");
        var fold = roles.FindIndex(role => !role.PassesReadings()) is var at and >= 0 ? at : all.Count;

        StageContext Context(int count, ISummaryReceiver next) => new()
        {
            Pipeline = settings.Name,
            Identity = new RecordIdentity(settings.Name, Stages.Fingerprint.Of(all, count)),
            Series = given.Series,
            Records = _records,
            Next = next,
            Counters = Counters,
            Notices = Notices,
            TakesIncomplete = all.Skip(count).Any(stage => stage.TakesIncomplete),
            Sources = given.Sources,
            MaxFutureNs = settings.MaxFuture.Ticks * TimeSpan.NanosecondsPerTick,
            SeriesTtl = given.SeriesTtl,
            AllLent = stages.Lent,
        };

        // Summaries keep the identity of the stage that folded them, whatever is added to them later.
        var identity = new RecordIdentity(settings.Name, Stages.Fingerprint.Of(all, Math.Min(fold + 1, all.Count)));
        ISummaryReceiver receiver = new SummaryRecords(_records, identity);
        var summaryStages = new Stack<(ISummaryStage Stage, int Place)>();
        for (var i = all.Count - 1; i > fold; i--)
        {
            var stage = (ISummaryStage)stages.KindOf(all[i]).Make(all[i], Context(i + 1, receiver));
            summaryStages.Push((stage, i));
            var link = new SummaryLink(stage, receiver);
            _links.Insert(0, link);
            receiver = link;
        }

        var isGuarded = false;
        for (var i = 0; i < Math.Min(fold + 1, all.Count); i++)
        {
            var context = Context(i + 1, receiver);
            if (!isGuarded && roles[i] != StageRole.Filter) isGuarded = Guard(context);
            var stage = (IReadingStage)stages.KindOf(all[i]).Make(all[i], context);
            _stages.Add(stage);
            _places.Add(i);
            Note(stage, stage.State, i);
        }

        if (fold == all.Count)
        {
            var context = Context(all.Count, receiver);
            if (!isGuarded) Guard(context);
            _stages.Add(new EmitStage(context));
            _places.Add(-1);
        }

        foreach (var (stage, place) in summaryStages) Note(stage, stage.State, place);
        Counters.StageNames = [.. all.Take(fold).Select(s => s.Name)];
        Counters.Removed = new long[Math.Max(1, fold)];
    }

    /// <summary>The settings it was built from.</summary>
    public PipelineSettings Settings { get; }

    /// <summary>What it has done; readable by any thread.</summary>
    public PipelineCounters Counters { get; } = new();

    /// <summary>What a person should know; the host takes and logs it, rate-limited.</summary>
    public NoticeBoard Notices { get; } = new();

    /// <summary>Records since the host last cleared them.</summary>
    public IReadOnlyList<PipelineLane> Lanes => _records.Lanes;

    /// <summary>Memory of its stages, by the key it is stored under.</summary>
    public IReadOnlyList<StageStateHandle> States => _states;

    /// <summary>Whether a record of a priority above 0 waits, so that a commit should come soon.</summary>
    public bool IsUrgent
    {
        get
        {
            foreach (var lane in _records.Lanes)
                if (lane.Priority > 0 && lane.Records.Count > 0) return true;
            return false;
        }
    }

    /// <summary>Looks at readings and records when set; null for none.</summary>
    public IPipelineTap? Tap
    {
        get => _records.Tap;
        set => _records.Tap = value;
    }

    /// <summary>Runs the stages over <paramref name="batch"/>, which is the callee's during the call and empty afterwards.</summary>
    /// <param name="batch">Readings.</param>
    /// <param name="source">Index of the source in the configuration, 0 to 63.</param>
    /// <param name="now">Time of arrival.</param>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        if (_hasPartial) EmitPartials();
        Tap?.Readings(batch, source, now);
        Counters.ReadingsIn += batch.Count;
        for (var i = 0; i < _stages.Count && batch.Count > 0; i++)
        {
            var before = batch.Count;
            if (i == _stages.Count - 1) Counters.ReadingsFolded += before;
            _stages[i].Process(batch, source, now);
            if (_places[i] >= 0 && i < _stages.Count - 1) Counters.Removed[_places[i]] += before - batch.Count;
        }

        batch.Count = 0;
        foreach (var link in _links) link.Flush(now);
    }

    /// <summary>Corrections, idle closes and whatever else happens by time alone.
    /// Called at every cut before lanes and states are taken.</summary>
    /// <param name="now">Time of the cut.</param>
    /// <param name="idleFloorNs">See <see cref="ITimedStage.OnCut"/>;
    /// <c>long.MaxValue</c> for a source that is not connected and drained.</param>
    public void OnCut(in Instant now, ReadOnlySpan<long> idleFloorNs)
    {
        if (_hasPartial) EmitPartials();
        foreach (var stage in _timed) stage.OnCut(now, idleFloorNs);
        foreach (var link in _links) link.Flush(now);
    }

    /// <summary>Takes an entry stored under a key that no stage has any more, before the first reading.</summary>
    /// <remarks>A window's untold panes become one summary each, with <c>"partial": true</c> and the identity of the old
    /// key, at the next <see cref="Process"/> or <see cref="OnCut"/>; later entries of a group replace earlier ones until then.</remarks>
    /// <returns>False when it is not a window: other memory, dropped and to be counted.</returns>
    public bool EmitPartial(string oldStageKey, int formatVersion, ReadOnlySpan<byte> entry)
    {
        var ok = _partial.TryAdd(oldStageKey, formatVersion, entry);
        _hasPartial |= ok;
        return ok;
    }

    /// <summary>Writes an entry that <see cref="EmitPartial"/> takes as it has to be restored if its stage comes back: what was
    /// told goes on
    /// under the next revision.</summary>
    /// <returns>False when it is not a window's, or holds none.</returns>
    public static bool TryWriteTold(ReadOnlySpan<byte> entry, int formatVersion, StateWriter writer)
    {
        if (!WindowEntry.TryRead(entry, formatVersion, out var read) || read.IsRemoval || read.Panes.Length == 0) return false;
        read.WriteTold(writer);
        return true;
    }

    /// <summary>Forgets the series <paramref name="ids"/>; what a group without series has left is emitted.</summary>
    public void Forget(ReadOnlySpan<int> ids)
    {
        foreach (var stage in _stages) stage.Forget(ids);
    }

    /// <summary>As <see cref="Forget"/>, for want of room: open windows leave as partial summaries.</summary>
    public void Evict(ReadOnlySpan<int> ids)
    {
        foreach (var stage in _stages) stage.Evict(ids);
    }

    /// <summary>Gives up, for want of room, a quarter of what was restored and whose series have not come since;
    /// open windows leave as partial summaries.</summary>
    /// <returns>How many units.</returns>
    public int EvictOrphans()
    {
        var gone = 0;
        foreach (var stage in _stages) gone += stage.EvictOrphans();
        return gone;
    }

    /// <summary>Tells at once of the windows of one stored entry that is not restored, for want of room.</summary>
    /// <returns>Windows told of; −1 when the entry is none of a window.</returns>
    public int Shed(string stageKey, int formatVersion, ReadOnlySpan<byte> entry)
    {
        var told = _partial.TellOne(stageKey, formatVersion, entry);
        if (told > 0) Counters.Shed += told;
        return told;
    }

    bool Guard(StageContext context)
    {
        _stages.Add(new FutureGuard(Settings, context));
        _places.Add(-1);
        return true;
    }

    void Note(object stage, IStageState? state, int place)
    {
        if (stage is ITimedStage timed) _timed.Add(timed);
        if (state is null) return;
        var fingerprint = Stages.Fingerprint.Of(Settings.Stages, place + 1);
        _states.Add(new StageStateHandle(Stages.Fingerprint.StageKey(Settings.Name, Settings.Stages[place].Name, fingerprint), state));
    }

    void EmitPartials()
    {
        _hasPartial = false;
        _partial.Emit();
    }
}
