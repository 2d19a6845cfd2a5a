using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Alignment;

/// <summary>The last value of each metric of one group. Single-threaded.</summary>
/// <remarks>Entry: for each metric, event time (i64) and value (f64); then the latest time and the last row's time (i64 each); for
/// <c>linear</c> the rows that wait.</remarks>
sealed class AlignGroup(int metrics, AlignRows? rows)
{
    const long Never = long.MinValue;
    readonly long[] _times = Filled(metrics);
    readonly double[] _values = new double[metrics];

    /// <summary>The latest event time taken [ns]; <c>long.MinValue</c> before the first.</summary>
    public long LatestNs { get; private set; } = Never;

    /// <summary>Time of the last row [ns]; <c>long.MinValue</c> before the first.</summary>
    public long RowNs { get; private set; } = Never;

    /// <summary>Event time of a metric's last value [ns]; <c>long.MinValue</c> before the first.</summary>
    public long TimeOf(int metric) => _times[metric];

    /// <summary>Takes a value and draws the line to it through the rows that wait;
    /// false when it is older than what its metric has.</summary>
    public bool SetLinear(int metric, long timeNs, double value, long toleranceNs, long gridNs)
    {
        if (timeNs < _times[metric]) return false;
        if (timeNs > LatestNs) rows!.Begin(timeNs, LatestNs, toleranceNs, gridNs);
        rows!.Draw(metric, _times[metric], _values[metric], timeNs, value, toleranceNs);
        return Set(metric, timeNs, value);
    }

    /// <summary>The next row that every metric has reached or that waited long enough, with NaN for what it lacks;
    /// false when there is none now.</summary>
    public bool TryLinearRow(long toleranceNs, Span<double> row, out long timeNs)
    {
        var reached = long.MaxValue;
        foreach (var time in _times) reached = Math.Min(reached, time);
        return rows!.TryTake(reached, LatestNs, toleranceNs, row, out timeNs);
    }

    /// <summary>Takes a value; false, with nothing changed, when it is older than what its metric has.</summary>
    public bool Set(int metric, long timeNs, double value)
    {
        if (timeNs < _times[metric]) return false;
        (_times[metric], _values[metric]) = (timeNs, value);
        LatestNs = Math.Max(LatestNs, timeNs);
        return true;
    }

    /// <summary>Writes the values in force at <paramref name="timeNs"/> into <paramref name="row"/>, NaN for one that is missing.</summary>
    /// <returns>Whether none is.</returns>
    public bool ReadRow(long timeNs, long toleranceNs, Span<double> row)
    {
        var isWhole = true;
        for (var i = 0; i < row.Length; i++)
        {
            var isThere = _times[i] != Never && _times[i] <= timeNs && timeNs - _times[i] <= toleranceNs;
            row[i] = isThere ? _values[i] : double.NaN;
            isWhole &= isThere;
        }

        return isWhole;
    }

    /// <summary>A row of this moment was told.</summary>
    public void Told(long timeNs) => RowNs = timeNs;

    /// <summary>Writes the memory.</summary>
    public void Write(StateWriter writer)
    {
        for (var i = 0; i < metrics; i++)
        {
            writer.Int64(_times[i]);
            writer.Double(_values[i]);
        }

        writer.Int64(LatestNs);
        writer.Int64(RowNs);
        rows?.Write(writer);
    }

    /// <summary>Takes what <see cref="Write"/> wrote; false when malformed.</summary>
    public bool TryRead(ref StateReader reader)
    {
        for (var i = 0; i < metrics; i++)
            if (!reader.TryInt64(out _times[i]) || !reader.TryDouble(out _values[i])) return false;
        if (!reader.TryInt64(out var latest) || !reader.TryInt64(out var row)) return false;
        (LatestNs, RowNs) = (latest, row);
        return rows?.TryRead(ref reader) ?? true;
    }

    static long[] Filled(int metrics)
    {
        var times = new long[metrics];
        Array.Fill(times, Never);
        return times;
    }
}
