namespace EdgeAgent.Core.Alerts;

/// <summary>Where the line lies that a score must pass.</summary>
public enum ThresholdKind
{
    /// <summary>A number.</summary>
    Constant,

    /// <summary>A running quantile of the series' own scores, times a factor.</summary>
    Quantile,

    /// <summary>An extreme-value rule on the series' own scores.</summary>
    Spot,
}
