using EdgeAgent.Core.Readings;
using EdgeAgent.Core.State;

namespace EdgeAgent.Storage;

/// <content>Commits as records, and their way into the tables.</content>
/// <remarks>
/// An ordinary commit is one record in the file of commits: its changes and no more. <see cref="Apply"/> writes the newest of all that
/// waits into the tables and begins a new round of records, in one transaction: every minute, when they fill their space, at a stop, and
/// before a commit that goes into the tables itself (large, or with records to drop or reject, while the disk is full, or when the file
/// cannot be written). See docs/decisions/commit-protocol.md.
/// </remarks>
public sealed partial class SqliteStore
{
    /// <summary>A commit of more goes into the tables at once [bytes].</summary>
    const long LargeBytes = 256 << 10;

    const long MostPendingBytes = 8 << 20;
    const long LeastPendingBytes = 128 << 10;
    const int BufferPart = 8;
    static readonly TimeSpan s_applyEvery = TimeSpan.FromMinutes(1);

    // What the tables still need on a small disk: ballast and write-ahead log.
    const long RoomBesideBytes = 4 << 20;

    readonly StateWriter _record = new();
    Statement? _putRound;
    MonotonicTime _pendingSince;

    /// <summary>Called after each transaction and each checkpoint, when what they wrote is synced; for tests that cut the power.</summary>
    internal Action? Synced { get; set; }

    /// <summary>Called when a record has been synced; for tests that cut the power.</summary>
    internal Action? RecordSynced { get; set; }

    /// <summary>What SQLite syncs: 2 is every commit.</summary>
    internal int Synchronous => (int)Scalar("PRAGMA synchronous"u8);

    /// <summary>Whether commits can be records.</summary>
    internal bool HasJournal => _pending is not null;

    /// <summary>Bytes of the file of commits for a buffer of so many.</summary>
    internal static long JournalBytes(long maxSizeBytes) =>
        Math.Clamp(maxSizeBytes / BufferPart, LeastPendingBytes, MostPendingBytes) / CommitJournal.BlockBytes * CommitJournal.BlockBytes;

