using System.Text;

namespace EdgeAgent.Storage;

/// <summary>The writing side of stage state and source progress, inside the transaction of a commit.</summary>
/// <remarks>
/// Names get ids that are kept in memory; ids given in a transaction that fails are taken back by <see cref="Rollback"/>.
/// Owned by the commit thread.
/// </remarks>
sealed class StateTable
{
    readonly Dictionary<string, long> _stages = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> _sources = new(StringComparer.Ordinal);
    readonly List<string> _newStages = [];
    readonly List<string> _newSources = [];
    readonly List<(string Name, long Id)> _deletedStages = [];
    readonly Statement _insertStage;
    readonly Statement _deleteStage;
    readonly Statement _insertRow;
    readonly Statement _deleteRows;
    readonly Statement _putProgress;
    long _lastStageId;
    long _lastSourceId;

    public StateTable(Database database)
    {
        _insertStage = database.Prepare("INSERT INTO stage(id, name, crc) VALUES(?1, ?2, ?3)"u8);
        _deleteStage = database.Prepare("DELETE FROM stage WHERE id = ?1"u8);
        _insertRow = database.Prepare("INSERT OR REPLACE INTO state(key, format, crc, bytes) VALUES(?1, ?2, ?3, ?4)"u8);
        _deleteRows = database.Prepare("DELETE FROM state WHERE key >= ?1 AND key < ?2"u8);
        _putProgress = database.Prepare(
            "INSERT INTO progress(id, source, crc, bytes) VALUES(?1, ?2, ?3, ?4) ON CONFLICT(id) DO UPDATE SET crc = excluded.crc, "u8
                + "bytes = excluded.bytes"u8);
    }

    /// <summary>Reads the names and checks every row once, so that damage shows at open and not in the middle of a start.</summary>
    public void Load(Database database)
    {
        using var stages = database.Prepare("SELECT id, crc, name FROM stage ORDER BY id"u8);
        while (stages.Step())
        {
            var (id, name) = (stages.Long(0), stages.Text(2));
            if ((ulong)id > Schema.MaxOwner || stages.Long(1) != NameCrc(id, name))
                throw DatabaseException.Damage($"stage {id} fails its checksum");
            _stages[name] = id;
            _lastStageId = id;
        }

        // Rows have checksums, but the pages that lead to them have none: a damaged one hides rows from whoever looks for their keys.
        using (var tree = database.Prepare("PRAGMA quick_check(state)"u8))
        {
            if (tree.Step() && tree.Text(0) is var said && said != "ok")
                throw DatabaseException.Damage($"the tree of state rows is damaged ({said.ReplaceLineEndings(" ")})");
            tree.Reset();
        }

        using var rows = database.Prepare("SELECT key, format, crc, bytes FROM state ORDER BY key"u8);
        while (rows.Step())
        {
            if (!_stages.ContainsValue(Schema.Owner(rows.Long(0)))) throw DatabaseException.Damage("a state row belongs to no stage");
            CheckRow(rows);
        }

        using var progress = database.Prepare("SELECT id, source, crc, bytes FROM progress ORDER BY id"u8);
        while (progress.Step())
        {
            var (id, source) = (progress.Long(0), progress.Text(1));
            if (progress.Long(2) != ProgressCrc(id, source, progress.Blob(3)))
                throw DatabaseException.Damage($"the progress of {source} fails its checksum");
            _sources[source] = id;
            _lastSourceId = id;
        }
    }

    /// <summary>Throws when a row read as key, format, crc, bytes fails its checksum.</summary>
    public static void CheckRow(Statement row)
    {
        if (row.Long(2) != RowCrc(row.Long(0), row.Long(1), row.Blob(3))) throw DatabaseException.Damage("a state row fails its checksum");
    }

    public void Write(CommitBatch batch)
    {
        foreach (var (stage, below) in batch.DeleteState) Delete(stage, below);
        foreach (var row in batch.State) Append(row);
        foreach (var (source, progress) in batch.Progress) Put(source, progress.Span);
    }

    /// <summary>Writes what waits, inside a transaction of its own.</summary>
    public void Apply(PendingChanges changes)
    {
        foreach (var stage in changes.Stages)
        {
            if (stage.DeleteBelow > 0) Delete(stage.Name, stage.DeleteBelow);
            stage.WriteRows(Append);
        }

        foreach (var (source, progress) in changes.Progress) Put(source, progress);
    }

    public void Publish()
    {
        _newStages.Clear();
        _newSources.Clear();
        _deletedStages.Clear();
    }

    public void Rollback()
    {
        foreach (var name in _newStages) _stages.Remove(name);
        foreach (var name in _newSources) _sources.Remove(name);
        foreach (var (name, id) in _deletedStages) _stages[name] = id;
        Publish();
    }

    void Delete(string stage, long below)
    {
        if (!_stages.TryGetValue(stage, out var id)) return;
        var all = below == long.MaxValue;
        _deleteRows.Bind(1, Schema.Key(id, 0)).Bind(2, all ? Schema.Key(id, 0) + Schema.MaxNumber + 1 : Schema.Key(id, Math.Max(below, 0)))
            .Run();
        if (!all) return;
        _deleteStage.Bind(1, id).Run();
        _stages.Remove(stage);
        if (!_newStages.Remove(stage)) _deletedStages.Add((stage, id));
    }

    void Append(StateRow row)
    {
        if (!_stages.TryGetValue(row.Stage, out var id))
        {
            id = FreeStageId();
            _insertStage.Bind(1, id).Bind(2, row.Stage).Bind(3, NameCrc(id, row.Stage)).Run();
            _stages.Add(row.Stage, id);
            _newStages.Add(row.Stage);
        }

        var key = Schema.Key(id, row.Sequence);
        _insertRow.Bind(1, key).Bind(2, row.FormatVersion).Bind(3, RowCrc(key, row.FormatVersion, row.Bytes.Span)).Bind(4, row.Bytes.Span)
            .Run();
    }

    void Put(string source, ReadOnlySpan<byte> progress)
    {
        if (!_sources.TryGetValue(source, out var id))
        {
            id = ++_lastSourceId;
            _sources.Add(source, id);
            _newSources.Add(source);
        }

        _putProgress.Bind(1, id).Bind(2, source).Bind(3, ProgressCrc(id, source, progress)).Bind(4, progress).Run();
    }

    // Stages come and go with every changed setting, so ids of deleted ones are used again.
    long FreeStageId()
    {
        for (var tries = 0L; tries <= Schema.MaxOwner; tries++)
        {
            _lastStageId = _lastStageId >= Schema.MaxOwner ? 0 : _lastStageId + 1;
            if (!_stages.ContainsValue(_lastStageId) && !_deletedStages.Exists(d => d.Id == _lastStageId)) return _lastStageId;
        }

        throw new InvalidOperationException("more stages than the disk format has ids for");
    }

    public static long NameCrc(long id, string name)
    {
        var crc = new Crc32C();
        crc.Add(id);
        crc.Add(Encoding.UTF8.GetBytes(name));
        return crc.Value;
    }

    public static long RowCrc(long key, long format, ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32C();
        crc.Add(key);
        crc.Add(format);
        crc.Add(bytes);
        return crc.Value;
    }

    public static long ProgressCrc(long id, string source, ReadOnlySpan<byte> bytes)
    {
        var crc = new Crc32C();
        crc.Add(id);
        crc.Add(Encoding.UTF8.GetBytes(source));
        crc.Add(bytes);
        return crc.Value;
    }
}
