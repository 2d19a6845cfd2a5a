using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;

namespace EdgeAgent.Core.Filtering;

/// <summary>Passes a reading only when it differs enough from the last one passed of its series.</summary>
/// <remarks>
/// <para>A reading passes when it is the first of its series; when it differs by the threshold or more (a change of nothing
/// never does); or when its event time lies <c>max_silence</c> or more from that of the last one passed, in either direction.
/// It then becomes the new memory. The order is that of arrival: a late reading is judged and remembered like any other,
/// so nothing sticks to a wrong time; disorder can only let more readings pass. A reading from the future that was kept
/// with its time passes and is not remembered.</para>
/// <para>The threshold takes off the rounding of two decimal numbers (one part in 2^52 of the larger), so that steps of 0.05
/// pass a threshold of 0.05. Memory is by series: unit = series id. Entry, version 1: <c>'D'</c>, labels (text),
/// event time (i64), value (f64). The series table gives a forgotten id to other labels at once, so the removal of the old ones is
/// kept until it is durable and comes first in the unit's entry: <c>'R'</c>, labels, then nothing or the successor's <c>'D'</c> entry.</para>
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
    readonly List<int> _dirty = [];
    readonly Dictionary<int, (LabelSet Labels, bool IsHandedOut)> _gone = []; // forgotten, and that is not yet known to be durable
    readonly List<int> _handedOut = [];
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
    public int UnitCount => Math.Min(_memory.Length, _series.IdLimit);

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
            _gone[id] = (_series.LabelsOf(id), false);
            MarkDirty(ref _memory[id], id);
        }
    }

    /// <inheritdoc/>
    public void TakeDirty(List<int> units)
    {
        foreach (var id in _handedOut)
            if (_gone.TryGetValue(id, out var gone) && gone.IsHandedOut && !_memory[id].IsFailed) _gone.Remove(id);
        _handedOut.Clear();
        foreach (var id in _dirty)
        {
            (_memory[id].IsDirty, _memory[id].IsFailed) = (false, false);
            if (!_gone.TryGetValue(id, out var gone)) continue;
            _gone[id] = (gone.Labels, true);
            _handedOut.Add(id);
        }

        units.AddRange(_dirty);
        _dirty.Clear();
    }

    /// <inheritdoc/>
    public void MarkDirty(ReadOnlySpan<int> units)
    {
        foreach (var id in units)
        {
            _memory[id].IsFailed = true;
            MarkDirty(ref _memory[id], id);
        }
    }

    /// <inheritdoc/>
    public void WriteUnit(int unit, StateWriter writer)
    {
        if (_gone.TryGetValue(unit, out var gone))
        {
            writer.Byte(RemovalMark);
            writer.Text(gone.Labels.Canonical);
        }

        ref readonly var last = ref _memory[unit];
        if (!last.IsKnown) return;
        writer.Byte(EntryMark);
        writer.Text(_series.LabelsOf(unit).Canonical);
        writer.Int64(last.TimeNs);
        writer.Double(last.Value);
    }

    /// <inheritdoc/>
    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion)
    {
        var reader = new StateReader(entry);
        if (formatVersion != 1 || !reader.TryByte(out var mark)) return false;
        if (mark == RemovalMark)
        {
            if (!reader.TryText(out var removed) || LabelSet.Parse(removed) is not { } old) return false;
            var gone = _series.Intern(old);
            if ((uint)gone < (uint)_memory.Length) _memory[gone].IsKnown = false;
            if (reader.AtEnd) return true;
            if (!reader.TryByte(out mark)) return false;
        }

        if (mark != EntryMark || !reader.TryText(out var text) || !reader.TryInt64(out var timeNs) || !reader.TryDouble(out var value) || !reader.AtEnd) return false;
        if (LabelSet.Parse(text) is not { } labels || !double.IsFinite(value)) return false;
        var id = _series.Intern(labels);
        if (id < 0) return false;
        Grow(_series.IdLimit);
        _memory[id] = new Memory { TimeNs = timeNs, Value = value, IsKnown = true, IsDirty = _memory[id].IsDirty };
        return true;
    }

    void Remember(ref Memory last, int id, long timeNs, double value)
    {
        if (!last.IsKnown && _gone.Count > 0) KeepReturned(id);
        last.TimeNs = timeNs;
        last.Value = value;
        last.IsKnown = true;
        MarkDirty(ref last, id);
    }

    /// <summary>Labels that came back, whatever their id is now, must not be killed by their own removal.</summary>
    void KeepReturned(int id)
    {
        var labels = _series.LabelsOf(id);
        foreach (var (unit, gone) in _gone)
        {
            if (!gone.Labels.Equals(labels)) continue;
            _gone.Remove(unit);
            return;
        }
    }

    void MarkDirty(ref Memory last, int id)
    {
        if (last.IsDirty) return;
        last.IsDirty = true;
        _dirty.Add(id);
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
        public bool IsDirty;
        public bool IsFailed; // marked dirty again by a commit that failed
    }
}
