using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <summary>Turns the state of all stages into rows of a commit, and rows into state at a start.</summary>
/// <remarks>
/// Pure bookkeeping, no disk. Order of calls: <see cref="Restore"/> once; then for each commit <see cref="Cut"/> under closed gates and,
/// when the store has answered, <see cref="Committed"/> or <see cref="Failed"/> before the next cut. Row bytes put into a batch
/// are valid until the next <see cref="Cut"/>. A failed cut's units are marked dirty inside the next one.
/// Rows hold entries as LEB128 length + bytes of <see cref="IStageState.WriteUnit"/>, at most about 256 KiB a row.
/// </remarks>
public sealed class StateLog
{
    readonly Dictionary<string, StageLog> _stages = new(StringComparer.Ordinal);
    readonly SortedSet<string> _unmatched = new(StringComparer.Ordinal);
    readonly List<CutRow> _rows = [];
    readonly StateBuffer _buffer = new();

    /// <summary>A log for stages named by pipeline, stage name and fingerprint.</summary>
    public StateLog(IEnumerable<(string Stage, IStageState State)> stages)
    {
        foreach (var (stage, state) in stages) _stages.Add(stage, new StageLog(stage, state));
    }

    /// <summary>Bytes of all rows of configured stages in the store; for tests.</summary>
    internal long LogBytes => _stages.Values.Sum(s => s.LogBytes);

    /// <summary>Bytes of the newest entry of every unit of configured stages.</summary>
    public long LiveBytes => _stages.Values.Sum(s => s.LiveBytes);

    /// <summary>Feeds stored rows to the stages, before any reading.</summary>
    public StateRestored Restore(IEnumerable<StateRow> rows, UnmatchedState unmatched, AdmitState? admit = null)
    {
        var (entries, malformed) = (0L, 0L);
        foreach (var row in rows)
        {
            if (_stages.TryGetValue(row.Stage, out var log))
            {
                var (read, bad) = log.Restore(row, admit);
                (entries, malformed) = (entries + read, malformed + bad);
                continue;
            }

            _unmatched.Add(row.Stage);
            var reader = new StateEntries(row.Bytes.Span);
            while (reader.Read())
                if (admit?.Invoke(row.Stage, row.FormatVersion, reader.Current) ?? true)
                    unmatched(row.Stage, row.FormatVersion, reader.Current);
        }

        foreach (var log in _stages.Values) log.Restored(rewriteAll: admit is not null);
        return new StateRestored(entries, malformed, _unmatched.ToArray());
    }

    /// <summary>Goes on with other stages. What a stage that is still there by name and memory has written stays; memory that took
    /// the place of another under the same name is written anew with the next cut; what stages wrote that are
    /// gone is deleted by it.</summary>
    /// <remarks>At a cut, before <see cref="Cut"/>.</remarks>
    public void Replace(IEnumerable<(string Stage, IStageState State)> stages)
    {
        var before = new Dictionary<string, StageLog>(_stages, StringComparer.Ordinal);
        _stages.Clear();
        foreach (var (stage, state) in stages)
        {
            if (!before.Remove(stage, out var log))
            {
                log = new StageLog(stage, state);
                log.Restored(rewriteAll: true);
            }

            _stages.Add(stage, log.IsOf(state) ? log : new StageLog(log, state));
        }

        foreach (var stage in before.Keys) _unmatched.Add(stage);
    }

    /// <summary>Adds the rows and deletions of this cut to a batch. Under closed gates.</summary>
    public void Cut(CommitBatch batch)
    {
        _rows.Clear();
        _buffer.Clear();
        foreach (var log in _stages.Values)
        {
            log.Cut(_buffer, _rows);
            log.AddTo(batch);
        }

        foreach (var row in _rows)
            batch.State.Add(row.Log.Row(row.Sequence, _buffer.Slice(row.Start, row.Length), _buffer.KeySlice(row.FirstKey, row.Keys)));
        foreach (var stage in _unmatched) batch.DeleteState.Add((stage, long.MaxValue));
    }

    /// <summary>The batch of the last cut is durable.</summary>
    public void Committed()
    {
        _unmatched.Clear();
        foreach (var log in _stages.Values) log.Committed();
    }

    /// <summary>The batch of the last cut was not taken.</summary>
    public void Failed()
    {
        foreach (var log in _stages.Values) log.Failed();
    }
}
