namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Where a row of features comes from.</summary>
public enum FeatureSource
{
    /// <summary>The last N readings of one series.</summary>
    Readings,

    /// <summary>Fields of a summary, of the last N summaries of its group.</summary>
    Summaries,
}
