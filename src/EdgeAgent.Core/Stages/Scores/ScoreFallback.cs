namespace EdgeAgent.Core.Stages.Scores;

/// <summary>What becomes of a reading or summary whose score could not be made.</summary>
public enum ScoreFallback
{
    /// <summary>It has no score: no record, nothing learned.</summary>
    Skip,

    /// <summary>The last good score of its series stands in and is marked stale; the threshold does not learn it.</summary>
    Last,

    /// <summary>It passes with a null score.</summary>
    Pass,
}
