using EdgeAgent.Core.State;
using EdgeAgent.Core.Statistics;

namespace EdgeAgent.Core.Alerts;

/// <summary>From the scores of one series to alerts that are one event each: start, peak, end.</summary>
/// <remarks>
/// A score above the threshold starts a wait; if scores stay above the release line for <c>min_duration</c> of event time the
/// alert opens, with the start of the wait as its start; below the release line it closes. The release line is taken at the start
/// and does not move while an adaptive threshold does. Event times that go back are taken as the latest seen. An alert
/// stays open while its series is silent. Single-threaded; about 150 bytes besides its threshold's memory.
/// </remarks>
public sealed class AlertTracker(ThresholdSettings settings)
{
    readonly DdSketch? _sketch = settings.Kind == ThresholdKind.Quantile ? new DdSketch(0.01, 1e6) : null;
    readonly Spot? _spot = settings.Kind == ThresholdKind.Spot ? new Spot(settings.Risk, settings.Level, settings.Warmup, settings.Depth)
        : null;
    double _smoothed = double.NaN;
    double _release;
    long _latestNs = long.MinValue;
    long _untilNewQuantile;
    bool _waiting;

    /// <summary>Whether an alert is open.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Event time of the first score above the threshold [ns since the Unix epoch].</summary>
    public long StartNs { get; private set; }

    /// <summary>Event time of the highest score [ns since the Unix epoch].</summary>
    public long PeakNs { get; private set; }

    /// <summary>The highest score.</summary>
    public double Peak { get; private set; }

    /// <summary>Event time of the first score below the release line [ns since the Unix epoch].</summary>
    public long EndNs { get; private set; }

    /// <summary>The line in force, NaN while an adaptive one warms up.</summary>
    public double Threshold { get; private set; } = settings.Kind switch
    {
        ThresholdKind.Constant => settings.Constant,
        ThresholdKind.Quantile => settings.Initial,
        _ => double.NaN,
    };

    /// <summary>The line in force when the first score passed it.</summary>
    public double StartThreshold { get; private set; }

    /// <summary>The smoothed score.</summary>
    public double Score => _smoothed;

    /// <summary>Takes the score of one event; one that is not finite changes nothing.</summary>
    /// <param name="eventTimeNs">Its time.</param>
    /// <param name="score">The score.</param>
    /// <param name="limitNs">No time may be later: memory that is (a reading from the future had moved it,
    /// once) gives way to the event's.</param>
    public AlertChange Observe(long eventTimeNs, double score, long limitNs = long.MaxValue)
    {
        if (!double.IsFinite(score)) return AlertChange.None;
        if (_latestNs > limitNs)
        {
            // An open alert keeps its start, which is its identity.
            _latestNs = eventTimeNs;
            if (StartNs > limitNs) _waiting = false;
        }

        _smoothed = double.IsNaN(_smoothed) ? score : _smoothed + (settings.Smoothing * (score - _smoothed));
        _latestNs = Math.Max(_latestNs, eventTimeNs);
        var line = Threshold;
        var change = Step(_smoothed, line);
        Learn(_smoothed, line);
        return change;
    }

    /// <summary>Writes the memory.</summary>
    public void Write(StateWriter writer)
    {
        writer.Byte((byte)((IsOpen ? 1 : 0) | (_waiting ? 2 : 0)));
        writer.Double(_smoothed);
        writer.Double(_release);
        writer.Double(Peak);
        writer.Double(Threshold);
        writer.Double(StartThreshold);
        writer.Int64(StartNs);
        writer.Int64(PeakNs);
        writer.Int64(EndNs);
        writer.Int64(_latestNs);
        writer.Varint((ulong)_untilNewQuantile);
        _sketch?.Write(writer);
        _spot?.Write(writer);
    }

    /// <summary>Takes what <see cref="Write"/> wrote under the same settings; false when malformed.</summary>
    public bool TryRead(ref StateReader reader)
    {
        if (!reader.TryByte(out var flags) || flags > 3 || !reader.TryDouble(out _smoothed) || !reader.TryDouble(out _release))
            return false;
        if (!reader.TryDouble(out var peak) || !reader.TryDouble(out var threshold)) return false;
        if (!reader.TryDouble(out var startThreshold) || !reader.TryInt64(out var start)) return false;
        if (!reader.TryInt64(out var peakNs) || !reader.TryInt64(out var end) || !reader.TryInt64(out _latestNs)
            || !reader.TryVarint(out var until)) return false;
        (IsOpen, _waiting, Peak, Threshold, StartThreshold) = ((flags & 1) != 0, (flags & 2) != 0, peak, threshold, startThreshold);
        (StartNs, PeakNs, EndNs, _untilNewQuantile) = (start, peakNs, end, (long)until);
        return (_sketch?.TryRead(ref reader) ?? true) && (_spot?.TryRead(ref reader) ?? true);
    }

    AlertChange Step(double score, double line)
    {
        if (!IsOpen && !_waiting)
        {
            if (!(score > line)) return AlertChange.None;
            (_waiting, StartNs, PeakNs, Peak) = (true, _latestNs, _latestNs, score);
            StartThreshold = line;
            _release = line - (settings.Hysteresis * Math.Abs(line));
        }
        else if (score < _release || (score == _release && settings.Hysteresis == 0))
        {
            var wasOpen = IsOpen;
            (IsOpen, _waiting, EndNs) = (false, false, _latestNs);
            return wasOpen ? AlertChange.Closed : AlertChange.None;
        }

        if (score > Peak) (Peak, PeakNs) = (score, _latestNs);
        if (IsOpen || _latestNs - StartNs < settings.MinDuration.Ticks * 100) return AlertChange.None;
        (IsOpen, _waiting) = (true, false);
        return AlertChange.Opened;
    }

    void Learn(double score, double line)
    {
        if (_spot is not null)
        {
            _spot.Observe(score);
            Threshold = _spot.Threshold;
        }
        else if (_sketch is not null)
        {
            // Left out altogether, the highest scores would be missing among those the quantile is taken of, and it would sink without end.
            var isAbnormal = settings.LearnsNormalOnly && (IsOpen || _waiting || score > line);
            _sketch.Add(isAbnormal ? line / settings.Factor : score);
            // A quantile costs a walk over the bins; it moves slowly, so it is read at every hundredth part of new scores.
            if (--_untilNewQuantile > 0 || _sketch.Count < settings.Warmup) return;
            _untilNewQuantile = Math.Clamp((long)(_sketch.Count / 100), 1, 1000);
            Threshold = settings.Factor * _sketch.Quantile(settings.Quantile);
        }
    }
}
