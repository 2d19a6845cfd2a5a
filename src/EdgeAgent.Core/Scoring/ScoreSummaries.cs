using EdgeAgent.Core.Pipelines;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;

namespace EdgeAgent.Core.Scoring;

/// <summary>Scores summaries: chosen fields of the last N summaries of a group are one row of features. Every summary passes on.</summary>
/// <remarks>
/// A scored summary has further fields <c>score</c>, <c>stale</c> when the score is an older one, <c>model</c>, <c>model_version</c> and
/// <c>model_sha256</c>. Corrected (revision above 0) and partial summaries pass as they are: what they replace was scored already. Memory is by group
/// labels. Entry, version 1: <c>'S'</c>, labels (text), 1 and the group's memory, or 0 for a group that is gone; its unit is the group's number + 1. Unit 0 is the stage's own memory of drift,
/// see <see cref="DriftWatch"/>. Single-threaded.
/// </remarks>
public sealed class ScoreSummaries : ISummaryStage, IStageState, IScoreSink
{
    const byte EntryMark = (byte)'S';
    const int GroupsAt = 1;
    readonly ScoreSettings _settings;
    readonly StageContext _context;
    readonly ScoreEngine _engine;
    readonly AlertRecords _records;
    readonly DriftWatch _drift;
    readonly Dictionary<LabelSet, int> _index = [];
    readonly List<(LabelSet Labels, ScoreUnit? Unit)> _units = [];
    readonly Stack<int> _free = new();
    readonly Stack<int> _freed = new();
    readonly List<int> _dirty = [];
    readonly HashSet<int> _isDirty = [];
    readonly double[] _row;
    Summary[] _held = [];
    int[] _groups = [];
    ISummarySink? _next;

    /// <summary>A stage without memory, over the slots the host fills.</summary>
    public ScoreSummaries(ScoreSettings settings, StageContext context, ModelSlot slot, ModelSlot shadow, DriftRecorder? recorder = null)
    {
        (_settings, _context) = (settings, context);
        _drift = new DriftWatch(new DriftRecords(context));
        _engine = new ScoreEngine(settings, slot, shadow, this, _drift) { Recorder = recorder };
        _records = new AlertRecords(settings, context, _engine);
        _row = new double[settings.Width];
    }

    /// <summary>What it has done.</summary>
    public ScoreCounters Counters => _engine.Counters;

    /// <summary>What it watches for drift.</summary>
    public DriftWatch Drift => _drift;

    /// <inheritdoc/>
    public IStageState State => this;

    /// <inheritdoc/>
    public int UnitCount => GroupsAt + _units.Count;

    /// <inheritdoc/>
    public int FormatVersion => 1;

    /// <inheritdoc/>
    public void Process(Summary summary, ISummarySink next)
    {
        _next = next;
        if (_engine.Model is null) _engine.Refresh();
        if (summary.Revision > 0 || summary.IsPartial)
        {
            _engine.Flush();
            next.Take(summary);
            return;
        }

        for (var i = 0; i < _row.Length; i++) summary.TryGet(_settings.Fields[i], out _row[i]);
        var index = IndexOf(summary);
        var unit = _units[index].Unit!;
        MarkDirty(index);
        var row = _engine.Push(unit, summary.EndNs, _row);
        if (row < 0)
        {
            // Keeps the order of a group's summaries: what waits goes first.
            _engine.Flush();
            next.Take(summary);
            return;
        }

        if (_held.Length <= row) Array.Resize(ref _held, Math.Max(row + 1, 2 * _held.Length));
        (_held[row] ??= new Summary()).CopyFrom(summary);
    }

    /// <inheritdoc/>
    public void Flush(in Instant now, ISummarySink next)
    {
        _next = next;
        _engine.Flush();
        _engine.Refresh();
    }

