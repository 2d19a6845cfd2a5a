namespace EdgeAgent.Core.Stages.Scores;

/// <summary>How the squared errors of a field at the moments of a window become its contribution.</summary>
public enum ContributionKind
{
    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>The largest.</summary>
    Max,
}
