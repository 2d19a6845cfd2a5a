using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;

namespace EdgeAgent.Models;

/// <summary>Registers the score stages.</summary>
static class ScoringStages
{
    /// <summary>Adds them to <paramref name="registry"/>, over the models of <paramref name="models"/>.</summary>
    public static StageRegistry AddScoring(this StageRegistry registry, ModelHost models) => registry
        .Add<ScoreReadingsSettings>(StageRole.Fold, models.Build)
        .Add<ScoreSummariesSettings>(StageRole.Summary, models.Build);
}
