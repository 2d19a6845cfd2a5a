using EdgeAgent.Core.Settings;
using EdgeAgent.Core.Specs;
using EdgeAgent.Probes;

namespace EdgeAgent.Outputs;

/// <summary>Everything the agent knows of one kind of output. It stands in the output's folder; the catalog lists it. Immutable.</summary>
sealed class OutputKind
{
    OutputKind()
    {
    }

    /// <summary>Its keys.</summary>
    public required ComponentSpec Spec { get; init; }

    /// <summary>The type of its settings; all functions here take settings of that type only.</summary>
    public required Type Settings { get; init; }

    /// <summary>Makes the output.</summary>
    public required Func<OutputSettings, OutputContext, MadeOutput> Make { get; init; }

    /// <summary>What <c>check --connect</c> finds out; sends no record.
    /// Nothing where there is nothing to reach.</summary>
    public required Func<OutputSettings, ProbeContext, IReadOnlyList<ProbeLine>> Probe { get; init; }

    /// <summary>The kind of outputs with settings of <typeparamref name="T"/>.</summary>
    public static OutputKind Of<T>(
        ComponentSpec spec, Func<T, OutputContext, MadeOutput> make, Func<T, ProbeContext, IReadOnlyList<ProbeLine>>? probe = null)
        where T : OutputSettings => new()
        {
            Spec = spec,
            Settings = typeof(T),
            Make = (settings, context) => make((T)settings, context),
            Probe = (settings, context) => probe?.Invoke((T)settings, context) ?? [],
        };
}
