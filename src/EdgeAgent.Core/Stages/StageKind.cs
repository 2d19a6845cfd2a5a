using EdgeAgent.Core.Specs;

namespace EdgeAgent.Core.Stages;

/// <summary>Everything the agent knows of one kind of stage: its keys, its place in a pipeline, how it is made.</summary>
/// <remarks>It stands beside the stage; the catalog lists it. Immutable.</remarks>
public sealed class StageKind
{
    StageKind(ComponentSpec spec, Type settings, Func<StageSettings, StageContext, object> make) =>
        (Spec, Settings, Make) = (spec, settings, make);

    /// <summary>Its keys.</summary>
    public ComponentSpec Spec { get; }

    /// <summary>Its place in a pipeline; the spec says it.</summary>
    public StageRole Role => Spec.Role!.Value;

    /// <summary>The type of its settings.</summary>
    internal Type Settings { get; }

    /// <summary>Makes the stage of settings of that type.</summary>
    /// <returns>An <see cref="ISummaryStage"/> where the role is <see cref="StageRole.Summary"/>,
    /// else an <see cref="IReadingStage"/>.</returns>
    internal Func<StageSettings, StageContext, object> Make { get; }

    /// <summary>A stage over readings.</summary>
    /// <exception cref="ArgumentException">The spec has another role, or none.</exception>
    public static StageKind Of<T>(ComponentSpec spec, Func<T, StageContext, IReadingStage> make)
        where T : StageSettings =>
        spec.Role?.TakesReadings() == true ? new StageKind(spec, typeof(T), (s, c) => make((T)s, c)) : throw Wrong(spec);

    /// <summary>A stage over summaries.</summary>
    /// <exception cref="ArgumentException">The spec has another role, or none.</exception>
    public static StageKind OverSummaries<T>(ComponentSpec spec, Func<T, StageContext, ISummaryStage> make)
        where T : StageSettings =>
        spec.Role == StageRole.Summary ? new StageKind(spec, typeof(T), (s, c) => make((T)s, c)) : throw Wrong(spec);

    static ArgumentException Wrong(ComponentSpec spec) =>
        new($"stage `{spec.Name}`: the role of its spec, {spec.Role?.ToString() ?? "none"}, is not that of the stage it makes");
}