    bool TryCommitPending(CommitBatch batch)
    {
        if (_isCapped || _pending is null || !_outbox!.Takes(batch) || !_changes!.Takes(batch)) return false;
        var (whole, entries) = Sizes(batch);
        if (whole > LargeBytes || entries > PendingChanges.MaxEntryBytes) return false;
        if (_pending.IsSpent || IsPendingFull(whole, entries)) Apply();
        if (!_pending.HasRoom(2 * (whole + entries))) return false;
        if (_changes.IsEmpty) _pendingSince = _options.Clock.Monotonic;
        try
        {
            _record.Clear();
            _changes.Write(batch, _record, _pending.Last + 1);
            _outbox.WriteTo(_record, batch);
            _pending.Append(_record.Bytes);
        }
        catch (IOException)
        {
            RollBack();
            return false; // the tables may take it
        }
        catch
        {
            RollBack();
            throw;
        }

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
        && (!_pending!.HasRoom(2 * (whole + entries) + 4096) || _changes.EntryBytes > PendingChanges.MaxEntryBytes
            || _changes.Bytes + _outbox!.WaitingBytes + whole > PendingChanges.MaxBytes);

    bool IsApplyDue() => !_isCapped && _pending is not null && !_changes!.IsEmpty
        && (_options.Clock.Monotonic - _pendingSince >= s_applyEvery || IsPendingFull(PendingChanges.MaxBytes / 8, 0));

    /// <summary>Writes what waits into the tables, in one transaction with the round that begins behind it.</summary>
    internal void Apply()
    {
        if (_changes!.IsEmpty && _pending is not { IsSpent: true }) return;
        _lastEstimateBytes =
            (32 + _changes.Stages.Count + (_changes.Bytes + _changes.EntryBytes + _outbox!.WaitingBytes) / 2000) * WalIndex.FrameBytes;
        if (_walValidBytes > 0 && _walValidBytes + _lastEstimateBytes > WalLimitBytes - WalSlackBytes) Checkpoint();
        var round = CommitJournal.NewRound();
        Transact(() =>
        {
            _state!.Apply(_changes);
            _outbox.Apply();
            PutRound(round);
        }, _outbox.Applied);
        _pending?.Restart(round);
        _changes.Clear();
    }

    /// <summary>What a start found goes into the tables before anybody acts on it.</summary>
    /// <remarks>Without room for that it waits on: it is synced, and the round takes no more.</remarks>
    void ApplyFound()
    {
        try
        {
            Apply();
        }
        catch (DatabaseException e) when (IsNoSpace(e))
        {
            // The next commit meets the same trouble and can report it.
        }
    }

    void ApplyAtEnd()
    {
        try
        {
            if (_damage is not null) return;
            Apply();
            // Then the tables hold all, and a program of the first format goes on with them.
            if (_pending is not null) _database!.Execute($"PRAGMA user_version={Schema.TablesVersion}");
        }
        catch (DatabaseException)
        {
            // It stays where it is; the next start reads it.
        }
    }

    /// <summary>Reads the records that count, and makes the file ready for the next.</summary>
    /// <param name="changes">Takes what they say of state and progress.</param>
    /// <param name="lanes">Takes what they say of lanes.</param>
    /// <returns>Null when the disk has no room for the file: commits go into the tables.</returns>
    CommitJournal? OpenPending(PendingChanges changes, Dictionary<long, PendingLane> lanes)
    {
        var file = CommitJournal.TryOpen(_files.CommitsPath);
        try
        {
            if (Scalar("PRAGMA user_version"u8) == Schema.Version)
            {
                if (file is null && _pending is not null) throw DatabaseException.Damage($"{_files.CommitsPath} is gone");
                if (file is null) TellOfMissingCommits();
                else ReadPending(file, changes, lanes);
                if (file is not null && (!changes.IsEmpty || _pending?.Round == file.Round))
                {
                    // A round is written by the opening that began it alone: its end may be torn, its keys are another life's.
                    file.IsSpent = true;
                    return file;
                }

                // Nothing lies in it: it may go.
                _database!.Execute($"PRAGMA user_version={Schema.TablesVersion}");
            }

            var bytes = _options.CommitsBytes ?? JournalBytes(_options.MaxSizeBytes);
            if (file?.Length != bytes)
            {
                file?.Dispose();
                file = bytes == 0 || _ballast.FreeBytes() < 2 * bytes + RoomBesideBytes
                    ? null
                    : CommitJournal.TryCreate(_files.CommitsPath, bytes);
            }

            if (file is null) return null;
            var round = CommitJournal.NewRound();
            _database!.Execute("BEGIN IMMEDIATE");
            PutRound(round);
            _database.Execute($"PRAGMA user_version={Schema.Version}; COMMIT");
            file.Restart(round);
            return file;
        }
        catch (DatabaseException e) when (IsNoSpace(e) && !_ballast.IsHeld)
        {
            // Nothing in it counts, and what may be sent can be deleted without it.
            if (_database!.InTransaction) _database.Execute("ROLLBACK");
            file?.Dispose();
            return null;
        }
        catch
        {
            if (_database!.InTransaction) _database.Execute("ROLLBACK");
            file?.Dispose();
            throw;
        }
    }

    void ReadPending(CommitJournal file, PendingChanges changes, Dictionary<long, PendingLane> lanes)
    {
        using var mark = _database!.Prepare("SELECT round, crc FROM mark WHERE id = 1"u8);
        if (!mark.Step()) throw DatabaseException.Damage("the mark of pending commits is missing");
        var (round, crc) = (mark.Long(0), mark.Long(1));
        mark.Reset();
        if (crc != RoundCrc(round)) throw DatabaseException.Damage("the mark of pending commits fails its checksum");
        // Opened again after an I/O error: a record whose write failed may lie there whole, and its batch will be given once more.
        var through = _pending?.Round == round ? _pending.Last : long.MaxValue;
        if (!file.TryRead(round, through, record => changes.TryReplay(record, lanes), out var why)) throw DatabaseException.Damage(why);
        if (through != long.MaxValue && file.Last < through) throw DatabaseException.Damage($"pending commit {file.Last + 1} is gone");
    }

    void PutRound(long round) => _putRound!.Bind(1, round).Bind(2, RoundCrc(round)).Run();

    /// <summary>Checksum of the row of <c>mark</c>.</summary>
    internal static long RoundCrc(long round)
    {
        var crc = new Crc32C();
        crc.Add(1);
        crc.Add(round);
        return crc.Value;
    }
}
