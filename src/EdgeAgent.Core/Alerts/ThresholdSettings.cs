using System.Globalization;

namespace EdgeAgent.Core.Alerts;

/// <summary>The <c>threshold</c> section of a score stage.</summary>
public sealed record ThresholdSettings
{
    /// <summary>The kind.</summary>
    public ThresholdKind Kind { get; init; }

    /// <summary>The number, for <see cref="ThresholdKind.Constant"/>.</summary>
    public double Constant { get; init; }

    /// <summary>The quantile, 0 to 1, for <see cref="ThresholdKind.Quantile"/>.</summary>
    public double Quantile { get; init; } = 0.999;

    /// <summary>The line until there are scores enough for a quantile; NaN for none.</summary>
    public double Initial { get; init; } = double.NaN;

    /// <summary>Whether a score that was abnormal only counts, as one at the quantile, and its size is not learned.</summary>
    public bool LearnsNormalOnly { get; init; }

    /// <summary>Factor on the quantile.</summary>
    public double Factor { get; init; } = 1;

    /// <summary>Probability that a normal score passes, for <see cref="ThresholdKind.Spot"/>.</summary>
    public double Risk { get; init; } = 1e-4;

    /// <summary>Where the tail starts, for <see cref="ThresholdKind.Spot"/>.</summary>
    public double Level { get; init; } = 0.98;

    /// <summary>Newest scores whose mean is taken off before the tail is looked at, for <see cref="ThresholdKind.Spot"/>;
    /// 0 for none.</summary>
    public int Depth { get; init; }

    /// <summary>Scores of a series before an adaptive threshold exists.</summary>
    public int Warmup { get; init; } = 1000;

    /// <summary>How far the score must fall below the threshold to end an alert, as a share of it.</summary>
    public double Hysteresis { get; init; } = 0.1;

    /// <summary>Event time the score must stay above before there is an alert.</summary>
    public TimeSpan MinDuration { get; init; }

    /// <summary>Weight of the newest score in an exponential average; 1 for none.</summary>
    public double Smoothing { get; init; } = 1;

    /// <summary>All of it as unambiguous text.</summary>
    // What is as it was before there was a key is left out: memory is kept by this text.
    public string Describe() => string.Create(CultureInfo.InvariantCulture,
        $"{Kind},{Constant:R},{Quantile:R},{Factor:R},{Risk:R},{Level:R},{Warmup},{Hysteresis:R},{MinDuration.Ticks},"
            + $"{Smoothing:R}{(Depth > 0 ? $",depth={Depth}" : "")}")
        + (double.IsNaN(Initial) ? "" : string.Create(CultureInfo.InvariantCulture, $",initial={Initial:R}"))
        + (LearnsNormalOnly ? ",normal" : "");
}
