namespace EdgeAgent.Storage;

/// <summary>The reading side: its own connection, so that a reader never waits for a sync.</summary>
/// <remarks>
/// One caller at a time (the store's lock). Every read ends its transaction before it returns, so that a checkpoint never waits
/// for a reader and the WAL stays bounded.
/// </remarks>
sealed class StoreReader : IDisposable
{
    readonly Database _database;
    readonly Statement _segmentAt;
    readonly Statement _state;
    readonly Statement _progress;

    public StoreReader(string path)
    {
        _database = new Database(path, create: false);
        try
        {
            _database.WaitWhenBusy(Database.BusyWait);
            _database.Execute(
                "PRAGMA query_only=1; PRAGMA cache_size=-64; PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=2");
            _database.KeepWalOnClose();
            _segmentAt = _database.Prepare(
                "SELECT key, count, committed_at, crc, bytes FROM segment WHERE key >= ?1 AND key <= ?2 ORDER BY key DESC LIMIT 1"u8);
            _state = _database.Prepare(
                "SELECT s.key, s.format, s.crc, s.bytes, n.name FROM state s JOIN stage n ON n.id = s.key >> 48 WHERE s.key > ?1 "u8
                    + "ORDER BY s.key LIMIT 1"u8);
            _progress = _database.Prepare("SELECT id, crc, bytes FROM progress WHERE source = ?1"u8);
        }
        catch
        {
            _database.Dispose();
            throw;
        }
    }

    /// <summary>The segment that holds the record behind <paramref name="after"/>; null when the table has none.</summary>
    public Segment? SegmentBehind(Lane lane, long laneId, long after)
    {
        try
        {
            var wanted = Schema.Key(laneId, Math.Min(after + 1, Schema.MaxNumber));
            if (!_segmentAt.Bind(1, Schema.Key(laneId, 0)).Bind(2, wanted).Step()) return null;
            var (key, count, atNs) = (_segmentAt.Long(0), _segmentAt.Long(1), _segmentAt.Long(2));
            var (first, bytes) = (Schema.Number(key), _segmentAt.Blob(4).ToArray());
            if (count is <= 0 or > int.MaxValue || _segmentAt.Long(3) != OutboxTable.SegmentCrc(key, count, atNs, bytes))
                throw DatabaseException.Damage($"segment {first} of lane {lane} fails its checksum");
            // A damaged page leads to other rows than those asked for.
            var isThere = first <= after + 1 && first + count - 1 > after;
            return isThere ? new Segment(lane, first, (int)count, atNs, bytes) : null;
        }
        finally
        {
            _segmentAt.Reset();
        }
    }

    /// <summary>The row behind <paramref name="key"/>; moves the key.</summary>
    public StateRow? NextState(ref long key)
    {
        try
        {
            if (!_state.Bind(1, key).Step()) return null;
            StateTable.CheckRow(_state);
            key = _state.Long(0);
            return new StateRow(_state.Text(4), Schema.Number(key), (int)_state.Long(1), _state.Blob(3).ToArray());
        }
        finally
        {
            _state.Reset();
        }
    }

    public byte[]? Progress(string source)
    {
        try
        {
            if (!_progress.Bind(1, source).Step()) return null;
            var bytes = _progress.Blob(2).ToArray();
            if (_progress.Long(1) != StateTable.ProgressCrc(_progress.Long(0), source, bytes))
                throw DatabaseException.Damage($"the progress of {source} fails its checksum");
            return bytes;
        }
        finally
        {
            _progress.Reset();
        }
    }

    public void Dispose() => _database.Dispose();
}
