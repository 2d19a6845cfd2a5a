using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;

namespace EdgeAgent.Status;

/// <summary>A stage that uses a model, at a moment.</summary>
sealed record ModelUse
{
    /// <summary>Its pipeline.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Its name.</summary>
    public required string Stage { get; init; }

    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>What the stage has done; goes on counting.</summary>
    public required ScoreCounters Counters { get; init; }

    /// <summary>How long its runs of the model took; goes on counting.</summary>
    public DurationHistogram Durations { get; init; } = new(DurationHistogram.FineBounds);

    /// <summary>Alerts that are open.</summary>
    public int OpenAlerts { get; init; }

    /// <summary>The model in force; null when there is none.</summary>
    public ModelIdentity? Identity { get; init; }

    /// <summary>Whether its first model is still being loaded.</summary>
    public bool IsLoading { get; init; }

    /// <summary>The candidate beside it; null when there is none.</summary>
    public ModelIdentity? Shadow { get; init; }

    /// <summary>Models taken over so far, the first one included.</summary>
    public required long Swaps { get; init; }

    /// <summary>Quantities watched for drift; go on changing.</summary>
    public required IReadOnlyList<DriftQuantity> Drift { get; init; }
}
