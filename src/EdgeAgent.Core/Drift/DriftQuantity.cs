using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Drift;

/// <summary>The drift of one quantity: values gathered over windows of event time, an index at the end of each,
/// and an alert while it is high.</summary>
/// <remarks>
/// A window ends with the first value past it. One with too few values goes on into the next, so a slow quantity has an index less
/// often, not a noisy one. A value before the window counts in it, as it is late; when <c>min_count</c> of them come in a row and all lie
/// more than a window back, a wrong clock had moved the window on: it starts anew at their time. Windows lie on whole multiples of
/// their length, so the start of an alert does not depend on which reading came first. Entry: event (flags, start, peak
/// time, end, peak) · window (since, start, length, values behind) · counts. Written by one thread; <see cref="Index"/>,
/// <see cref="IsOpen"/> and <see cref="WindowEndNs"/> may be read by any.
/// </remarks>
public sealed class DriftQuantity(string name, DriftBins bins, DriftSettings settings)
{
    const long Never = long.MinValue;
    readonly PopulationShift _shift = new(bins.Edges, bins.Shares);
    readonly long _windowNs = settings.Window.Ticks * TimeSpan.NanosecondsPerTick;
    long _sinceNs = Never, _startNs = Never;
    long _behind;

    /// <summary><c>score</c> or <c>input.</c> and the field.</summary>
    public string Name => name;

    /// <summary>The comparison, with the shares of the last index.</summary>
    public PopulationShift Shift => _shift;

    /// <summary>The last index; NaN before the first.</summary>
    public double Index => _shift.Index;

    /// <summary>Values the last index was made of.</summary>
    public long IndexCount { get; private set; }

    /// <summary>End of the window of the last index [ns since the Unix epoch]; <c>long.MinValue</c> before the first.</summary>
    public long WindowEndNs { get; private set; } = Never;

    /// <summary>Whether an alert is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Start of the first window with a high index [ns since the Unix epoch].</summary>
    public long StartNs { get; private set; }

    /// <summary>End of the window with the highest index [ns since the Unix epoch].</summary>
    public long PeakNs { get; private set; }

    /// <summary>End of the first window with a low index again [ns since the Unix epoch].</summary>
    public long EndNs { get; private set; }

    /// <summary>The line an index must pass.</summary>
    public double Threshold => settings.Threshold;

    /// <summary>The highest index of the alert.</summary>
    public double Peak { get; private set; }

    /// <summary>Takes a value; says what the window it ended, if it ended one, did to the alert.</summary>
    /// <param name="timeNs">Event time.</param>
    /// <param name="value">The value; NaN is passed over.</param>
    /// <param name="movesTime">False for a reading from the future, which ends no window.</param>
    public AlertChange Observe(long timeNs, double value, bool movesTime)
    {
        if (double.IsNaN(value)) return AlertChange.None;
        var change = AlertChange.None;
        if (movesTime)
        {
            if (_startNs == Never || timeNs >= _startNs + _windowNs)
            {
                change = Close();
                Begin(timeNs);
            }
            else if (timeNs >= _startNs - _windowNs)
            {
                _behind = 0;
            }
            else if (++_behind >= settings.MinCount)
            {
                _shift.Forget();
                Begin(timeNs);
            }
        }

        _shift.Add(value);
        return change;
    }

    /// <summary>Ends an open alert with the last window, when the quantity is no longer watched; false when none is open.</summary>
    public bool TryEnd()
    {
        if (!IsOpen) return false;
        (IsOpen, EndNs) = (false, Math.Max(StartNs, WindowEndNs));
        return true;
    }

    /// <summary>Goes on with the alert of <paramref name="other"/>, not with its counts.</summary>
    public void TakeAlert(DriftQuantity other) =>
        (IsOpen, StartNs, PeakNs, EndNs, Peak, WindowEndNs) =
            (other.IsOpen, other.StartNs, other.PeakNs, other.EndNs, other.Peak, other.WindowEndNs);

    /// <summary>Writes the memory.</summary>
    public void Write(StateWriter writer)
    {
        writer.Byte(IsOpen ? (byte)1 : (byte)0);
        foreach (var time in (ReadOnlySpan<long>)[StartNs, PeakNs, EndNs, WindowEndNs, IndexCount, _sinceNs, _startNs, _windowNs, _behind])
            writer.Int64(time);
        writer.Double(Peak);
        _shift.Write(writer);
    }

    /// <summary>Takes what <see cref="Write"/> wrote; counts only when <paramref name="sameReference"/>. False when malformed.</summary>
    public bool TryRead(ref StateReader reader, bool sameReference)
    {
        Span<long> numbers = stackalloc long[9];
        if (!reader.TryByte(out var flags) || flags > 1) return false;
        foreach (ref var number in numbers)
            if (!reader.TryInt64(out number)) return false;
        if (!reader.TryDouble(out var peak)) return false;
        (IsOpen, StartNs, PeakNs, EndNs, WindowEndNs, Peak) = (flags == 1, numbers[0], numbers[1], numbers[2], numbers[3], peak);
        if (!sameReference) return true;
        if (!_shift.TryRead(ref reader) || !reader.AtEnd) return false;
        IndexCount = numbers[4];
        // Windows of another length begin anew; what was counted belongs to the first of them.
        if (numbers[7] == _windowNs) (_sinceNs, _startNs, _behind) = (numbers[5], numbers[6], numbers[8]);
        return true;
    }

    void Begin(long timeNs)
    {
        _startNs = timeNs - (((timeNs % _windowNs) + _windowNs) % _windowNs);
        if (_shift.Count == 0) _sinceNs = _startNs;
        _behind = 0;
    }

    AlertChange Close()
    {
        if (_shift.Count < settings.MinCount) return AlertChange.None;
        WindowEndNs = _startNs + _windowNs;
        IndexCount = _shift.Count;
        var index = _shift.Take();
        if (!IsOpen)
        {
            if (!(index > settings.Threshold)) return AlertChange.None;
            (IsOpen, StartNs, PeakNs, Peak) = (true, _sinceNs, WindowEndNs, index);
            return AlertChange.Opened;
        }

        if (index > Peak) (Peak, PeakNs) = (index, WindowEndNs);
        if (!(index < settings.Release)) return AlertChange.None;
        (IsOpen, EndNs) = (false, WindowEndNs);
        return AlertChange.Closed;
    }
}
