using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Scores summaries: chosen fields of the last N summaries of a group are one row of features. Every summary passes on.</summary>
/// <remarks>
/// A scored summary has further fields <c>score</c>, <c>stale</c> when the score is an older one, <c>model</c>, <c>model_version</c> and
/// <c>model_sha256</c>. Corrected (revision above 0) and partial summaries pass as they are: what they replace was scored already. Memory
/// is by group labels. Entry, version 2: <c>'S'</c>, labels (text), 1 and the group's memory, or 0 for a group that is gone; its unit is
/// the group's number + 1. Unit 0 is the stage's own memory of drift, see <see cref="DriftWatch"/>. Version 1 is the same, but after a row
/// with a missing field it could hold values of different moments: of several fields over several moments, what it holds is filled anew,
/// unless the policy never leaves a value out. Single-threaded.
/// </remarks>
public sealed class ScoreSummaries : ISummaryStage, IStageState, IScoreReceiver
{
    const byte EntryMark = (byte)'S';
    readonly ScoreSettings _settings;
    readonly StageContext _context;
    readonly ScoreEngine _engine;
    readonly AlertRecords _records;
    readonly DriftWatch _drift;
    readonly ScoreMemory _memory;
    readonly double[] _row;
    Summary[] _held = [];
    int[] _groups = [];
    ISummaryReceiver? _next;
    Instant _now;

    /// <summary>A stage without memory, over the slots the host fills.</summary>
    public ScoreSummaries(ScoreSettings settings, StageContext context, ModelSlot slot, ModelSlot shadow, DriftRecorder? recorder = null)
    {
        (_settings, _context) = (settings, context);
        _drift = new DriftWatch(new DriftRecords(context));
        _memory = new ScoreMemory(_drift);
        _engine = new ScoreEngine(settings, slot, shadow, this, _drift) { Recorder = recorder };
        _records = new AlertRecords(settings, context, _engine);
        _row = new double[settings.Width];
    }

    /// <summary>What it has done.</summary>
    public ScoreCounters Counters => _engine.Counters;

    /// <inheritdoc cref="ScoreMemory.OpenAlerts"/>
    public int OpenAlerts => _memory.OpenAlerts;

    /// <summary>What it watches for drift.</summary>
    public DriftWatch Drift => _drift;

    /// <inheritdoc/>
    public IStageState State => this;

    /// <inheritdoc/>
    public int UnitCount => _memory.UnitCount;

    /// <inheritdoc/>
    public int FormatVersion => 2;

    /// <inheritdoc/>
    public void Process(Summary summary, ISummaryReceiver next)
    {
        _next = next;
        if (_engine.Model is null) _engine.Await();
        if (summary.Revision > 0 || summary.IsPartial)
        {
            _engine.Flush();
            next.Take(summary);
            return;
        }

        for (var i = 0; i < _row.Length; i++) summary.TryGet(_settings.Fields[i], out _row[i]);
        var index = IndexOf(summary);
        _memory.Table.MarkDirty(index);
        // A window that only readings from the future opened has a time no alert may have.
        var isFuture = _now.WallTrusted && summary.StartNs - _now.WallNs > _context.MaxFutureNs;
        var row = _engine.Push(_memory.Units[index]!, summary.EndNs, _row, !isFuture, isFuture ? _now.WallNs : summary.EndNs);
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
    public void Flush(in Instant now, ISummaryReceiver next)
    {
        (_next, _now) = (next, now);
        _engine.SetTime(now, _context.MaxFutureNs);
        _engine.Flush();
        _engine.Refresh();
    }

    /// <inheritdoc/>
    public void Release(int group, LabelSet labels)
    {
        _engine.Flush();
        if ((uint)group < (uint)_groups.Length) _groups[group] = 0;
        if (_memory.Table.Find(labels) is >= 0 and var index) _memory.Drop(index);
    }

    /// <inheritdoc/>
    public void TakeDirty(List<int> units) => _memory.TakeDirty(units);

    /// <inheritdoc/>
    public void MarkDirty(ReadOnlySpan<int> units) => _memory.MarkDirty(units);

    /// <inheritdoc/>
    public bool WritesRemoval(int unit) => _memory.WritesRemoval(unit);

    /// <inheritdoc/>
    public void WriteUnit(int unit, StateWriter writer)
    {
        if (!_memory.TryBegin(unit, writer, out var index, out var isHere)) return;
        writer.Byte(EntryMark);
        writer.Text(_memory.Table.LabelsOf(index).Canonical);
        writer.Byte(isHere ? (byte)1 : (byte)0);
        if (isHere) _memory.Units[index]!.Write(writer);
    }

    /// <inheritdoc/>
    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion)
    {
        _engine.Refresh();
        if (formatVersion is < 1 or > 2) return false;
        if (!entry.IsEmpty && entry[0] == DriftWatch.EntryMark) return _drift.TryRestore(entry);
        var reader = new StateReader(entry);
        if (!reader.TryByte(out var mark) || mark != EntryMark) return false;
        if (!reader.TryText(out var text) || LabelSet.Parse(text) is not { } labels || !reader.TryByte(out var isThere) || isThere > 1)
            return false;
        var unit = _engine.NewUnit();
        if (isThere == 1 && !unit.TryRead(ref reader)) return false;
        if (!reader.AtEnd) return false;
        if (isThere == 0)
        {
            if (_memory.Table.Find(labels) is >= 0 and var gone) _memory.Drop(gone);
            return true;
        }

        if (formatVersion == 1 && _settings.Last > 1 && _settings.Width > 1
            && _settings.Missing is MissingPolicy.Skip or MissingPolicy.Last) unit.ClearWindows();
        Open(labels, unit);
        return true;
    }

    void IScoreReceiver.Done(int row, ScoreOutcome outcome, double score, AlertChange change)
    {
        var summary = _held[row];
        if (outcome != ScoreOutcome.None)
        {
            summary.Add("score", score);
            if (outcome == ScoreOutcome.Stale) summary.Add("stale", 1);
            if (_engine.Model?.Identity is { } model)
            {
                summary.Add("model", model.Name);
                summary.Add("model_version", model.Version);
                summary.Add("model_sha256", model.Sha256);
            }
        }

        if (change != AlertChange.None) _records.WriteAlert(row, change);
        _next!.Take(summary);
    }

    int IndexOf(Summary summary)
    {
        var group = summary.Group;
        if (group >= 0 && group < _groups.Length && _groups[group] > 0) return _groups[group] - 1;
        var index = _memory.Table.Find(summary.Labels);
        if (index < 0) index = Open(summary.Labels, _engine.NewUnit());
        _memory.Units[index]!.Head ??= _context.Records.Encoder.HeadOf(summary.Labels);
        if (group < 0) return index;
        if (group >= _groups.Length) Array.Resize(ref _groups, Math.Max(64, Math.Max(2 * _groups.Length, group + 1)));
        _groups[group] = index + 1;
        return index;
    }

    int Open(LabelSet labels, ScoreUnit unit)
    {
        var index = _memory.Table.Open(labels, out _);
        _memory.Grow(index + 1);
        _memory.Units[index] = unit;
        return index;
    }
}
