namespace EdgeAgent.Core.Stages.Alignment;

/// <summary>What stands for a metric at a moment at which it was not measured.</summary>
public enum AlignJoin
{
    /// <summary>Its last value, if not older than the tolerance.</summary>
    Last,

    /// <summary>A value on the straight line between its last value and its next,
    /// if these are not further apart than the tolerance.</summary>
    Linear,

    /// <summary>Nothing: all metrics must have been measured at that very moment.</summary>
    Exact,
}
