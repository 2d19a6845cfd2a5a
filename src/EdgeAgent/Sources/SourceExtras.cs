using EdgeAgent.Core.Settings;
using EdgeAgent.Sources.Commands;

namespace EdgeAgent.Sources;

/// <summary>What only some kinds of sources have; what is left out a kind has not.</summary>
sealed record SourceExtras<T>
    where T : SourceSettings
{
    /// <inheritdoc cref="SourceKind.Commands"/>
    public Func<T, CommandsSettings?>? Commands { get; init; }

    /// <inheritdoc cref="SourceKind.Plan"/>
    public Func<T, IEnumerable<string>>? Plan { get; init; }

    /// <inheritdoc cref="SourceKind.Untried"/>
    public Func<IEnumerable<T>, string?>? Untried { get; init; }

    /// <inheritdoc cref="SourceKind.Changeable"/>
    public IReadOnlyList<string>? Changeable { get; init; }
}
