using EdgeAgent.Core.Drift;

namespace EdgeAgent.Core.Models;

/// <summary>A model as the score stages see it: rows of numbers in, rows of numbers out.</summary>
/// <remarks>Single-threaded: each stage has its own. A run allocates nothing, keeps nothing between runs and throws nothing.</remarks>
public interface IModel : IDisposable
{
    /// <summary>Which model this is.</summary>
    ModelIdentity Identity { get; }

    /// <summary>What its inputs and scores are compared with; null for nothing.</summary>
    DriftPlan? Drift { get; }

    /// <summary>Whether it takes the whole past of a field side by side (<c>[N, F, T]</c>);
    /// null for what the stage's settings say.</summary>
    bool? IsFieldMajor { get; }

    /// <summary>Most rows of one run.</summary>
    int MaxRows { get; }

    /// <summary>Numbers of a row that come from readings.</summary>
    int FeatureCount { get; }

    /// <summary>Numbers of a row that the model gave for the same series the last time; 0 without memory.</summary>
    int StateCount { get; }

    /// <summary>Numbers of a row that the model gives.</summary>
    int OutputCount { get; }

    /// <summary>Runs <paramref name="rows"/> rows, each row's numbers side by side.</summary>
    /// <param name="rows">1 to <see cref="MaxRows"/>.</param>
    /// <param name="features">Rows of <see cref="FeatureCount"/>.</param>
    /// <param name="states">Rows of <see cref="StateCount"/>; replaced by the new states when all is well.</param>
    /// <param name="outputs">Rows of <see cref="OutputCount"/>; undefined unless all is well.</param>
    RunResult Run(int rows, ReadOnlySpan<double> features, Span<double> states, Span<double> outputs);
}
