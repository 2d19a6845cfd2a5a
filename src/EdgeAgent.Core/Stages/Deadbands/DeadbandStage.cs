using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Deadbands;

/// <summary>Passes a reading only when it differs enough from the last one passed of its series.</summary>
/// <remarks>
/// <para>A reading passes when it is the first of its series; when it differs by the threshold or more (a change of nothing
/// never does); or when its event time lies <c>max_silence</c> or more from that of the last one passed, in either direction.
/// It then becomes the new memory. The order is that of arrival: a late reading is judged and remembered like any other,
/// so nothing sticks to a wrong time; disorder can only let more readings pass. A reading from the future that was kept
/// with its time passes and is not remembered.</para>
/// <para>The threshold takes off the rounding of two decimal numbers (one part in 2^52 of the larger), so that steps of 0.05
/// pass a threshold of 0.05. Memory is by series: unit = series id. Entry, version 1: <c>'D'</c>, labels (text),
/// event time (i64), value (f64); or <c>'R'</c>, labels (text) for a series that is forgotten, behind which older versions put its id's
/// next series as a <c>'D'</c> entry.</para>
/// </remarks>
public sealed class DeadbandStage : IReadingStage, IStageState
{
    const byte EntryMark = (byte)'D';
    const byte RemovalMark = (byte)'R';
    const double Rounding = 1.0 / (1L << 52);
    readonly SeriesTable _series;
    readonly double _absolute;
    readonly double _fraction;
    readonly ulong _maxSilenceNs;
    readonly UnitTable _units = new();
    Memory[] _memory = new Memory[64];

    /// <summary>A stage without memory.</summary>
    public DeadbandStage(DeadbandSettings settings, SeriesTable series)
    {
        _series = series;
        _absolute = settings.Absolute ?? 0;
        _fraction = (settings.Percent ?? 0) / 100;
        _maxSilenceNs = settings.MaxSilence is { } silence ? (ulong)silence.Ticks * TimeSpan.NanosecondsPerTick : ulong.MaxValue;
    }

    /// <inheritdoc/>
    public IStageState State => this;

    /// <inheritdoc/>
    public int UnitCount => _units.Limit;

    /// <inheritdoc/>
    public int FormatVersion => 1;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        Grow(_series.IdLimit);
        var memory = _memory;
        var (absolute, fraction, maxSilenceNs) = (_absolute, _fraction, _maxSilenceNs);
        var n = batch.Count;
        var ids = batch.Series.AsSpan(0, n);
        var times = batch.TimeNs.AsSpan(0, n);
        var values = batch.Value.AsSpan(0, n);
        var kept = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var id = ids[i];
            ref var last = ref memory[id];
            var (v, t) = (values[i], times[i]);
            if (last.IsKnown)
            {
                var change = Math.Abs(v - last.Value);
                var larger = Math.Max(Math.Abs(v), Math.Abs(last.Value));
                var threshold = Math.Max(absolute, fraction * Math.Abs(last.Value));
                var apartNs = t >= last.TimeNs ? (ulong)t - (ulong)last.TimeNs : (ulong)last.TimeNs - (ulong)t;
                var passes = (change + (larger * Rounding) >= threshold && change > 0) || apartNs >= maxSilenceNs;
                if (!passes) continue;
            }

            if ((batch.Quality[i] & (Quality.Future | Quality.TimeReplaced)) != Quality.Future) Remember(ref last, id, t, v);
            if (kept != i) batch.Move(i, kept);
            kept++;
        }

        batch.Count = kept;
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)_memory.Length || !_memory[id].IsKnown) continue;
            _memory[id].IsKnown = false;
            _units.Release(id);
        }
    }

    /// <inheritdoc/>
    public void TakeDirty(List<int> units) => _units.TakeDirty(units);

    /// <inheritdoc/>
    public void MarkDirty(ReadOnlySpan<int> units) => _units.MarkDirty(units);

    /// <inheritdoc/>
    public bool WritesRemoval(int unit) => _units.IsGone(unit);

    /// <inheritdoc/>
    public void WriteUnit(int unit, StateWriter writer)
    {
        var isHere = _units.IsHere(unit);
        if (!isHere && !_units.IsGone(unit)) return;
        writer.Byte(isHere ? EntryMark : RemovalMark);
        writer.Text(_units.LabelsOf(unit).Canonical);
        if (!isHere) return;
        writer.Int64(_memory[unit].TimeNs);
        writer.Double(_memory[unit].Value);
    }

    /// <inheritdoc/>
    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion)
    {
        var reader = new StateReader(entry);
        if (formatVersion != 1 || !reader.TryByte(out var mark)) return false;
        if (mark == RemovalMark)
        {
            if (!reader.TryText(out var removed) || LabelSet.Parse(removed) is not { } old) return false;
            if (_series.Find(old) is >= 0 and var gone) Forget([gone]);
            if (reader.AtEnd) return true;
            if (!reader.TryByte(out mark)) return false;
        }

        if (mark != EntryMark || !reader.TryText(out var text) || !reader.TryInt64(out var timeNs) || !reader.TryDouble(out var value)
            || !reader.AtEnd) return false;
        if (LabelSet.Parse(text) is not { } labels || !double.IsFinite(value)) return false;
        var id = _series.Intern(labels);
        if (id < 0) return false;
        Grow(_series.IdLimit);
        _memory[id] = new Memory { TimeNs = timeNs, Value = value, IsKnown = true };
        _units.OpenAt(id, _series.LabelsOf(id));
        return true;
    }

    void Remember(ref Memory last, int id, long timeNs, double value)
    {
        if (!last.IsKnown) _units.OpenAt(id, _series.LabelsOf(id));
        last.TimeNs = timeNs;
        last.Value = value;
        last.IsKnown = true;
        _units.MarkDirty(id);
    }

    void Grow(int ids)
    {
        if (_memory.Length < ids) Array.Resize(ref _memory, Math.Max(2 * _memory.Length, ids));
    }

    struct Memory
    {
        public long TimeNs;
        public double Value;
        public bool IsKnown;
    }
}
