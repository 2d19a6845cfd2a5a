using EdgeAgent.Core.Models;
using EdgeAgent.Core.Stages;
using EdgeAgent.Core.Stages.Scores;

namespace EdgeAgent.Tests.Models;

/// <summary>Builds score stages over slots that a test fills.</summary>
sealed class SlotModels(ModelSlot slot, ModelSlot? shadow = null, Action<ScoreCounters, DriftWatch>? made = null) : IScoreModels
{
    public ScoreReadings Build(ScoreReadingsSettings settings, StageContext context)
    {
        var stage = new ScoreReadings(settings.Score, context, slot, shadow ?? new ModelSlot());
        made?.Invoke(stage.Counters, stage.Drift);
        return stage;
    }

    public ScoreSummaries Build(ScoreSummariesSettings settings, StageContext context)
    {
        var stage = new ScoreSummaries(settings.Score, context, slot, shadow ?? new ModelSlot());
        made?.Invoke(stage.Counters, stage.Drift);
        return stage;
    }
}
