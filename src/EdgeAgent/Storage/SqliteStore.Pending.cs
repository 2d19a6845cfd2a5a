using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <content>Commits as records, and their way into the tables.</content>
/// <remarks>
/// An ordinary commit is one record in the table <c>pending</c>: its changes and no more. <see cref="Apply"/> writes the newest of all that
/// waits into the tables and starts the records anew, in one transaction: every minute, when they fill their space, at a stop, and before
/// a commit that goes into the tables itself (large, or with records to drop or reject, or while the disk is full).
/// See docs/decisions/commit-protocol.md.
/// </remarks>
public sealed partial class SqliteStore
{
    /// <summary>A commit of more goes into the tables at once [bytes].</summary>
    const long LargeBytes = 64 << 10;

    const long PendingBytes = 4 << 20;
    const int BufferPart = 16;
    const long ApplyEveryMs = 60_000;

    readonly StateWriter _record = new();
    long _pendingSinceMs;

    /// <summary>Called after each transaction and each checkpoint, when what they wrote is synced; for tests that cut the power.</summary>
    internal Action? Synced { get; set; }

    /// <summary>What SQLite syncs: 2 is every commit.</summary>
    internal int Synchronous => (int)Scalar("PRAGMA synchronous"u8);

    long PendingMaxBytes => Math.Min(PendingBytes, _options.MaxSizeBytes / BufferPart);

    bool TryCommitPending(CommitBatch batch)
    {
        if (_isCapped || !_outbox!.Takes(batch) || !_changes!.Takes(batch)) return false;
        var (whole, entries) = Sizes(batch);
        if (whole > LargeBytes || entries > PendingChanges.MaxEntryBytes) return false;
        if (IsPendingFull(whole, entries)) Apply();
        if (!_pendingLog!.HasRoom(2 * (whole + entries))) return false;
        _record.Clear();
        _changes.Write(batch, _record, _pendingLog.Last + 1);
        // A record lies on as many pages as it has bytes, and on what is left of the last; new pages change two others.
        _lastEstimateBytes = (5 + (_record.Length + whole) / 2000) * WalIndex.FrameBytes;
        if (_walValidBytes > 0 && _walValidBytes + _lastEstimateBytes > WalLimitBytes - WalSlackBytes) Checkpoint();
        if (_changes.IsEmpty) _pendingSinceMs = Environment.TickCount64;
        try
        {
            _begin!.Run();
            _outbox.WriteTo(_record, batch);
            _pendingLog.Append(_record.Bytes);
            _end!.Run();
        }
        catch
        {
            RollBack();
            throw;
        }

        _walValidBytes = _walIndex!.ValidBytes();
        Synced?.Invoke();
        _pendingLog.Appended();
        if (!_changes.TryReplay(_record.Bytes, lanes: null)) throw new InvalidOperationException("a commit's record cannot be read");
        lock (_commitGate) _outbox.Publish();
        return true;
    }

    // Entries are mostly written as differences, so their bytes say little about the record's.
    static (long Whole, long Entries) Sizes(CommitBatch batch)
    {
        var entries = 0L;
        foreach (var row in batch.State)
            if (row.Keys.Length > 0) entries += row.Bytes.Length;
        return (batch.Bytes - entries, entries);
    }

    bool IsPendingFull(long whole, long entries) => !_changes!.IsEmpty
        && (!_pendingLog!.HasRoom(2 * (whole + entries) + 4096) || _changes.EntryBytes > PendingChanges.MaxEntryBytes
            || _changes.Bytes + _outbox!.WaitingBytes + whole > PendingChanges.MaxBytes);

    bool IsApplyDue() => !_isCapped && !_changes!.IsEmpty
        && (Environment.TickCount64 - _pendingSinceMs >= ApplyEveryMs || IsPendingFull(PendingChanges.MaxBytes / 8, 0));

    /// <summary>Writes what waits into the tables, in one transaction with the mark that says so.</summary>
    internal void Apply()
    {
        if (_changes!.IsEmpty) return;
        var estimate =
            (32 + _changes.Stages.Count + (_changes.Bytes + _changes.EntryBytes + _outbox!.WaitingBytes) / 2000) * WalIndex.FrameBytes;
        if (_walValidBytes > 0 && _walValidBytes + estimate > WalLimitBytes - WalSlackBytes) Checkpoint();
        try
        {
            _begin!.Run();
            _state!.Apply(_changes);
            _outbox.Apply();
            _pendingLog!.Restart();
            lock (_commitGate)
            {
                _end!.Run();
                _outbox.Publish();
                _outbox.Applied();
            }
        }
        catch
        {
            RollBack();
            throw;
        }

        _walValidBytes = _walIndex!.ValidBytes();
        Synced?.Invoke();
        _state.Publish();
        _pendingLog.Restarted();
        _changes.Clear();
    }

    void ApplyAtEnd()
    {
        try
        {
            if (_damage is not null) return;
            Apply();
            // Then the tables hold all, and a program of the first format goes on with them.
            _database!.Execute($"PRAGMA user_version={Schema.TablesVersion}");
        }
        catch (DatabaseException)
        {
            // It stays where it is; the next start reads it.
        }
    }
}
