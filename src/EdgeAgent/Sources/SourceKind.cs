using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Flow;
using EdgeAgent.Probes;
using EdgeAgent.Sources.Commands;

namespace EdgeAgent.Sources;

/// <summary>Everything the agent knows of one kind of source. It stands in the source's folder; the catalog lists it. Immutable.</summary>
sealed class SourceKind
{
    SourceKind()
    {
    }

    /// <summary>Its keys.</summary>
    public required ComponentSpec Spec { get; init; }

    /// <summary>The type of its settings; all functions here take settings of that type only.</summary>
    public required Type Settings { get; init; }

    /// <summary>Makes the source; nothing runs before it is started.</summary>
    public required Func<SourceSettings, SourceContext, ISource> Make { get; init; }

    /// <summary>What <c>check --connect</c> finds out about it; takes no reading.</summary>
    public required Func<SourceSettings, ProbeContext, IReadOnlyList<ProbeLine>> Probe { get; init; }

    /// <summary>Keys that a running source takes over as an <see cref="IChangeable"/>; with any other changed key it is made
    /// anew.</summary>
    public required IReadOnlyList<string> Changeable { get; init; }

    /// <summary>What others may write through it; null for nothing.</summary>
    public required Func<SourceSettings, CommandsSettings?> Commands { get; init; }

    /// <summary>What <c>check</c> shows of it besides findings, a line each: a plan of polls.</summary>
    public required Func<SourceSettings, IEnumerable<string>> Plan { get; init; }

    /// <summary>What cannot be tried and <c>check --connect</c> says once of all sources of this kind; null for nothing.</summary>
    public required Func<IEnumerable<SourceSettings>, string?> Untried { get; init; }

    /// <summary>The kind of sources with settings of <typeparamref name="T"/>.</summary>
    public static SourceKind Of<T>(ComponentSpec spec, Func<T, SourceContext, ISource> make,
        Func<T, ProbeContext, IReadOnlyList<ProbeLine>> probe, SourceExtras<T>? extras = null)
        where T : SourceSettings => new()
        {
            Spec = spec,
            Settings = typeof(T),
            Make = (settings, context) => make((T)settings, context),
            Probe = (settings, context) => probe((T)settings, context),
            Changeable = extras?.Changeable ?? [],
            Commands = settings => extras?.Commands?.Invoke((T)settings),
            Plan = settings => extras?.Plan?.Invoke((T)settings) ?? [],
            Untried = all => extras?.Untried?.Invoke(all.Cast<T>()),
        };
}
