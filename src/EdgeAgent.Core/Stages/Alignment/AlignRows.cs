using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Alignment;

/// <summary>Rows of one group that wait until the values on either side of their moment are known. Single-threaded.</summary>
/// <remarks>
/// A row begins with the first reading that is newer than all of its group: at that very moment, or at the points of the grid passed since
/// the last one. A value of a metric fills the rows between its last one and itself by a straight line, so only the last value of a metric
/// is kept and a row is complete once every metric is at or past it. A value stays missing (NaN) when the line would be longer than the
/// tolerance, and when the group is past the row by more than the tolerance before its metric. At most <see cref="Most"/> rows wait; the
/// oldest goes first. Entry: number of rows, then of each time (i64), dead (u8), and the values.
/// </remarks>
sealed class AlignRows(int metrics)
{
    /// <summary>Most rows that wait.</summary>
    public const int Most = 1024;

    long[] _times = new long[4];
    bool[] _isDead = new bool[4];
    double[] _values = new double[4 * metrics];
    int _first, _count;

    /// <summary>Begins the rows up to <paramref name="timeNs"/>, the newest moment of the group.</summary>
    /// <param name="timeNs">Above <paramref name="latestNs"/>.</param>
    /// <param name="latestNs">The newest moment before; <c>long.MinValue</c> for none.</param>
    /// <param name="toleranceNs">Over a longer gap no line is drawn, so no point of the grid inside it can become a row.</param>
    /// <param name="gridNs">Distance of the points; 0 for a row at the moment itself.</param>
    public void Begin(long timeNs, long latestNs, long toleranceNs, long gridNs)
    {
        if (gridNs == 0)
        {
            Add(timeNs);
            return;
        }

        var last = timeNs - (((timeNs % gridNs) + gridNs) % gridNs);
        var after = latestNs == long.MinValue || timeNs - latestNs > toleranceNs ? timeNs - 1 : latestNs;
        var point = after + gridNs - (((after % gridNs) + gridNs) % gridNs);
        if ((last - point) / gridNs >= Most) point = last - ((Most - 1) * gridNs);
        for (; point <= last; point += gridNs) Add(point);
    }

    /// <summary>Draws the line of a metric from its last value (<paramref name="fromNs"/> is <c>long.MinValue</c>
    /// when it has none) to a newer one.</summary>
    public void Draw(int metric, long fromNs, double from, long toNs, double to, long toleranceNs)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            var at = Place(i);
            var time = _times[at];
            if (time == toNs) _values[(at * metrics) + metric] = to;
            if (time >= toNs) continue;
            if (time <= fromNs) return;
            if (fromNs == long.MinValue || toNs - fromNs > toleranceNs) continue;
            var share = (double)(time - fromNs) / (toNs - fromNs);
            // Not from + share·(to − from): the difference of two large values may overflow.
            _values[(at * metrics) + metric] = ((1 - share) * from) + (share * to);
        }
    }

    /// <summary>Takes the oldest row away that every metric has reached or that waited long enough; false when there is none.</summary>
    /// <param name="reachedNs">The moment that every metric has reached.</param>
    /// <param name="latestNs">The newest moment of the group.</param>
    /// <param name="toleranceNs">How far the group may be past a row that still waits.</param>
    /// <param name="row">Takes the values; NaN for one that is missing.</param>
    /// <param name="timeNs">Its moment.</param>
    public bool TryTake(long reachedNs, long latestNs, long toleranceNs, Span<double> row, out long timeNs)
    {
        timeNs = 0;
        if (_count == 0) return false;
        var at = Place(0);
        timeNs = _times[at];
        if (timeNs > reachedNs && latestNs - timeNs <= toleranceNs) return false;
        _values.AsSpan(at * metrics, metrics).CopyTo(row);
        // As version 1 wrote it at first, what is missing in a row that was given up is not told from 0.
        if (_isDead[at]) row.Fill(double.NaN);
        Drop();
        return true;
    }

    /// <summary>Writes the memory.</summary>
    public void Write(StateWriter writer)
    {
        writer.Varint((ulong)_count);
        for (var i = 0; i < _count; i++)
        {
            var at = Place(i);
            writer.Int64(_times[at]);
            writer.Byte(_isDead[at] ? (byte)1 : (byte)0);
            for (var m = 0; m < metrics; m++) writer.Double(_values[(at * metrics) + m]);
        }
    }

    /// <summary>Takes what <see cref="Write"/> wrote; false when malformed.</summary>
    public bool TryRead(ref StateReader reader)
    {
        (_first, _count) = (0, 0);
        if (!reader.TryVarint(out var count) || count > Most) return false;
        for (ulong i = 0; i < count; i++)
        {
            if (!reader.TryInt64(out var time) || !reader.TryByte(out var dead) || dead > 1) return false;
            Add(time);
            var at = Place(_count - 1);
            _isDead[at] = dead == 1;
            for (var m = 0; m < metrics; m++)
                if (!reader.TryDouble(out _values[(at * metrics) + m])) return false;
        }

        return true;
    }

    int Place(int i) => (_first + i) & (_times.Length - 1);

    void Drop()
    {
        _first = Place(1);
        _count--;
    }

    void Add(long timeNs)
    {
        if (_count == Most) Drop();
        if (_count == _times.Length) Grow();
        var at = Place(_count++);
        (_times[at], _isDead[at]) = (timeNs, false);
        _values.AsSpan(at * metrics, metrics).Fill(double.NaN);
    }

    // The ring's length stays a power of two.
    void Grow()
    {
        var (times, dead, values) = (new long[2 * _count], new bool[2 * _count], new double[2 * _count * metrics]);
        for (var i = 0; i < _count; i++)
        {
            var at = Place(i);
            (times[i], dead[i]) = (_times[at], _isDead[at]);
            _values.AsSpan(at * metrics, metrics).CopyTo(values.AsSpan(i * metrics));
        }

        (_times, _isDead, _values, _first) = (times, dead, values, 0);
    }
}
