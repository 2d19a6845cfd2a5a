using EdgeAgent.Core.Settings;

namespace EdgeAgent.Storage;

/// <summary>The store on SQLite: <c>edge-agent.db</c> in WAL mode with <c>synchronous=FULL</c>, and a file of commits before it.</summary>
/// <remarks>
/// <para>Limits: WAL ≤ max(256 KiB, one commit); outbox and rejected payloads as <see cref="StoreOptions.MaxSizeBytes"/>; the file uses
/// its free pages again and is made smaller when most of it is free. Two connections: one writes (commit thread), one reads (any thread,
/// one at a time).</para>
/// <para>Invariants: in-memory counters are those of the last transaction that returned; after an I/O error both connections are
/// closed, the WAL is cut behind its last good frame and the next commit opens anew. Format: docs/decisions/disk-format.md;
/// state machine: docs/decisions/commit-protocol.md.</para>
/// </remarks>
public sealed partial class SqliteStore : IStore
{
    const long WalLimitBytes = 256 << 10;
    const long WalSlackBytes = 24 << 10;

    readonly Lock _readGate = new();
    readonly Lock _commitGate = new(); // held while the tables may say more than memory; taken before _readGate
    StoreOptions _options;
    readonly DatabaseFiles _files;
    readonly Ballast _ballast;
    readonly string _machine;
    Database? _database;
    Statement? _begin, _end, _rollback;
    WalIndex? _walIndex;
    StateTable? _state;
    CommitJournal? _pending; // null when there is none: commits then go into the tables
    PendingChanges? _changes;
    volatile OutboxTable? _outbox;
    StoreReader? _reader;
    long _walValidBytes;
    bool _isSetAside;
    long _lastEstimateBytes;
    bool _isCapped;
    volatile string? _damage;
    bool _isDisposed;

    SqliteStore(StoreOptions options)
    {
        _options = options;
        _files = new DatabaseFiles(options.Directory, options.Clock);
        _ballast = new Ballast(options.Directory, options.BallastBytes);
        _machine = options.MachineId ?? MachineId.Hash();
    }

    /// <inheritdoc/>
    public string StoreId { get; private set; } = "";

    /// <inheritdoc/>
    public bool IsFull => _outbox!.IsFull;

