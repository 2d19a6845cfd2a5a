namespace EdgeAgent.Core.Stages.Scores;

/// <summary>What became of a row.</summary>
enum ScoreOutcome
{
    /// <summary>It has a score.</summary>
    Scored,

    /// <summary>The last good score of its series stands in.</summary>
    Stale,

    /// <summary>It passes with a null score.</summary>
    Null,

    /// <summary>It has no score and none is told.</summary>
    None,
}
