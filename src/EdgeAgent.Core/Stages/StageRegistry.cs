namespace EdgeAgent.Core.Stages;

/// <summary>From settings to the stage that does them, and what the host lends to stages that need more than a pipeline has.</summary>
/// <param name="kinds">The kinds; of two with settings of one type the first counts.</param>
/// <param name="lent">What stages may ask for by <see cref="StageContext.Lent"/>, such as models.</param>
public sealed class StageRegistry(IEnumerable<StageKind> kinds, params IReadOnlyList<object> lent)
{
    readonly Dictionary<Type, StageKind> _kinds =
        kinds.GroupBy(kind => kind.Settings).ToDictionary(group => group.Key, group => group.First());

    /// <summary>What the host lends.</summary>
    public IReadOnlyList<object> Lent => lent;

    /// <summary>The kind that makes a stage of <paramref name="settings"/>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public StageKind KindOf(StageSettings settings) => _kinds.TryGetValue(settings.GetType(), out var kind)
        ? kind
        : throw new ArgumentException($"stage `{settings.Name}`: no stage is made of {settings.GetType().Name}");
}
