using EdgeAgent.Core.Filtering;
using EdgeAgent.Core.Scoring;
using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Windowing;

namespace EdgeAgent.Core.Pipelines;

/// <summary>What a stage does with readings; decides what may stand after it.</summary>
public enum StageRole
{
    /// <summary>Readings in, readings out, whatever their time.</summary>
    Filter,

    /// <summary>Readings in, readings out; looks at event time.</summary>
    TimedFilter,

    /// <summary>Readings in, summaries out: a window, an alignment. At most one a pipeline.</summary>
    Fold,

    /// <summary>Summaries in, summaries out. Only after a fold.</summary>
    Summary,
}

/// <summary>From a kind of settings to the stage that does it. A new component is one line here, or in the host's copy.</summary>
public sealed class StageRegistry
{
    readonly Dictionary<Type, (StageRole Role, Func<StageSettings, StageContext, object> Build)> _entries = [];

    /// <summary>The stages of this room.</summary>
    public static StageRegistry BuiltIn() => new StageRegistry()
        .Add<LabelFilterSettings>(StageRole.Filter, (s, c) => new LabelFilterStage(s, c.Series))
        .Add<RangeSettings>(StageRole.Filter, (s, c) => new RangeStage(s))
        .Add<ConvertSettings>(StageRole.Filter, (s, c) => new ConvertStage(s, c.Counters))
        .Add<DeadbandSettings>(StageRole.TimedFilter, (s, c) => new DeadbandStage(s, c.Series))
        .Add<AlignSettings>(StageRole.Fold, (s, c) => new AlignStage(s, c))
        .Add<WindowSettings>(StageRole.Fold, (s, c) => new WindowStage(s, c));

    /// <summary>Registers a stage: an <see cref="IReadingStage"/>, or an <see cref="ISummaryStage"/> for <see cref="StageRole.Summary"/>.</summary>
    public StageRegistry Add<T>(StageRole role, Func<T, StageContext, object> build)
        where T : StageSettings
    {
        _entries[typeof(T)] = (role, (s, c) => build((T)s, c));
        return this;
    }

    /// <summary>The role of a kind of settings.</summary>
    /// <exception cref="ArgumentException">Nothing is registered for it.</exception>
    public StageRole RoleOf(StageSettings settings) => Entry(settings).Role;

    internal object Build(StageSettings settings, StageContext context) => Entry(settings).Build(settings, context);

    (StageRole Role, Func<StageSettings, StageContext, object> Build) Entry(StageSettings settings) =>
        _entries.TryGetValue(settings.GetType(), out var entry)
            ? entry
            : throw new ArgumentException($"stage `{settings.Name}`: no stage is registered for {settings.GetType().Name}");
}
