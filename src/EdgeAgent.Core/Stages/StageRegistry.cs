namespace EdgeAgent.Core.Stages;

/// <summary>From a kind of settings to the stage that does it. Who makes it knows the stages.</summary>
public sealed class StageRegistry
{
    readonly Dictionary<Type, (StageRole Role, Func<StageSettings, StageContext, object> Build)> _entries = [];

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
