namespace EdgeAgent.Core.Stages.Scores;

/// <summary><c>score_summaries</c>: scores the summaries of the stage before it.</summary>
public sealed record ScoreSummariesSettings : StageSettings
{
    /// <summary>The scoring itself; its source is <see cref="FeatureSource.Summaries"/>.</summary>
    public required ScoreSettings Score { get; init; }

    /// <inheritdoc/>
    public override bool TakesIncomplete => Score.Missing != MissingPolicy.Skip;

    /// <inheritdoc/>
    public override string Describe() => Score.Describe();
}
