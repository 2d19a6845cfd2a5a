namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Who has models builds the stages that score by them; a host lends it by <see cref="StageContext.Lent"/>.</summary>
public interface IScoreModels
{
    /// <summary>A stage over readings.</summary>
    ScoreReadings Build(ScoreReadingsSettings settings, StageContext context);

    /// <summary>A stage over summaries.</summary>
    ScoreSummaries Build(ScoreSummariesSettings settings, StageContext context);
}
