using EdgeAgent.Clocks;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Specs;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;
using EdgeAgent.Models.Files;
using EdgeAgent.Models.Loading;
using EdgeAgent.Status;

namespace EdgeAgent.Models;

/// <summary>Loads the models of a configuration, hands them to score stages, and swaps them while readings flow.</summary>
/// <remarks>
/// A model that cannot be used is reported in one line and its stages go without: their rows are counted and the rest runs on. A swap
/// loads and checks a model for every stage that uses it before any stage gets it; each then takes it over between two batches. Stages
/// whose models have the same content share a session. Any thread: swaps wait for each other and for the first loads, and
/// <see cref="DisposeRetired"/>, which is for the commit thread, never waits for a model that is being loaded.
/// </remarks>
sealed partial class ModelHost : IScoreModels, IDisposable
{
    readonly Lock _lock = new();
    readonly Lock _loading = new(); // taken before _lock
    Dictionary<string, ModelSettings> _settings;
    readonly Action<string> _report;
    readonly IClock _clock;
    readonly List<User> _users = [];
    readonly HashSet<ModelFile> _written = [];
    readonly SessionPool _sessions = new();
    bool _isDisposed;

    /// <summary>A host of the models in <paramref name="settings"/>; nothing is loaded before a stage asks, or, with
    /// <see cref="LoadsLater"/>, before <see cref="BeginLoading"/>.</summary>
    public ModelHost(IReadOnlyList<ModelSettings> settings, IClock clock, Action<string> report) =>
        (_settings, _clock, _report) = (settings.ToDictionary(m => m.Name), clock, report);

    /// <summary>Takes what is to be told of a model that works; null when nobody asks.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Takes a line for each stage that is given a model, with what that took; null when nobody asks.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Sessions in use; for tests.</summary>
    internal int Sessions => _sessions.Count;

    /// <summary>Samples of each model's inputs and scores by model and quantity, to be filled while a reference is made;
    /// null otherwise.</summary>
    public Dictionary<string, Dictionary<string, DriftSample>>? Samples { get; init; }

    /// <summary>With <see cref="Samples"/>: the first rows that the first stage of each model scored.</summary>
    public Dictionary<string, List<double[]>> Rows { get; } = [];

    /// <summary>Stages with what they run and have done, for the status.</summary>
    public IReadOnlyList<ModelUse> Status()
    {
        lock (_lock)
            return [.. _users.Where(u => u.Counters is not null && !_beside.Contains(u)).Select(u => new ModelUse
            {
                Pipeline = u.Pipeline,
                Stage = u.Stage.Name,
                Model = u.Stage.Model,
                Counters = u.Counters!,
                Durations = u.Durations,
                Identity = u.Slot.Current?.Identity,
                Shadow = u.Shadow.Current?.Identity,
                IsLoading = u.IsLoading,
                Swaps = u.Slot.Swaps,
                Drift = u.Drift!.Quantities,
                OpenAlerts = u.OpenAlerts(),
            })];
    }

    /// <summary>Memory of the arena all models share; null while no model is loaded.</summary>
    public ModelMemory? Memory()
    {
        // Under the lock no retired model is freed, so what a slot shows stays whole.
        lock (_lock)
        {
            foreach (var user in _users)
                if (user.Slot.Current is OnnxModel model) return model.ReadMemory();
            return null;
        }
    }

    /// <inheritdoc/>
    public ScoreReadings Build(ScoreReadingsSettings settings, StageContext context)
    {
        var user = Register(settings.Score, context.Pipeline);
        var stage = new ScoreReadings(user.Stage, context, user.Slot, user.Shadow, RecorderFor(user.Stage));
        (user.Drift, user.Counters, user.OpenAlerts) = (stage.Drift, stage.Counters, () => stage.OpenAlerts);
        return stage;
    }

    /// <inheritdoc/>
    public ScoreSummaries Build(ScoreSummariesSettings settings, StageContext context)
    {
        var user = Register(settings.Score, context.Pipeline);
        var stage = new ScoreSummaries(user.Stage, context, user.Slot, user.Shadow, RecorderFor(user.Stage));
        (user.Drift, user.Counters, user.OpenAlerts) = (stage.Drift, stage.Counters, () => stage.OpenAlerts);
        return stage;
    }

