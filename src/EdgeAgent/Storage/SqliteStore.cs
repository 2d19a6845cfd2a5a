using System.Security.Cryptography;
using System.Text;
using SQLitePCL;

namespace EdgeAgent.Storage;

/// <summary>The store on SQLite: <c>edge-agent.db</c> in WAL mode with <c>synchronous=FULL</c>.</summary>
/// <remarks>
/// <para>Limits: WAL ≤ max(256 KiB, one commit); outbox and rejected payloads as <see cref="StoreOptions.MaxSizeBytes"/>; the file never
/// shrinks but uses its free pages again. Two connections: one writes (commit thread), one reads (any thread, one at a time).</para>
/// <para>Invariants: in-memory counters are those of the last transaction that returned; after an I/O error both connections are
/// closed, the WAL is cut behind its last good frame and the next commit opens anew. Format: docs/decisions/disk-format.md;
/// state machine: docs/decisions/commit-protocol.md.</para>
/// </remarks>
public sealed class SqliteStore : IStore
{
    const long WalLimitBytes = 256 << 10;
    const long WalSlackBytes = 24 << 10;

    readonly Lock _readGate = new();
    readonly StoreOptions _options;
    readonly DatabaseFiles _files;
    readonly Ballast _ballast;
    readonly string _machine;
    Database? _database;
    Statement? _begin, _end, _rollback;
    WalIndex? _walIndex;
    StateTable? _state;
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
    /// <exception cref="StoreException">No space, or reading or writing failed; never <see cref="StoreFault.Damaged"/>.</exception>
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
            throw new StoreException(StoreFault.Io, $"{_files.Path}: {e.Message}. The commit is tried again.", e);
        }
    }

    /// <inheritdoc/>
    public void Tidy()
    {
        if (_database is null || _damage is not null) return;
        try
        {
            if (_walValidBytes > 0 && _walValidBytes + _lastEstimateBytes > WalLimitBytes - WalSlackBytes) Checkpoint();
        }
        catch (DatabaseException)
        {
            // The next commit meets the same trouble and can report it.
        }
    }

    /// <inheritdoc/>
    public Segment? TryRead(Lane lane, long afterNumber)
    {
        ThrowIfUnusable();
        if (!_outbox!.TryGet(lane, out var id, out var numbers)) return null;
        var after = Math.Max(afterNumber, numbers.Confirmed);
        return after >= numbers.Next - 1 ? null : Read(reader => reader.FirstSegment(lane, id, after));
    }

    /// <inheritdoc/>
    public IEnumerable<StateRow> LoadState()
    {
        for (var key = -1L; Read(reader => reader.NextState(ref key)) is { } row;) yield return row;
    }

    /// <inheritdoc/>
    public byte[]? LoadProgress(string source) => Read(reader => reader.Progress(source));

    /// <inheritdoc/>
    public long ConfirmedThrough(Lane lane) => _outbox!.TryGet(lane, out _, out var numbers) ? numbers.Confirmed : 0;

    /// <inheritdoc/>
    public IReadOnlyList<LaneStatus> Status() => _outbox!.Status();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (_damage is not null) SetDamageAside();
        _database?.DeleteWalOnClose();
        Disconnect();
    }

    void OpenFirst()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Connect();
                RestoreBallast();
                return;
            }
            catch (DatabaseException e) when (e.Fault == StoreFault.Damaged && attempt < 3)
            {
                _damage = e.Message;
                SetDamageAside();
                (_damage, _isSetAside) = (null, false);
            }
            catch (DatabaseException e) when (IsNoSpace(e) && attempt < 3)
            {
                Disconnect();
                _ballast.Free();
            }
            catch (DatabaseException e)
            {
                var fault = IsNoSpace(e) ? StoreFault.Full : StoreFault.Io;
                Disconnect();
                throw new StoreException(fault, Sentence(fault, e), e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Disconnect();
                throw new StoreException(StoreFault.Io, $"{_files.Path} cannot be opened: {e.Message}.", e);
            }
        }
    }

    // All or nothing: a store that is half open would be taken for an open one.
    void Connect()
    {
        try
        {
            ConnectAll();
        }
        catch
        {
            Disconnect();
            throw;
        }
    }

    void ConnectAll()
    {
        if (_files.IsWalWithoutDatabase()) throw DatabaseException.Damage("the write-ahead log has no database");
        _files.CreateIfAbsent();
        _database = new Database(_files.Path, create: false);
        _database.WaitWhenBusy(Database.BusyWait);
        _database.KeepWalOnClose();
        _database.Execute("PRAGMA page_size=4096; PRAGMA cache_size=-512; PRAGMA mmap_size=0; PRAGMA temp_store=2; PRAGMA secure_delete=0");
        var version = (int)Scalar("PRAGMA user_version"u8);
        if (version > Schema.Version) SetNewerAside(version);
        Statement mode;
        using (mode = _database!.Prepare("PRAGMA journal_mode=WAL"u8))
        {
            var got = mode.Step() ? mode.Text(0) : "";
            mode.Reset();
            if (got != "wal") throw new DatabaseException(raw.SQLITE_IOERR, $"the file system cannot share memory between connections (journal mode {got})");
        }

        _database.Execute($"PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit={WalLimitBytes}");
        CreateOrCheckSchema();
        LoadStoreId();
        var state = new StateTable(_database);
        state.Load(_database);
        var outbox = new OutboxTable(_database, _options.MaxSizeBytes, _options.OnFull);
        outbox.Load(_database);
        _begin = _database.Prepare("BEGIN IMMEDIATE"u8);
        _end = _database.Prepare("COMMIT"u8);
        _rollback = _database.Prepare("ROLLBACK"u8);
        _walIndex = new WalIndex(_files.Path);
        _walValidBytes = _walIndex.ValidBytes();
        lock (_readGate) _reader = new StoreReader(_files.Path);
        (_state, _outbox) = (state, outbox);
        if (_isCapped) CapPages();
    }

    // Commits that failed in their sync may lie whole in the WAL: it is cut before anyone can read them.
    void Reopen()
    {
        WalIndex.CutTail(_files.Path, _walValidBytes);
        var before = _outbox!.Status();
        Connect();
        if (!before.ToHashSet().SetEquals(_outbox!.Status())) throw DatabaseException.Damage("commits that were durable are gone after an I/O error");
    }

    void CreateOrCheckSchema()
    {
        if (Scalar("SELECT count(*) FROM sqlite_master"u8) == 0 && Scalar("PRAGMA user_version"u8) == 0)
        {
            _database!.Execute(
                $"BEGIN IMMEDIATE; {Schema.Create} PRAGMA application_id={Schema.ApplicationId}; PRAGMA user_version={Schema.Version}; COMMIT");
            return;
        }

        if (Scalar("PRAGMA application_id"u8) != Schema.ApplicationId || Scalar("PRAGMA user_version"u8) != Schema.Version)
            throw DatabaseException.Damage("the file is not a database of this program");
    }

    void LoadStoreId()
    {
        using var meta = _database!.Prepare("SELECT store_id, machine, crc FROM meta WHERE id = 1"u8);
        var exists = meta.Step();
        var (id, machine, crc) = exists ? (meta.Text(0), meta.Text(1), meta.Long(2)) : ("", "", 0);
        meta.Reset();
        if (exists && crc != MetaCrc(id, machine)) throw DatabaseException.Damage("the store id fails its checksum");
        if (!exists || machine != _machine)
        {
            id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            using var put = _database.Prepare("INSERT OR REPLACE INTO meta(id, store_id, machine, crc) VALUES(1, ?1, ?2, ?3)"u8);
            put.Bind(1, id).Bind(2, _machine).Bind(3, MetaCrc(id, _machine)).Run();
        }

        StoreId = id;
    }

    CommitResult Transact(CommitBatch batch, bool onlyConfirmed)
    {
        try
        {
            _begin!.Run();
            if (!onlyConfirmed) _state!.Write(batch);
            _outbox!.Write(batch, onlyConfirmed);
            _end!.Run();
        }
        catch
        {
            RollBack();
            throw;
        }

        _walValidBytes = _walIndex!.ValidBytes();
        _state!.Publish();
        return _outbox.Publish();
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

    /// <summary>The second try on a full disk: space from the ballast and from what the outputs confirmed.</summary>
    CommitResult CommitWithoutSpace(CommitBatch batch)
    {
        try
        {
            if (_ballast.IsHeld)
            {
                _ballast.Free();
                _options.Report?.Invoke($"No space left on the disk of {_files.Path}. The ballast file was freed so that sent records can be deleted; "
                    + "nothing new is acknowledged until there is room. Free some space.");
            }

            if (_database is null) Reopen();
            CapPages();
            Checkpoint();
            if (batch.Confirmed.Count > 0)
            {
                Transact(batch, onlyConfirmed: true);
                Checkpoint();
            }

            return Transact(batch, onlyConfirmed: false);
        }
        catch (DatabaseException e)
        {
            throw Failed(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Disconnect();
            throw new StoreException(StoreFault.Full, $"{_files.Path}: {e.Message}. The commit is tried again.", e);
        }
    }

    void RestoreBallast()
    {
        if (_ballast.IsHeld) return;
        if (_ballast.TryHold())
        {
            if (_isCapped) _options.Report?.Invoke($"There is space again on the disk of {_files.Path}; the ballast file is back.");
            _isCapped = false;
            _database!.Execute("PRAGMA max_page_count=4294967294");
        }
        else
        {
            CapPages();
        }
    }

    // Without ballast the file may use its free pages but not grow: what is left of the disk belongs to deleting.
    void CapPages()
    {
        _isCapped = true;
        _database!.Execute("PRAGMA max_page_count=1");
    }

    void Checkpoint()
    {
        lock (_readGate) _database!.Checkpoint();
        _walValidBytes = _walIndex!.ValidBytes();
    }

    StoreException Failed(DatabaseException e)
    {
        var fault = IsNoSpace(e) ? StoreFault.Full : e.Fault;
        if (fault == StoreFault.Damaged)
        {
            _damage = e.Message;
            SetDamageAside();
        }
        else if (fault == StoreFault.Io)
        {
            Disconnect();
        }

        return new StoreException(fault, Sentence(fault, e), e);
    }

    string Sentence(StoreFault fault, Exception e) => fault switch
    {
        StoreFault.Full => $"No space left on the disk of {_files.Path}; nothing new is acknowledged. Free some space; the agent goes on by itself.",
        StoreFault.Damaged => $"{_files.Path} is damaged: {e.Message}. It was set aside; start the agent again to go on with a fresh database.",
        _ => $"{_files.Path} cannot be read or written: {e.Message}. Check the disk; the commit is tried again.",
    };

    // An I/O error on a disk without space (the WAL-index cannot grow) is a full disk.
    bool IsNoSpace(DatabaseException e)
    {
        if (e.Fault == StoreFault.Full) return true;
        if ((e.Code & 0xFF) is not (raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN)) return false;
        try
        {
            return _ballast.FreeBytes() < 64 << 10;
        }
        catch (IOException)
        {
            return false;
        }
    }

    void SetDamageAside()
    {
        if (_isSetAside) return;
        _isSetAside = true;
        Disconnect();
        try
        {
            var target = _files.SetAside("damaged");
            _options.Report?.Invoke($"The database {_files.Path} is damaged ({_damage}). It was set aside as {target} and a fresh one takes its place: "
                + "records not yet sent and open windows in it are lost to this agent. Check the disk; delete the file when it is of no use.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFault.Io, $"{_files.Path} is damaged ({_damage}) and cannot be renamed: {e.Message}.", e);
        }
    }

    void SetNewerAside(int version)
    {
        _database!.DeleteWalOnClose();
        Disconnect();
        var target = _files.SetAside($"format-{version}");
        _options.Report?.Invoke($"The database {_files.Path} has format {version}; this program knows {Schema.Version}. It was set aside as {target} "
            + "and a fresh one started. Go back to the newer program and rename the file to use it.");
        _files.CreateIfAbsent();
        _database = new Database(_files.Path, create: false);
        _database.KeepWalOnClose();
        _database.Execute("PRAGMA page_size=4096; PRAGMA cache_size=-512");
    }

    T? Read<T>(Func<StoreReader, T?> read) where T : class
    {
        ThrowIfUnusable();
        lock (_readGate)
        {
            if (_reader is null) throw new StoreException(StoreFault.Io, $"{_files.Path} is closed after an I/O error until the next commit.");
            try
            {
                return read(_reader);
            }
            catch (DatabaseException e)
            {
                // Renaming the files is the commit thread's: it, or closing the store, sets them aside.
                if (e.Fault == StoreFault.Damaged) _damage ??= e.Message;
                var fault = e.Fault == StoreFault.Damaged ? StoreFault.Damaged : StoreFault.Io;
                throw new StoreException(fault, Sentence(fault, e), e);
            }
        }
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
        (_database, _walIndex) = (null, null);
    }

    void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_damage is not null) throw new StoreException(StoreFault.Damaged, $"{_files.Path} is damaged: {_damage}. Start the agent again.");
    }

    long Scalar(ReadOnlySpan<byte> sql)
    {
        using var statement = _database!.Prepare(sql);
        var value = statement.Step() ? statement.Long(0) : 0;
        statement.Reset();
        return value;
    }

    // A row touches its overflow pages and a leaf; what B-trees split or merge besides is in the slack.
    static long Estimate(CommitBatch batch)
    {
        var pages = 6L + batch.DeleteState.Count + batch.Confirmed.Count;
        foreach (var row in batch.State) pages += 1 + row.Bytes.Length / 4000;
        foreach (var (_, progress) in batch.Progress) pages += 1 + progress.Length / 4000;
        foreach (var (_, _, bytes) in batch.Records) pages += 1 + bytes.Length / 3900;
        foreach (var rejected in batch.Rejected) pages += 1 + rejected.Payload.Length / 4000;
        return pages * WalIndex.FrameBytes;
    }

    static long MetaCrc(string id, string machine)
    {
        var crc = new Crc32C();
        crc.Add(Encoding.UTF8.GetBytes(id));
        crc.Add(Encoding.UTF8.GetBytes(machine));
        return crc.Value;
    }
}
