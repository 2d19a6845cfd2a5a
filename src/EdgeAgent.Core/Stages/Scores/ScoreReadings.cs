using EdgeAgent.Core.Alerts;
using EdgeAgent.Core.Drift;
using EdgeAgent.Core.Models;
using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Core.Stages.Scores;

/// <summary>Scores readings: the last N of each series are one row of features. Ends its pipeline.</summary>
/// <remarks>
/// Makes alert records and, if asked, one score record a reading. Memory is by series: unit = series id + 1. Entry, version 1: <c>'S'</c>,
/// labels (text), then the unit's memory; or <c>'R'</c>, labels (text) for a series that is forgotten. Unit 0 is the stage's own memory of
/// drift, see <see cref="DriftWatch"/>. Order is that of arrival.
/// </remarks>
public sealed class ScoreReadings : IReadingStage, IStageState, IScoreReceiver
{
    const byte EntryMark = (byte)'S';
    const byte RemovalMark = (byte)'R';
    readonly ScoreSettings _settings;
    readonly StageContext _context;
    readonly ScoreEngine _engine;
    readonly AlertRecords _records;
    readonly DriftWatch _drift;
    readonly ScoreMemory _memory;
    double[] _values = new double[1];

    /// <summary>A stage without memory, over the slots the host fills.</summary>
    public ScoreReadings(ScoreSettings settings, StageContext context, ModelSlot slot, ModelSlot shadow, DriftRecorder? recorder = null)
    {
        (_settings, _context) = (settings, context);
        _drift = new DriftWatch(new DriftRecords(context));
        _memory = new ScoreMemory(_drift);
        _engine = new ScoreEngine(settings, slot, shadow, this, _drift) { Recorder = recorder };
        _records = new AlertRecords(settings, context, _engine);
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
    public int FormatVersion => 1;

    /// <inheritdoc/>
    public void Process(ReadingBatch batch, int source, in Instant now)
    {
        _engine.Await();
        _engine.SetTime(now, _context.MaxFutureNs);
        _memory.Grow(_context.Series.IdLimit);
        var units = _memory.Units;
        if (_engine.Model is { } model && _values.Length < model.MaxRows) _values = new double[model.MaxRows];
        for (var i = 0; i < batch.Count; i++)
        {
            var id = batch.Series[i];
            var unit = units[id] ?? Open(id, _engine.NewUnit());
            unit.Head ??= _context.Records.Encoder.HeadOf(_context.Series.LabelsOf(id));
            _memory.Table.MarkDirty(id);
            var isFuture = (batch.Quality[i] & Quality.Future) != 0;
            var row = _engine.Push(unit, batch.TimeNs[i], new ReadOnlySpan<double>(ref batch.Value[i]), !isFuture,
                isFuture ? now.WallNs : batch.TimeNs[i]);
            if (row >= 0) _values[row] = batch.Value[i];
        }

        _engine.Flush();
        batch.Count = 0;
    }

    /// <inheritdoc/>
    public void Forget(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
            if ((uint)id < (uint)_memory.Units.Length && _memory.Units[id] is not null) _memory.Drop(id);
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
        if (!_memory.TryBegin(unit, writer, out var id, out var isHere)) return;
        writer.Byte(isHere ? EntryMark : RemovalMark);
        writer.Text(_memory.Table.LabelsOf(id).Canonical);
        if (isHere) _memory.Units[id]!.Write(writer);
    }

    /// <inheritdoc/>
    public bool TryRestoreUnit(ReadOnlySpan<byte> entry, int formatVersion)
    {
        _engine.Refresh();
        if (formatVersion == 1 && !entry.IsEmpty && entry[0] == DriftWatch.EntryMark) return _drift.TryRestore(entry);
        var reader = new StateReader(entry);
        if (formatVersion != 1 || !reader.TryByte(out var mark) || mark is not (EntryMark or RemovalMark)) return false;
        if (mark == EntryMark && reader.AtEnd) return true; // how version 1 wrote a forgotten series at first
        if (!reader.TryText(out var text) || LabelSet.Parse(text) is not { } labels) return false;
        if (mark == RemovalMark)
        {
            if (_context.Series.Find(labels) is >= 0 and var gone) Forget([gone]);
            return reader.AtEnd;
        }

        var unit = _engine.NewUnit();
        if (!unit.TryRead(ref reader) || !reader.AtEnd) return false;
        var id = _context.Series.Intern(labels);
        if (id < 0) return false;
        _memory.Grow(_context.Series.IdLimit);
        Open(id, unit);
        return true;
    }

    void IScoreReceiver.Done(int row, ScoreOutcome outcome, double score, AlertChange change)
    {
        if (_settings.EmitScores && outcome != ScoreOutcome.None) _records.WriteScore(row, _values[row], outcome, score);
        if (change != AlertChange.None) _records.WriteAlert(row, change);
    }

    ScoreUnit Open(int id, ScoreUnit unit)
    {
        _memory.Table.OpenAt(id, _context.Series.LabelsOf(id));
        return _memory.Units[id] = unit;
    }
}
