using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages.Scores;

namespace EdgeAgent.Status;

/// <summary>A stage that uses a model, at a moment.</summary>
/// <param name="Pipeline">Its pipeline.</param>
/// <param name="Stage">Its name.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Counters">What the stage has done; goes on counting.</param>
/// <param name="Identity">The model in force; null when there is none.</param>
/// <param name="Shadow">The candidate beside it; null when there is none.</param>
/// <param name="Swaps">Models taken over so far, the first one included.</param>
/// <param name="Drift">Quantities watched for drift; go on changing.</param>
sealed record ModelUse(
    string Pipeline, string Stage, string Model, ScoreCounters Counters, ModelIdentity? Identity, ModelIdentity? Shadow, long Swaps,
    IReadOnlyList<DriftQuantity> Drift);
