using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Scoring;

namespace EdgeAgent.Scoring;

/// <summary>Loads the models of a configuration, hands them to score stages, and swaps them while readings flow.</summary>
/// <remarks>
/// A model that cannot be used is reported in one line and its stages go without: their rows are counted and the rest runs on. A swap
/// loads and checks a model for every stage that uses it before any stage gets it; each then takes it over between two batches. Members are for
/// the control side, one thread at a time, but <see cref="DisposeRetired"/>, which is for the commit thread.
/// </remarks>
sealed class ModelHost : IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<string, ModelSettings> _settings;
    readonly Action<string> _report;
    readonly List<User> _users = [];

    /// <summary>A host of the models in <paramref name="settings"/>; nothing is loaded before a stage asks.</summary>
    public ModelHost(IReadOnlyList<ModelSettings> settings, Action<string> report) =>
        (_settings, _report) = (settings.ToDictionary(m => m.Name), report);

    /// <summary>Stages with their counters, for the status.</summary>
    public IReadOnlyList<(string Pipeline, string Stage, ScoreCounters Counters, ModelIdentity? Model)> Status()
    {
        lock (_lock) return [.. _users.Where(u => u.Counters is not null).Select(u => (u.Pipeline, u.Stage.Name, u.Counters!, u.Slot.Current?.Identity))];
    }

    /// <summary>Builds the score stage of <paramref name="settings"/> over slots of this host.</summary>
    public ScoreReadings Build(ScoreReadingsSettings settings, StageContext context)
    {
        var user = Register(settings.Score, context.Pipeline);
        var stage = new ScoreReadings(user.Stage, context, user.Slot, user.Shadow);
        user.Counters = stage.Counters;
        return stage;
    }

    /// <summary>Builds the score stage of <paramref name="settings"/> over slots of this host.</summary>
    public ScoreSummaries Build(ScoreSummariesSettings settings, StageContext context)
    {
        var user = Register(settings.Score, context.Pipeline);
        var stage = new ScoreSummaries(user.Stage, context, user.Slot, user.Shadow);
        user.Counters = stage.Counters;
        return stage;
    }

    /// <summary>Loads <paramref name="next"/> and puts it in place of the model of the same name in every stage.</summary>
    /// <exception cref="ModelException">It cannot be used; the old one stays everywhere.</exception>
    public void Swap(ModelSettings next)
    {
        lock (_lock)
        {
            var users = _users.Where(u => u.Stage.Model == next.Name).ToList();
            var models = new List<OnnxModel>();
            var shadows = new List<OnnxModel?>();
            try
            {
                using var loader = ModelLoader.Load(next, next.File);
                foreach (var user in users) models.Add(loader.CreateFor(user.Stage));
                using var shadow = next.Shadow is { } file ? ModelLoader.Load(next, file) : null;
                foreach (var user in users) shadows.Add(shadow?.CreateFor(user.Stage));
            }
            catch
            {
                foreach (var model in models) model.Dispose();
                foreach (var model in shadows) model?.Dispose();
                throw;
            }

            for (var i = 0; i < users.Count; i++)
            {
                users[i].Slot.Offer(models[i])?.Dispose();
                users[i].Shadow.Offer(shadows[i])?.Dispose();
            }

            _settings[next.Name] = next;
        }
    }

    /// <summary>Frees models that stages no longer use.</summary>
    public void DisposeRetired()
    {
        lock (_lock)
        {
            foreach (var user in _users)
            {
                if (user.Slot.TryTakeRetired(out var old)) old.Dispose();
                if (user.Shadow.TryTakeRetired(out old)) old.Dispose();
            }
        }
    }

    /// <summary>Frees all models; no stage may run any more.</summary>
    public void Dispose()
    {
        DisposeRetired();
        lock (_lock)
        {
            foreach (var slot in _users.SelectMany(u => (ModelSlot[])[u.Slot, u.Shadow]))
            {
                slot.Offer(null)?.Dispose();
                slot.Refresh();
                if (slot.TryTakeRetired(out var old)) old.Dispose();
            }

            _users.Clear();
        }
    }

    User Register(ScoreSettings stage, string pipeline)
    {
        lock (_lock)
        {
            var user = new User(pipeline, stage);
            _users.Add(user);
            try
            {
                user.Stage = ScalingFile.Apply(stage);
                if (!_settings.TryGetValue(stage.Model, out var model)) throw new ModelException(stage.Model, "is not under `models`.");
                using var loader = ModelLoader.Load(model, model.File);
                user.Slot.Offer(loader.CreateFor(user.Stage));
                if (model.Shadow is not { } file) return user;
                using var shadow = ModelLoader.Load(model, file);
                user.Shadow.Offer(shadow.CreateFor(user.Stage));
            }
            catch (ModelException e)
            {
                _report($"{e.Message} Stage `{stage.Name}` of pipeline `{pipeline}` goes on without it.");
            }

            return user;
        }
    }

    sealed class User(string pipeline, ScoreSettings stage)
    {
        public string Pipeline { get; } = pipeline;

        public ScoreSettings Stage { get; set; } = stage;

        public ModelSlot Slot { get; } = new();

        public ModelSlot Shadow { get; } = new();

        public ScoreCounters? Counters { get; set; }
    }
}

/// <summary>Registers the score stages.</summary>
static class ScoringStages
{
    /// <summary>Adds them to <paramref name="registry"/>, over the models of <paramref name="models"/>.</summary>
    public static StageRegistry AddScoring(this StageRegistry registry, ModelHost models) => registry
        .Add<ScoreReadingsSettings>(StageRole.Fold, models.Build)
        .Add<ScoreSummariesSettings>(StageRole.Summary, models.Build);
}
