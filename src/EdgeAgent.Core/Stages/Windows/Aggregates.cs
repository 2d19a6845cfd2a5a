namespace EdgeAgent.Core.Stages.Windows;

/// <summary>An aggregate of a window. The order here is the order in a summary.</summary>
[Flags]
public enum Aggregates
{
    /// <summary>Number of readings.</summary>
    Count = 1,

    /// <summary>Smallest value.</summary>
    Min = 2,

    /// <summary>Largest value.</summary>
    Max = 4,

    /// <summary>Compensated sum.</summary>
    Sum = 8,

    /// <summary>Arithmetic mean.</summary>
    Mean = 16,

    /// <summary>Sample standard deviation (n − 1); null for one reading.</summary>
    Stddev = 32,

    /// <summary>Value with the earliest event time.</summary>
    First = 64,

    /// <summary>Value with the latest event time.</summary>
    Last = 128,
}
