using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.State;
using EdgeAgent.Core.Text;

namespace EdgeAgent.Core.Stages.Alignment;

/// <summary>Joins metrics of a group into rows: summaries with one field a metric, whose start and end are the moment of the row.</summary>
/// <remarks>
/// <para>With <c>exact</c> a row is told as soon as all its metrics were measured at one moment. With <c>last</c>, and on a grid, a row is
/// told by the first reading of the group with a later time: only then is it known that no other metric comes for the same moment, and
/// the row does not depend on how readings were cut into batches. On a grid only the last point passed gets a row, so a silence is no
/// flood. With <c>linear</c> rows wait until every metric has a value at or past their moment, see <see cref="AlignRows"/>. Rows of a group
/// rise in time. A reading older than its metric's last one counts as late and is dropped.</para>
/// <para>A reading from the future that was kept with its time is left out: it would make every real one late. Where such memory was
/// stored, it goes with the first real reading.</para>
/// <para>What a moment lacks is counted by metric, once every metric had <c>tolerance</c> of the group's time for its turn. A row that
/// lacks some goes on with them missing when a stage behind takes such rows (<c>missing</c> of <c>score_summaries</c>), and else not at
/// all.</para>
/// <para>Memory is by group, and goes with the group's last series. Entry, version 1: <c>'A'</c>, labels (text), 1 and the group's
/// memory, or 0 when it is gone. Single-threaded.</para>
/// </remarks>
public sealed class AlignStage : IReadingStage, ITimedStage, IStageState
{
    const byte EntryMark = (byte)'A';
    const int Unknown = 0, Foreign = -1;
    const long OrphanScanNs = 600_000_000_000;

    // A group is told of as waiting after so many readings a metric, over so many times the span within which a row can come.
    const int PatientReadings = 8, PatientSpans = 10;
    const long WaitingScanNs = 30_000_000_000, LeastPatienceNs = 60_000_000_000;
    readonly AlignSettings _settings;
    readonly StageContext _context;
    readonly long _toleranceNs, _gridNs;
    readonly bool _waits, _isLinear;
    readonly double[] _row;
    readonly LateReadings _late;
    readonly Summary _summary = new();
    readonly UnitTable _units = new();
    // readings since the last row
    (AlignGroup? Group, int SeriesCount, long SeenWallNs, int Readings, long SinceNs, long? FirstNs)[] _groups =
        new (AlignGroup?, int, long, int, long, long?)[16];
    (int Place, int Metric)[] _places = new (int, int)[64];
    Instant _now;
    long _nextOrphanScanNs = long.MinValue, _nextWaitingScanNs = long.MinValue;

    /// <summary>A stage without memory.</summary>
    public AlignStage(AlignSettings settings, StageContext context)
    {
        (_settings, _context) = (settings, context);
        _toleranceNs = settings.Join == AlignJoin.Exact ? 0 : settings.Tolerance.Ticks * TimeSpan.NanosecondsPerTick;
        _gridNs = (settings.Grid?.Ticks ?? 0) * TimeSpan.NanosecondsPerTick;
        _isLinear = settings.Join == AlignJoin.Linear;
        _waits = _gridNs > 0 || settings.Join == AlignJoin.Last;
        _row = new double[settings.Metrics.Count];
        (context.Counters.Metrics, context.Counters.MissingByMetric) = (settings.Metrics, new long[_row.Length]);
        _late = new LateReadings(context);
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
        if (_places.Length < _context.Series.IdLimit) Array.Resize(ref _places, Math.Max(2 * _places.Length, _context.Series.IdLimit));
        _now = now;
        for (var i = 0; i < batch.Count; i++)
        {
            if ((batch.Quality[i] & (Quality.Future | Quality.TimeReplaced)) == Quality.Future) continue;
            var (place, metric) = _places[batch.Series[i]];
            if (place == Unknown) (place, metric) = _places[batch.Series[i]] = Find(_context.Series.LabelsOf(batch.Series[i]));
            if (place == Foreign) continue;
            Take(batch.Series[i], place - 1, metric, batch.TimeNs[i], batch.Value[i]);
        }

        batch.Count = 0;
    }