    /// <summary>Takes over changed models: other settings, or another file under the same name.
    /// Those that did not change stay as they are.</summary>
    /// <returns>What became of each model that a stage uses, in the order of <paramref name="settings"/>.</returns>
    public IReadOnlyList<ModelReload> Reload(IReadOnlyList<ModelSettings> settings)
    {
        lock (_loading)
        {
            var results = new List<ModelReload>();
            foreach (var next in settings)
            {
                lock (_lock)
                    if (!_users.Exists(u => u.Stage.Model == next.Name)) continue;
                try
                {
                    if (IsLoaded(next)) results.Add(new ModelReload(next.Name, ReloadResult.Unchanged, null));
                    else
                    {
                        Swap(next);
                        results.Add(new ModelReload(next.Name, ReloadResult.Swapped, null));
                    }
                }
                catch (ModelException e)
                {
                    results.Add(new ModelReload(next.Name, ReloadResult.Refused, e.Message));
                }
            }

            return results;
        }
    }

    /// <summary>Loads <paramref name="next"/> and puts it in place of the model of the same name in every stage.</summary>
    /// <exception cref="ModelException">It cannot be used; the old one stays everywhere.</exception>
    public void Swap(ModelSettings next)
    {
        lock (_loading)
        {
            List<User> users;
            lock (_lock) users = [.. _users.Where(u => u.Stage.Model == next.Name)];
            Hand(Load(next, users));
        }
    }

    /// <summary>Frees models that stages no longer use, and reports each mapped file that was written to under its model, once.</summary>
    public void DisposeRetired()
    {
        lock (_lock)
        {
            foreach (var user in _users)
            {
                foreach (var slot in (ReadOnlySpan<ModelSlot>)[user.Slot, user.Shadow])
                {
                    if (slot.TryTakeRetired(out var old)) old.Dispose();
                    if (slot.Current is OnnxModel { File: { WasWrittenTo: true } file } && _written.Add(file))
                        _report($"model `{user.Stage.Model}`: {file.Path} was written to while it is mapped. "
                            + "Its scores are of neither file now. Put a whole file there by renaming, then `edge-agent model reload`.");
                }
            }
        }
    }

    /// <summary>Frees all models; no stage may run any more.</summary>
    public void Dispose()
    {
        lock (_lock) _isDisposed = true;
        // A session that is being made cannot be given up, and the process must not end under it.
        _loader?.Join(LongestLoad);
        DisposeRetired();
        lock (_lock)
        {
            foreach (var user in _users) user.Free();
            _users.Clear();
        }
    }

    User Register(ScoreSettings stage, string pipeline)
    {
        lock (_loading)
        {
            var user = new User(pipeline, stage);
            lock (_lock)
            {
                _users.Add(user);
                if (_isBuilding) _beside.Add(user);
            }

            // The stage is made with its scaling, whenever its model comes.
            try
            {
                user.Stage = ScalingFile.Apply(stage);
            }
            catch (ModelException e) when (!_isBuilding)
            {
                GoWithout(user, e);
                return user;
            }

            if (LoadsLater && !_isBuilding) user.Slot.First = user.First = new FirstModel(_clock);
            else LoadFirst(stage.Model, [user]);
            return user;
        }
    }

    // A model without a usable reference scores all the same.
    DriftPlan? DriftOf(ModelSettings model, ModelIdentity identity, ScoreSettings stage)
    {
        if (model.Drift is null) return null;
        try
        {
            var reference = ReferenceFile.Read(model.Name, model.Drift.Reference);
            NoteScore(model, reference, identity);
            return reference.PlanFor(model, identity, stage);
        }
        catch (ModelException e)
        {
            _report($"{e.Message} Its drift is not watched.");
            return null;
        }
    }

