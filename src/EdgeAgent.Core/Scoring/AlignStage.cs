using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Scoring;

/// <summary>Joins metrics of a group into rows: summaries with one field a metric, whose start and end are the moment of the row.</summary>
/// <remarks>
/// <para>With <c>exact</c> a row is told as soon as all its metrics were measured at one moment. With <c>last</c>, and on a grid, a row is
/// told by the first reading of the group with a later time: only then is it known that no other metric comes for the same moment, and
/// the row does not depend on how readings were cut into batches. On a grid only the last point passed gets a row, so a silence is no flood. With <c>linear</c> rows wait
/// until every metric has a value at or past their moment, see <see cref="AlignRows"/>. Rows of a group rise in time. A reading older than its metric's last one counts as late and is dropped.</para>
/// <para>Memory is by group: unit = group in order of first sight. Entry, version 1: <c>'A'</c>, labels (text), 1 and the group's
/// memory, or 0. Numbers of groups are kept for the life of the process. Single-threaded.</para>
/// </remarks>
public sealed class AlignStage : IReadingStage, IStageState
{
    const byte EntryMark = (byte)'A';
    const int Unknown = 0, Foreign = -1;
    readonly AlignSettings _settings;
    readonly StageContext _context;
    readonly long _toleranceNs, _gridNs;
    readonly bool _waits, _isLinear;
    readonly double[] _row;
    readonly Summary _summary = new();
    readonly Dictionary<LabelSet, int> _index = [];
    readonly List<(LabelSet Labels, AlignGroup? Group)> _groups = [];
    readonly List<int> _dirty = [];
    readonly HashSet<int> _isDirty = [];
    (int Place, int Metric)[] _places = new (int, int)[64];

    /// <summary>A stage without memory.</summary>
    public AlignStage(AlignSettings settings, StageContext context)
    {
        (_settings, _context) = (settings, context);
        _toleranceNs = settings.Join == AlignJoin.Exact ? 0 : settings.Tolerance.Ticks * TimeSpan.NanosecondsPerTick;
        _gridNs = (settings.Grid?.Ticks ?? 0) * TimeSpan.NanosecondsPerTick;
        _isLinear = settings.Join == AlignJoin.Linear;
        _waits = _gridNs > 0 || settings.Join == AlignJoin.Last;
        _row = new double[settings.Metrics.Count];
    }

    /// <inheritdoc/>
    public IStageState State => this;

    /// <inheritdoc/>
    public int UnitCount => _groups.Count;

    /// <inheritdoc/>
    public int FormatVersion => 1;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        if (_places.Length < _context.Series.IdLimit) Array.Resize(ref _places, Math.Max(2 * _places.Length, _context.Series.IdLimit));
        for (var i = 0; i < batch.Count; i++)
        {
            var (place, metric) = _places[batch.Series[i]];
            if (place == Unknown) (place, metric) = _places[batch.Series[i]] = Find(_context.Series.LabelsOf(batch.Series[i]));
            if (place == Foreign) continue;
            Take(place - 1, metric, batch.TimeNs[i], batch.Value[i]);
        }

        batch.Count = 0;
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            if ((uint)id >= (uint)_places.Length) continue;
            var place = _places[id].Place;
            _places[id] = default;
            if (place <= 0 || Array.Exists(_places, p => p.Place == place)) continue;
            // The group's last series is gone.
            var (labels, _) = _groups[place - 1];
            _groups[place - 1] = (labels, null);
            _context.Next.Release(place - 1);
            MarkDirty(place - 1);
        }
    }

    /// <inheritdoc/>
    public void TakeDirty(List<int> units)
    {
        units.AddRange(_dirty);
        _dirty.Clear();
        _isDirty.Clear();
    }

    /// <inheritdoc/>
    public void MarkDirty(ReadOnlySpan<int> units)
    {
        foreach (var unit in units) MarkDirty(unit);
    }

    /// <inheritdoc/>
    public void WriteUnit(int unit, StateWriter writer)
    {
        var (labels, group) = _groups[unit];
        writer.Byte(EntryMark);
        writer.Text(labels.Canonical);
        writer.Byte(group is null ? (byte)0 : (byte)1);
        group?.Write(writer);
    }

    /// <inheritdoc/>
    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion)
    {
        var reader = new StateReader(entry);
        if (formatVersion != 1 || !reader.TryByte(out var mark) || mark != EntryMark) return false;
        if (!reader.TryText(out var text) || LabelSet.Parse(text) is not { } labels || !reader.TryByte(out var isThere) || isThere > 1) return false;
        var group = NewGroup();
        if (isThere == 1 && !group.TryRead(ref reader)) return false;
        if (!reader.AtEnd) return false;
        _groups[IndexOf(labels)] = (labels, isThere == 1 ? group : null);
        return true;
    }

    void Take(int index, int metric, long timeNs, double value)
    {
        var group = _groups[index].Group!;
        MarkDirty(index);
        if (_isLinear)
        {
            if (!group.SetLinear(metric, timeNs, value, _toleranceNs, _gridNs)) _context.Counters.Late++;
            while (group.TryLinearRow(_toleranceNs, _row)) Emit(index, group.RowNs);
            return;
        }

        if (_waits && group.LatestNs != long.MinValue && timeNs > group.LatestNs)
        {
            // On a grid: the last point before this reading, if the group's last reading is not already past it.
            var point = _gridNs > 0 ? FloorToGrid(timeNs - 1) : group.LatestNs;
            if (point >= group.LatestNs && point > group.RowNs && group.TryRow(point, _toleranceNs, _row)) Emit(index, point);
        }

        if (!group.Set(metric, timeNs, value))
        {
            _context.Counters.Late++;
            return;
        }

        if (!_waits && timeNs > group.RowNs && group.TryRow(timeNs, _toleranceNs, _row)) Emit(index, timeNs);
    }

    void Emit(int index, long timeNs)
    {
        _summary.Begin(_groups[index].Labels, index, timeNs, timeNs, 0, false);
        for (var i = 0; i < _row.Length; i++) _summary.Add(_settings.Metrics[i], _row[i]);
        _context.Next.Take(_summary);
    }

    long FloorToGrid(long timeNs) => timeNs - (((timeNs % _gridNs) + _gridNs) % _gridNs);

    (int Place, int Metric) Find(LabelSet labels)
    {
        var metric = 0;
        while (metric < _settings.Metrics.Count && _settings.Metrics[metric] != labels[LabelSet.Metric]) metric++;
        if (metric == _settings.Metrics.Count) return (Foreign, 0);
        var index = IndexOf(labels.Select(_settings.By));
        if (_groups[index].Group is null) _groups[index] = (_groups[index].Labels, NewGroup());
        return (index + 1, metric);
    }

    int IndexOf(LabelSet labels)
    {
        if (_index.TryGetValue(labels, out var index)) return index;
        index = _groups.Count;
        _groups.Add((labels, NewGroup()));
        _index.Add(labels, index);
        return index;
    }

    AlignGroup NewGroup() => new(_row.Length, _isLinear ? new AlignRows(_row.Length) : null);

    void MarkDirty(int index)
    {
        if (_isDirty.Add(index)) _dirty.Add(index);
    }
}