    /// <summary>Opens the store; a damaged one is set aside and reported, and a fresh one started.</summary>
    /// <exception cref="StoreException">No space, or reading or writing failed; never <see cref="StoreFailure.Damaged"/>.</exception>
    public static SqliteStore Open(StoreOptions options)
    {
        var store = new SqliteStore(options);
        try
        {
            store.OpenFirst();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public CommitResult Commit(CommitBatch batch)
    {
        ThrowIfUnusable();
        if (batch.IsEmpty) return CommitResult.NothingDropped;
        try
        {
            if (_database is null) Reopen();
            RestoreBallast();
            if (TryCommitPending(batch)) return CommitResult.NothingDropped;
            Apply();
            _lastEstimateBytes = Estimate(batch);
            if (_walValidBytes > 0 && _walValidBytes + _lastEstimateBytes > WalLimitBytes - WalSlackBytes) Checkpoint();
            return Transact(batch, onlyConfirmed: false);
        }
        catch (DatabaseException e) when (IsNoSpace(e))
        {
            return CommitWithoutSpace(batch);
        }
        catch (DatabaseException e)
        {
            throw Failed(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Disconnect();
            throw new StoreException(StoreFailure.Io, $"{_files.Path}: {e.Message}. The commit is tried again.", e);
        }
    }

    /// <inheritdoc/>
    public void Bound(BufferSettings settings)
    {
        _options = _options with { MaxSizeBytes = settings.MaxSizeBytes, OnFull = settings.OnFull };
        _outbox?.Bound(settings.MaxSizeBytes, settings.OnFull);
    }

    /// <inheritdoc/>
    public void Tidy()
    {
        if (_database is null || _damage is not null) return;
        try
        {
            var isApplied = IsApplyDue();
            if (isApplied) Apply();
            if (_walValidBytes > 0 && _walValidBytes + _lastEstimateBytes > WalLimitBytes - WalSlackBytes) Checkpoint();
            if (isApplied) GiveSpaceBackInTime();
        }
        catch (DatabaseException e)
        {
            // The next commit meets the same trouble and can report it.
            if (e.Failure == StoreFailure.Io && !IsNoSpace(e)) Disconnect();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Disconnect();
        }
    }

    /// <inheritdoc/>
    public Segment? TryRead(Lane lane, long afterNumber)
    {
        ThrowIfUnusable();
        if (TryFind(lane, afterNumber, out var segment)) return segment;
        // The tables may be a commit ahead of memory; with none under way, a record that is due and not there is damage.
        lock (_commitGate)
        {
            if (TryFind(lane, afterNumber, out segment)) return segment;
            throw ReadFailed(DatabaseException.Damage(
                $"records of lane {lane} behind {Math.Max(afterNumber, ConfirmedThrough(lane))} are not where they were stored"));
        }
    }

    bool TryFind(Lane lane, long afterNumber, out Segment? segment)
    {
        segment = null;
        if (!_outbox!.TryGet(lane, out var id, out var numbers)) return true;
        var after = Math.Max(afterNumber, numbers.Confirmed);
        if (after >= numbers.Next - 1) return true;
        // Looked at twice, as an apply may have come between.
        segment = _outbox.Waiting(lane, after) ?? Read(reader => reader.SegmentBehind(lane, id, after)) ?? _outbox.Waiting(lane, after);
        return segment is not null;
    }

    /// <inheritdoc/>
    public IEnumerable<StateRow> LoadState()
    {
        _changes!.EndLife(); // who reads the state gives keys of its own
        var waiting = new PendingRows(_changes);
        for (var key = -1L; Read(reader => reader.NextState(ref key)) is { } row;)
        {
            foreach (var before in waiting.Before(row)) yield return before;
            if (!waiting.Replaces(row)) yield return row;
        }

        foreach (var row in waiting.Rest()) yield return row;
    }

    /// <inheritdoc/>
    public byte[]? LoadProgress(string source) =>
        _changes!.Progress.TryGetValue(source, out var waiting) ? [.. waiting] : Read(reader => reader.Progress(source));

    /// <inheritdoc/>
    public long ConfirmedThrough(Lane lane) => _outbox!.TryGet(lane, out _, out var numbers) ? numbers.Confirmed : 0;

    /// <inheritdoc/>
    public IReadOnlyList<LaneStatus> Status() => _outbox!.Status();

    /// <summary>Appends the rejected records of an output (null: of all) to their lanes again, as new records with their old ids,
    /// in one transaction.</summary>
    /// <returns>How many were, and how many stay because not all of them was kept.</returns>
    /// <exception cref="StoreException">Reading or writing failed; nothing has changed.</exception>
    public RequeueResult RequeueRejected(string? output, long atNs) =>
        Change(() => _outbox!.Requeue(_database!, output, atNs));

    /// <summary>Deletes the rejected records of an output (null: of all) in one transaction; returns how many.</summary>
    /// <exception cref="StoreException">Reading or writing failed; nothing has changed.</exception>
    public long PurgeRejected(string? output) => Change(() => _outbox!.Purge(_database!, output));

    /// <summary>Drops the records that wait for an output (null: for any), counted as dropped, in one transaction, and gives their space
    /// back; returns how many.</summary>
    /// <exception cref="StoreException">Reading or writing failed; nothing has changed.</exception>
    public long DropWaiting(string? output)
    {
        var dropped = Change(() => _outbox!.DropWaiting(output));
        try
        {
            Checkpoint();
            GiveSpaceBack();
        }
        catch (DatabaseException)
        {
            // The records are gone; their space is given back another time.
        }

        return dropped;
    }

    T Change<T>(Func<T> change)
    {
        ThrowIfUnusable();
        try
        {
            Apply();
            var result = default(T)!;
            Transact(() => result = change());
            return result;
        }
        catch (DatabaseException e)
        {
            throw new StoreException(IsNoSpace(e) ? StoreFailure.Full : e.Failure, $"{_files.Path}: {e.Message}. Nothing was changed.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (_damage is not null) SetDamageAside();
        var isOrderly = _database is not null;
        if (isOrderly) ApplyAtEnd();
        _database?.DeleteWalOnClose();
        Disconnect();
        if (isOrderly && !File.Exists(_files.Path + "-wal")) _files.NoteOpen(false);
    }

    CommitResult Transact(CommitBatch batch, bool onlyConfirmed) => Transact(() =>
    {
        if (!onlyConfirmed) _state!.Write(batch);
        _outbox!.Write(batch, onlyConfirmed);
    });

    /// <summary>Changes the tables in one transaction; when it is durable, memory says the same.</summary>
    /// <param name="change">Writes into the tables.</param>
    /// <param name="published">What else becomes true in that moment.</param>
    CommitResult Transact(Action change, Action? published = null)
    {
        CommitResult result;
        try
        {
            _begin!.Run();
            change();
            lock (_commitGate)
            {
                _end!.Run();
                _walValidBytes = _walIndex!.ValidBytes();
                result = _outbox!.Publish();
                published?.Invoke();
            }
        }
        catch
        {
            RollBack();
            throw;
        }

        Synced?.Invoke();
        _state!.Publish();
        return result;
    }

    void RollBack()
    {
        try
        {
            if (_database!.InTransaction) _rollback!.Run();
        }
        catch (DatabaseException)
        {
            // SQLite ends the transaction on its own; the first error is the one to tell.
        }

        _state!.Rollback();
        _outbox!.Rollback();
        _walValidBytes = _walIndex!.ValidBytes();
    }

    void Checkpoint()
    {
        lock (_readGate) _database!.Checkpoint();
        _walValidBytes = _walIndex!.ValidBytes();
        Synced?.Invoke();
    }

    T? Read<T>(Func<StoreReader, T?> read) where T : class
    {
        ThrowIfUnusable();
        lock (_readGate)
        {
            if (_reader is null)
                throw new StoreException(StoreFailure.Io, $"{_files.Path} is closed after an I/O error until the next commit.");
            try
            {
                return read(_reader);
            }
            catch (DatabaseException e)
            {
                throw ReadFailed(e);
            }
        }
    }

    StoreException ReadFailed(DatabaseException e)
    {
        // Renaming the files is the commit thread's: it, or closing the store, sets them aside.
        if (e.Failure == StoreFailure.Damaged) _damage ??= e.Message;
        var failure = e.Failure == StoreFailure.Damaged ? StoreFailure.Damaged : StoreFailure.Io;
        return new StoreException(failure, Sentence(failure, e), e);
    }

    void Disconnect()
    {
        lock (_readGate)
        {
            _reader?.Dispose();
            _reader = null;
        }

        _database?.Dispose();
        _walIndex?.Dispose();
        _pending?.Dispose(); // what it says of the round is good for the next opening
        (_database, _walIndex) = (null, null);
    }

    void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_damage is not null)
            throw new StoreException(StoreFailure.Damaged, $"{_files.Path} is damaged: {_damage}. Start the agent again.");
    }

    // A row touches its overflow pages and a leaf; what B-trees split or merge besides is in the slack.
    static long Estimate(CommitBatch batch)
    {
        var pages = 6L + batch.DeleteState.Count + batch.Confirmed.Count;
        foreach (var row in batch.State) pages += 1 + row.Bytes.Length / 4000;
        foreach (var (_, progress) in batch.Progress) pages += 1 + progress.Length / 4000;
        foreach (var (_, _, bytes) in batch.Records) pages += 1 + bytes.Length / 3900;
        foreach (var rejected in batch.Rejected) pages += 1 + (rejected.Payload.Length + rejected.Head.Length) / 4000;
        return pages * WalIndex.FrameBytes;
    }
}