    /// <inheritdoc/>
    public void Release(int group)
    {
        _engine.Flush();
        if (group < 0 || group >= _groups.Length || _groups[group] == 0) return;
        var index = _groups[group] - 1;
        _groups[group] = 0;
        _index.Remove(_units[index].Labels);
        _units[index] = (_units[index].Labels, null);
        MarkDirty(index);
        _freed.Push(index);
    }

    /// <inheritdoc/>
    public void TakeDirty(List<int> units)
    {
        if (_drift.IsDirty) units.Add(0);
        _drift.IsDirty = false;
        foreach (var index in _dirty) units.Add(index + GroupsAt);
        _dirty.Clear();
        _isDirty.Clear();
        // Their removal is written in this cut, before any reading; from then on the numbers are free.
        while (_freed.TryPop(out var freed)) _free.Push(freed);
    }

    /// <inheritdoc/>
    public void MarkDirty(ReadOnlySpan<int> units)
    {
        foreach (var unit in units)
        {
            if (unit == 0) _drift.IsDirty = true;
            else MarkDirty(unit - GroupsAt);
        }
    }

    /// <inheritdoc/>
    public void WriteUnit(int unit, StateWriter writer)
    {
        if (unit == 0)
        {
            _drift.Write(writer);
            return;
        }

        var (labels, memory) = _units[unit - GroupsAt];
        writer.Byte(EntryMark);
        writer.Text(labels.Canonical);
        writer.Byte(memory is null ? (byte)0 : (byte)1);
        memory?.Write(writer);
    }

    /// <inheritdoc/>
    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion)
    {
        _engine.Refresh();
        if (formatVersion == 1 && !entry.IsEmpty && entry[0] == DriftWatch.EntryMark) return _drift.TryRestore(entry);
        var reader = new StateReader(entry);
        if (formatVersion != 1 || !reader.TryByte(out var mark) || mark != EntryMark) return false;
        if (!reader.TryText(out var text) || LabelSet.Parse(text) is not { } labels || !reader.TryByte(out var isThere) || isThere > 1) return false;
        var unit = _engine.NewUnit();
        if (isThere == 1 && (!unit.TryRead(ref reader) || !reader.AtEnd)) return false;
        if (isThere == 0 && !reader.AtEnd) return false;
        if (_index.TryGetValue(labels, out var index)) _units[index] = (labels, isThere == 1 ? unit : _engine.NewUnit());
        else if (isThere == 1) Add(labels, unit);
        return true;
    }

    void IScoreSink.Done(int row, ScoreOutcome outcome, double score, AlertChange change)
    {
        var summary = _held[row];
        if (outcome != ScoreOutcome.None)
        {
            summary.Add("score", score);
            if (outcome == ScoreOutcome.Stale) summary.Add("stale", 1);
            var model = _engine.Model!.Identity;
            summary.Add("model", model.Name);
            summary.Add("model_version", model.Version);
            summary.Add("model_sha256", model.Sha256);
        }

        if (change != AlertChange.None) _records.WriteAlert(row, change);
        _next!.Take(summary);
    }

    int IndexOf(Summary summary)
    {
        var group = summary.Group;
        if (group >= 0 && group < _groups.Length && _groups[group] > 0) return _groups[group] - 1;
        if (!_index.TryGetValue(summary.Labels, out var index)) index = Add(summary.Labels, _engine.NewUnit());
        _units[index].Unit!.Head ??= _context.Records.Encoder.HeadOf(summary.Labels);
        if (group < 0) return index;
        if (group >= _groups.Length) Array.Resize(ref _groups, Math.Max(64, Math.Max(2 * _groups.Length, group + 1)));
        _groups[group] = index + 1;
        return index;
    }

    int Add(LabelSet labels, ScoreUnit unit)
    {
        if (!_free.TryPop(out var index))
        {
            index = _units.Count;
            _units.Add((labels, unit));
        }

        _units[index] = (labels, unit);
        _index[labels] = index;
        return index;
    }

    void MarkDirty(int index)
    {
        if (_isDirty.Add(index)) _dirty.Add(index);
    }
}