    /// <inheritdoc/>
    public void OnCut(in Instant now, ReadOnlySpan<long> idleFloorNs)
    {
        if (now.MonotonicNs >= _nextWaitingScanNs) CountWaiting(now);
        if (!now.WallTrusted || now.MonotonicNs < _nextOrphanScanNs) return;
        // Groups restored from the store whose series never came back.
        _nextOrphanScanNs = now.MonotonicNs + OrphanScanNs;
        for (var i = 0; i < _units.Limit; i++)
        {
            if (!_units.IsHere(i) || _groups[i].SeriesCount > 0) continue;
            if (_groups[i].SeenWallNs == 0) _groups[i].SeenWallNs = now.WallNs;
            else if (now.WallNs - _groups[i].SeenWallNs > _context.SeriesTtl.Ticks * TimeSpan.NanosecondsPerTick) Release(i);
        }
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)_places.Length) continue;
            var place = _places[id].Place;
            _places[id] = default;
            if (place > 0 && --_groups[place - 1].SeriesCount == 0) Release(place - 1);
        }

        _late.Forget(ids);
    }

    /// <inheritdoc/>
    public int EvictOrphans()
    {
        const int OrphanPart = 4;
        var orphans = new List<(long Seen, int Group)>();
        for (var i = 0; i < _units.Limit; i++)
            if (_units.IsHere(i) && _groups[i].SeriesCount == 0) orphans.Add((_groups[i].SeenWallNs, i));
        orphans.Sort();
        var count = (orphans.Count + OrphanPart - 1) / OrphanPart;
        foreach (var (_, group) in orphans.Take(count)) Release(group);
        return count;
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
        writer.Byte(EntryMark);
        writer.Text(_units.LabelsOf(unit).Canonical);
        writer.Byte(isHere ? (byte)1 : (byte)0);
        if (isHere) _groups[unit].Group!.Write(writer);
    }

    /// <inheritdoc/>
    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion)
    {
        var reader = new StateReader(entry);
        if (formatVersion != 1 || !reader.TryByte(out var mark) || mark != EntryMark) return false;
        if (!reader.TryText(out var text) || LabelSet.Parse(text) is not { } labels || !reader.TryByte(out var isThere) || isThere > 1)
            return false;
        var group = NewGroup();
        if (isThere == 1 && !group.TryRead(ref reader)) return false;
        if (!reader.AtEnd) return false;
        if (isThere == 1)
        {
            var index = IndexOf(labels);
            _groups[index] = _groups[index] with { Group = group };
        }
        else if (_units.Find(labels) is >= 0 and var gone)
        {
            _groups[gone] = default;
            _units.Release(gone); // stages behind have entries of their own
        }

        return true;
    }

    // A sensor of the group that never reports, or at other moments than the rest, leaves it without rows:
    // scores would stop without a word.
    void CountWaiting(in Instant now)
    {
        _nextWaitingScanNs = now.MonotonicNs + WaitingScanNs;
        var patienceNs = Math.Max(LeastPatienceNs, (double)PatientSpans * (_toleranceNs + _gridNs));
        var waiting = 0;
        for (var i = 0; i < _units.Limit; i++)
        {
            if (!_units.IsHere(i) || _groups[i].Readings < PatientReadings * _row.Length) continue;
            var waitedNs = (double)_groups[i].Group!.LatestNs - _groups[i].SinceNs;
            if (waitedNs < patienceNs) continue;
            waiting++;
            if (!_context.Notices.Wants(NoticeKind.Waiting)) continue;
            var missing = string.Join(", ",
                _settings.Metrics.Where((_, m) => _groups[i].Group!.TimeOf(m) < _groups[i].SinceNs).Select(m => $"`{m}`"));
            var text = $"{(_context.TakesIncomplete ? "No whole row" : "No row")} for {SpanText.Spoken(waitedNs / 1e9)}: "
                + (missing.Length > 0 ? $"{missing} did not report. Is the sensor there, and its metric spelt as in `metrics`?"
                    : "its metrics are never near enough in time. Raise `tolerance`, or use another `join`.");
            _context.Notices.Post(new PipelineNotice(NoticeKind.Waiting, _units.LabelsOf(i), text));
        }

        _context.Counters.AlignWaiting = waiting;
    }

    void Take(int series, int index, int metric, long timeNs, double value)
    {
        var group = _groups[index].Group!;
        _units.MarkDirty(index);
        if (_groups[index].Readings++ == 0) _groups[index].SinceNs = timeNs;
        _groups[index].FirstNs ??= timeNs;
        // The common case costs a comparison: only a reading that would be refused looks at what refuses it.
        if (timeNs < group.LatestNs && _now.WallTrusted && group.LatestNs - _now.WallNs > _context.MaxFutureNs)
            group = _groups[index].Group = NewGroup();
        if (_isLinear)
        {
            if (!group.SetLinear(metric, timeNs, value, _toleranceNs, _gridNs)) _late.Add(series, timeNs, value, group.LatestNs);
            while (group.TryLinearRow(_toleranceNs, _row, out var at)) Tell(index, group, at);
            return;
        }

        if (group.LatestNs != long.MinValue && timeNs > group.LatestNs)
        {
            // On a grid: the last point before this reading, if the group's last reading is not already past it.
            var point = _gridNs > 0 ? FloorToGrid(timeNs - 1) : group.LatestNs;
            if (point >= group.LatestNs && point > group.RowNs)
            {
                group.ReadRow(point, _toleranceNs, _row);
                Tell(index, group, point);
            }
        }

        if (!group.Set(metric, timeNs, value))
        {
            _late.Add(series, timeNs, value, group.LatestNs);
            return;
        }

        if (!_waits && timeNs > group.RowNs && group.ReadRow(timeNs, _toleranceNs, _row)) Emit(index, group, timeNs);
    }

    // Tells the row of a moment that is over, whole or not.
    void Tell(int index, AlignGroup group, long timeNs)
    {
        var missing = 0;
        foreach (var value in _row) missing += double.IsNaN(value) ? 1 : 0;
        if (missing == 0) Emit(index, group, timeNs);
        if (missing == 0 || missing == _row.Length) return;
        if (timeNs - _groups[index].FirstNs < _settings.Tolerance.Ticks * TimeSpan.NanosecondsPerTick) return;
        for (var i = 0; i < _row.Length; i++)
            if (double.IsNaN(_row[i])) _context.Counters.MissingByMetric[i]++;
        if (!_context.TakesIncomplete) return;
        var readings = _groups[index].Readings;
        Emit(index, group, timeNs);
        _groups[index].Readings = readings; // still without a whole row
    }

    void Emit(int index, AlignGroup group, long timeNs)
    {
        group.Told(timeNs);
        _summary.Begin(_units.LabelsOf(index), index, timeNs, timeNs, 0, false);
        for (var i = 0; i < _row.Length; i++) _summary.Add(_settings.Metrics[i], _row[i]);
        _context.Next.Take(_summary);
        _groups[index].Readings = 0;
    }

    long FloorToGrid(long timeNs) => timeNs - (((timeNs % _gridNs) + _gridNs) % _gridNs);

    (int Place, int Metric) Find(LabelSet labels)
    {
        var metric = 0;
        while (metric < _settings.Metrics.Count && _settings.Metrics[metric] != labels[LabelSet.Metric]) metric++;
        if (metric == _settings.Metrics.Count) return (Foreign, 0);
        var index = IndexOf(labels.Select(_settings.By));
        _groups[index].SeriesCount++;
        return (index + 1, metric);
    }

    int IndexOf(LabelSet labels)
    {
        var index = _units.Open(labels, out var isNew);
        if (!isNew) return index;
        if (index >= _groups.Length) Array.Resize(ref _groups, Math.Max(2 * _groups.Length, index + 1));
        _groups[index] = (NewGroup(), 0, 0, 0, 0, null);
        return index;
    }

    void Release(int index)
    {
        _groups[index] = default;
        _units.Release(index);
        _context.Next.Release(index, _units.LabelsOf(index));
    }

    AlignGroup NewGroup() => new(_row.Length, _isLinear ? new AlignRows(_row.Length) : null);
}