    void NoteScore(ModelSettings model, ReferenceFile? reference, ModelIdentity identity)
    {
        if (reference?.Score is not null && !reference.ModelSha256.Equals(identity.Sha256, StringComparison.OrdinalIgnoreCase))
            _report($"model `{model.Name}`: {model.Drift!.Reference} was made with another file (SHA-256 {reference.ModelSha256}), "
                + $"whose scores say nothing of this one's ({identity.Sha256}). Only the drift of inputs is watched; "
                + "make it anew with `edge-agent model reference`.");
    }

    DriftRecorder? RecorderFor(ScoreSettings stage)
    {
        if (Samples is null) return null;
        if (!Samples.TryGetValue(stage.Model, out var shared)) Samples[stage.Model] = shared = [];
        var recorder = new DriftRecorder(stage.FieldNames, shared);
        Rows.TryAdd(stage.Model, recorder.Rows);
        return recorder;
    }

    // Whether every stage was given just this: the same settings and files of the same content.
    bool IsLoaded(ModelSettings next)
    {
        lock (_lock)
        {
            if (!_settings.TryGetValue(next.Name, out var now) || now with { Inputs = next.Inputs } != next) return false;
            if (now.Inputs.Count != next.Inputs.Count
                || now.Inputs.Any(i => !next.Inputs.TryGetValue(i.Key, out var other) || other != i.Value)) return false;
        }

        var sha256 = HashOf(next, next.File, next.Sha256);
        var reference = ReferenceFile.KeyOf(next);
        var shadow = next.Shadow is { } file ? HashOf(next, file, null) : null;
        lock (_lock)
            return _users.Where(u => u.Stage.Model == next.Name)
                .All(u => u.Sha256 == sha256 && u.ShadowSha256 == shadow && u.DriftKey == reference);
    }

    static string HashOf(ModelSettings model, string path, string? sha256)
    {
        using var file = ModelFile.Read(model.Name, path, model.MaxSizeBytes, sha256, model.Map);
        return file.Sha256;
    }

    sealed class User(string pipeline, ScoreSettings stage)
    {
        /// <summary>What the stage was given last, whether it has taken it over yet or not.</summary>
        public ModelIdentity? Identity { get; private set; }

        /// <summary>As <see cref="Identity"/>, its content.</summary>
        public string? Sha256 => Identity?.Sha256;

        /// <summary>As <see cref="Sha256"/>, of the drift reference.</summary>
        public string? DriftKey { get; private set; }

        /// <summary>As <see cref="Sha256"/>, of the shadow.</summary>
        public string? ShadowSha256 { get; private set; }

        /// <summary>The first model while it is awaited; null for one that was there from the beginning.</summary>
        public FirstModel? First { get; set; }

        /// <summary>Whether the first model is still being loaded.</summary>
        public bool IsLoading => First is { IsOver: false };

        /// <summary>Offers both.</summary>
        /// <returns>Those offered before and never taken over, for the caller to dispose.</returns>
        public IModel?[] Offer(OnnxModel model, OnnxModel? shadow)
        {
            (Identity, DriftKey, ShadowSha256) = (model.Identity, model.Drift?.Key, shadow?.Identity.Sha256);
            model.Durations = Durations;
            return [Slot.Offer(model), Shadow.Offer(shadow)];
        }

        /// <summary>Frees its models; the stage does not run any more.</summary>
        public void Free()
        {
            foreach (var slot in (ReadOnlySpan<ModelSlot>)[Slot, Shadow])
            {
                if (slot.TryTakeRetired(out var before)) before.Dispose();
                slot.Offer(null)?.Dispose();
                slot.Refresh();
                if (slot.TryTakeRetired(out var old)) old.Dispose();
            }
        }

        /// <summary>Times of its runs, of all models it had.</summary>
        public DurationHistogram Durations { get; } = new(DurationHistogram.FineBounds);

        public string Pipeline { get; } = pipeline;

        public ScoreSettings Stage { get; set; } = stage;

        public ModelSlot Slot { get; } = new();

        public ModelSlot Shadow { get; } = new();

        public ScoreCounters? Counters { get; set; }

        public DriftWatch? Drift { get; set; }

        /// <summary>Alerts of the stage that are open.</summary>
        public Func<int> OpenAlerts { get; set; } = () => 0;
    }
}
