namespace EdgeAgent.Core.Readings;

/// <summary>Up to 4,096 readings as a struct of arrays; the unit of work of the data path.</summary>
/// <remarks>
/// Row <c>i</c> is (<see cref="Series"/>[i], <see cref="TimeNs"/>[i], <see cref="Value"/>[i], <see cref="Quality"/>[i]).
/// Event times are nanoseconds since the Unix epoch, UTC. Stages compact a batch in place. Single-threaded: whoever
/// holds the batch owns it. Values are finite; decoders refuse NaN and infinity.
/// </remarks>
public sealed class ReadingBatch
{
    /// <summary>The number of rows a batch has room for.</summary>
    public const int Capacity = 4096;

    /// <summary>Rows in use.</summary>
    public int Count;

    /// <summary>Dense series ids from the <see cref="SeriesTable"/>.</summary>
    public readonly int[] Series = new int[Capacity];

    /// <summary>Event times [ns since the Unix epoch].</summary>
    public readonly long[] TimeNs = new long[Capacity];

    /// <summary>Measured values.</summary>
    public readonly double[] Value = new double[Capacity];

    /// <summary>Quality of each reading; see <see cref="Readings.Quality"/>.</summary>
    public readonly byte[] Quality = new byte[Capacity];

    /// <summary>True when no further row fits.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>Appends one row. The caller has checked <see cref="IsFull"/>.</summary>
    public void Add(int series, long timeNs, double value, byte quality = 0)
    {
        var i = Count;
        Series[i] = series;
        TimeNs[i] = timeNs;
        Value[i] = value;
        Quality[i] = quality;
        Count = i + 1;
    }

    /// <summary>Copies row <paramref name="from"/> over row <paramref name="to"/>; how stages compact.</summary>
    public void Move(int from, int to)
    {
        Series[to] = Series[from];
        TimeNs[to] = TimeNs[from];
        Value[to] = Value[from];
        Quality[to] = Quality[from];
    }

    /// <summary>Copies all rows of this batch over those of <paramref name="target"/>.</summary>
    public void CopyTo(ReadingBatch target)
    {
        var n = Count;
        Series.AsSpan(0, n).CopyTo(target.Series);
        TimeNs.AsSpan(0, n).CopyTo(target.TimeNs);
        Value.AsSpan(0, n).CopyTo(target.Value);
        Quality.AsSpan(0, n).CopyTo(target.Quality);
        target.Count = n;
    }
}
