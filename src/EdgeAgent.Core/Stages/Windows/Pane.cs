using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Stages.Windows;

/// <summary>The readings of one group in one window, folded.</summary>
/// <remarks>
/// Mean and variance by Welford's recurrence (Knuth, TAOCP 2, §4.2.2) over differences from the first value to arrive, which
/// keeps the variance of large values with a spread near their last digit; the sum by Neumaier's compensation with Knuth's branch-free
/// two-sum. All are kept whatever is asked for, so that memory and cost do not depend on the settings.
/// </remarks>
struct Pane
{
    public long StartNs;
    public long Count;
    public double Min;
    public double Max;

    /// <summary>The first value to arrive; set before the first <see cref="Fold"/>.</summary>
    public double Origin;

    /// <summary>Mean of the differences from <see cref="Origin"/>.</summary>
    public double MeanDifference;
    public double SquaredDeviations;
    public double Sum;
    public double SumError;
    public long FirstNs;
    public double First;
    public long LastNs;
    public double Last;

    /// <summary><see cref="Count"/> when a summary was last given; a difference means there is something to tell.</summary>
    public long EmittedCount;

    /// <summary>Revision of the next summary.</summary>
    public int Revision;

    /// <summary>Next pane of the group by start, or −1; in a free pane the next free one.</summary>
    public int Next;

    /// <summary>Whether the watermark has reached the end.</summary>
    public bool IsClosed;

    public readonly bool IsChanged => Count != EmittedCount;

    public static Pane Empty(long startNs) => new()
    {
        StartNs = startNs,
        Min = double.PositiveInfinity,
        Max = double.NegativeInfinity,
        FirstNs = long.MaxValue,
        LastNs = long.MinValue,
        Next = -1,
    };

    /// <summary>Takes one reading. Of equal times the first to arrive is the first and the last to arrive the last.</summary>
    public void Fold(long timeNs, double value)
    {
        var n = ++Count;
        if (value < Min) Min = value;
        if (value > Max) Max = value;
        var difference = value - Origin;
        var delta = difference - MeanDifference;
        MeanDifference += delta / n;
        SquaredDeviations += delta * (difference - MeanDifference);
        var sum = Sum + value;
        var part = sum - Sum;
        SumError += (Sum - (sum - part)) + (value - part);
        Sum = sum;
        if (timeNs >= LastNs)
        {
            LastNs = timeNs;
            Last = value;
        }

        if (timeNs < FirstNs)
        {
            FirstNs = timeNs;
            First = value;
        }
    }

    /// <summary>Adds the wanted aggregates to a summary in the order of the enum.</summary>
    public readonly void AddTo(Summary summary, Aggregates wanted)
    {
        if ((wanted & Aggregates.Count) != 0) summary.Add("count", Count);
        if ((wanted & Aggregates.Min) != 0) summary.Add("min", Min);
        if ((wanted & Aggregates.Max) != 0) summary.Add("max", Max);
        if ((wanted & Aggregates.Sum) != 0) summary.Add("sum", Sum + SumError);
        if ((wanted & Aggregates.Mean) != 0) summary.Add("mean", BestMean());
        if ((wanted & Aggregates.Stddev) != 0) summary.Add("stddev", Deviation());
        if ((wanted & Aggregates.First) != 0) summary.Add("first", First);
        if ((wanted & Aggregates.Last) != 0) summary.Add("last", Last);
    }

    // The compensated sum is the better mean until it overflows; rounding must not carry it past a limit.
    readonly double BestMean()
    {
        var mean = (Sum + SumError) / Count;
        return double.IsFinite(mean) ? Math.Clamp(mean, Min, Max) : Origin + MeanDifference;
    }

    readonly double Deviation() =>
        Count < 2 || !double.IsFinite(SquaredDeviations) ? double.NaN : Math.Sqrt(Math.Max(0, SquaredDeviations) / (Count - 1));
}
