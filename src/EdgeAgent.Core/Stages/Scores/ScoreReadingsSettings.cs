namespace EdgeAgent.Core.Stages.Scores;

/// <summary><c>score</c>: scores readings and ends its pipeline.</summary>
public sealed record ScoreReadingsSettings : StageSettings
{
    /// <summary>The scoring itself; its source is <see cref="FeatureSource.Readings"/>.</summary>
    public required ScoreSettings Score { get; init; }

    /// <inheritdoc/>
    public override string Describe() => Score.Describe();
}
