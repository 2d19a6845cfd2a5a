using System.Security.Cryptography;
using System.Text;
using SQLitePCL;

namespace EdgeAgent.Storage;

/// <content>Opening, at a start and after an I/O error.</content>
public sealed partial class SqliteStore
{
    void OpenFirst()
    {
        TellOfMissingWal();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                Connect();
                _files.NoteOpen(true);
                RestoreBallast();
                ApplyFound();
                SalvageSetAside();
                return;
            }
            catch (DatabaseException e) when (e.Failure == StoreFailure.Damaged && attempt < 3)
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
                var failure = IsNoSpace(e) ? StoreFailure.Full : StoreFailure.Io;
                Disconnect();
                throw new StoreException(failure, Sentence(failure, e), e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Disconnect();
                throw new StoreException(StoreFailure.Io, $"{_files.Path} cannot be opened: {e.Message}.", e);
            }
        }
    }

    void TellOfMissingWal()
    {
        if (_files.IsWithoutItsWal())
            _options.Report?.Invoke($"The write-ahead log {_files.Path}-wal is gone or empty, though the database was not closed in order. "
                + "Missing is what was committed since it was last moved into the database: "
                    + $"records, windows and progress, {WalLimitBytes >> 10} KiB at most or one large commit, "
                    + "and the commits since then, of a minute at most. "
                    + "Brokers with a session send again what was not acknowledged.");
    }

    void TellOfMissingCommits() => _options.Report?.Invoke($"The file of commits {_files.CommitsPath} is gone or was cut, "
        + "though the database was not closed in order. Missing is what was committed since it was last moved into the database: "
        + "records, windows and progress of a minute at most. Brokers with a session send again what was not acknowledged.");

    /// <summary>Takes over the whole rows of a database that was set aside; once, and only into a fresh one.</summary>
    void SalvageSetAside()
    {
        if (_files.ToSalvage is { } damaged && _outbox!.Status().Count == 0 && !HasMemory())
        {
            try
            {
                var result = TakeOver(damaged);
                _options.Report?.Invoke(result.ToString());
            }
            catch (StoreException e)
            {
                _options.Report?.Invoke($"What is whole in {damaged} could not be carried over: {e.Message} Mend that, stop the agent, "
                    + $"and run: edge-agent buffer salvage {_options.Directory}");
            }
        }

        _files.ToSalvage = null;
    }

    /// <summary>Carries the whole rows of a damaged database over, in one transaction;
    /// only records when this one has memory of its own.</summary>
    /// <param name="path">The damaged file; its WAL beside it counts.</param>
    /// <exception cref="StoreException">Reading or writing failed; nothing has changed.</exception>
    public SalvageResult TakeOver(string path)
    {
        ThrowIfUnusable();
        try
        {
            using var file = new DamagedFile(path);
            using var commits = CommitJournal.TryOpen(DatabaseFiles.CommitsOf(path), toWrite: false);
            var hasMemory = HasMemory();
            var salvage = new Salvage(file, commits, EarlierLife.Read(_options.Directory));
            var result = Change(() => salvage.Run(path, hasMemory, _outbox!, batch =>
            {
                _state!.Write(batch);
                _outbox!.Write(batch, onlyConfirmed: false);
            }));
            Checkpoint();
            return Salvaged = result;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DatabaseException)
        {
            throw new StoreException(StoreFailure.Io, $"{path}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public SalvageResult? Salvaged { get; private set; }

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
        _files.Sync(_options.FileSynced); // before SQLite has its locks: closing a file takes those of its process away
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
            if (got != "wal")
                throw new DatabaseException(raw.SQLITE_IOERR,
                    $"the file system cannot share memory between connections (journal mode {got})");
        }

        _database.Execute($"PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit={WalLimitBytes}");
        CreateOrCheckSchema();
        LoadStoreId();
        var state = new StateTable(_database);
        state.Load(_database);
        var (changes, lanes) = (new PendingChanges(), new Dictionary<long, PendingLane>());
        _putRound = _database.Prepare("INSERT OR REPLACE INTO mark(id, round, crc) VALUES(1, ?1, ?2)"u8);
        var pending = OpenPending(changes, lanes);
        var outbox = new OutboxTable(_database, _options.MaxSizeBytes, _options.OnFull);
        outbox.Load(_database, lanes.Values);
        _begin = _database.Prepare("BEGIN IMMEDIATE"u8);
        _end = _database.Prepare("COMMIT"u8);
        _rollback = _database.Prepare("ROLLBACK"u8);
        (_pages, _freePages) = (_database.Prepare("PRAGMA page_count"u8), _database.Prepare("PRAGMA freelist_count"u8));
        _walIndex = new WalIndex(_files.Path);
        _walValidBytes = _walIndex.ValidBytes();
        lock (_readGate) _reader = new StoreReader(_files.Path);
        if (pending is not null) pending.Synced = () => RecordSynced?.Invoke();
        (_state, _outbox, _pending, _changes) = (state, outbox, pending, changes);
        if (_isCapped) CapPages();
    }

    // Commits that failed in their sync may lie whole in the WAL: it is cut before anyone can read them.
    void Reopen()
    {
        WalIndex.CutTail(_files.Path, _walValidBytes);
        var before = _outbox!.Status();
        Connect();
        if (!before.ToHashSet().SetEquals(_outbox!.Status()))
            throw DatabaseException.Damage("commits that were durable are gone after an I/O error");
    }

    void CreateOrCheckSchema()
    {
        if (Scalar("SELECT count(*) FROM sqlite_master"u8) == 0 && Scalar("PRAGMA user_version"u8) == 0)
        {
            _database!.Execute(
                $"BEGIN IMMEDIATE; {Schema.Create} PRAGMA application_id={Schema.ApplicationId}; "
                    + $"PRAGMA user_version={Schema.TablesVersion}; COMMIT");
            return;
        }

        var version = Scalar("PRAGMA user_version"u8);
        if (Scalar("PRAGMA application_id"u8) != Schema.ApplicationId || version is < 1 or > Schema.Version)
            throw DatabaseException.Damage("the file is not a database of this program");
        if (Scalar("SELECT count(*) FROM pragma_table_info('rejected') WHERE name = 'head'"u8) == 0) _database!.Execute(Schema.AddHead);
        if (Scalar("SELECT count(*) FROM sqlite_master WHERE name = 'mark'"u8) > 0) return;
        if (version > Schema.TablesVersion)
            throw DatabaseException.Damage("its commits are of a program between two releases, which was not stopped in order");
        _database!.Execute($"BEGIN IMMEDIATE; {Schema.AddMark} COMMIT");
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

    void SetNewerAside(int version)
    {
        _database!.DeleteWalOnClose();
        Disconnect();
        var target = _files.SetAside($"format-{version}");
        _options.Report?.Invoke(
            $"The database {_files.Path} has format {version}; this program knows {Schema.Version}. It was set aside as {target} "
                + "and a fresh one started. Go back to the newer program and rename the file to use it.");
        _files.CreateIfAbsent();
        _database = new Database(_files.Path, create: false);
        _database.KeepWalOnClose();
        _database.Execute("PRAGMA page_size=4096; PRAGMA cache_size=-512");
    }

    bool HasMemory() => Scalar("SELECT count(*) FROM stage"u8) + Scalar("SELECT count(*) FROM progress"u8) > 0;

    long Scalar(ReadOnlySpan<byte> sql)
    {
        using var statement = _database!.Prepare(sql);
        return Number(statement);
    }

    static long MetaCrc(string id, string machine)
    {
        var crc = new Crc32C();
        crc.Add(Encoding.UTF8.GetBytes(id));
        crc.Add(Encoding.UTF8.GetBytes(machine));
        return crc.Value;
    }
}
