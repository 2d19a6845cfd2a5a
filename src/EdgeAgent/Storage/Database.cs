using SQLitePCL;
using static SQLitePCL.raw;

namespace EdgeAgent.Storage;

/// <summary>One SQLite connection and its prepared statements.</summary>
/// <remarks>
/// Used by one thread at a time. Opened without SQLite's own mutexes; extended result codes on. Speaks to SQLite directly:
/// an ADO.NET layer would add pooling, boxed parameters and more binary.
/// </remarks>
sealed class Database : IDisposable
{
    public const int PageBytes = 4096;
    const uint Persistent = 1;

    readonly List<Statement> _statements = [];
    readonly sqlite3 _db;

    static Database() => Batteries_V2.Init();

    public Database(string path, bool create)
    {
        var flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
        var code = sqlite3_open_v2(path, out _db, flags, null);
        sqlite3_extended_result_codes(_db, 1);
        if (code == SQLITE_OK) return;
        var error = Error(code);
        _db.Dispose();
        throw error;
    }

    public Statement Prepare(ReadOnlySpan<byte> sql)
    {
        Check(sqlite3_prepare_v3(_db, sql, Persistent, out var handle));
        var statement = new Statement(this, handle);
        _statements.Add(statement);
        return statement;
    }

    public void Execute(string sql) => Check(sqlite3_exec(_db, sql));

    public void WaitWhenBusy(TimeSpan limit) => sqlite3_busy_timeout(_db, (int)limit.TotalMilliseconds);

    public void KeepWalOnClose() => sqlite3_db_config(_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);

    public void DeleteWalOnClose() => sqlite3_db_config(_db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, out _);

    /// <summary>Whether a transaction is open.</summary>
    public bool InTransaction => sqlite3_get_autocommit(_db) == 0;

    /// <summary>Moves the WAL into the database and starts it anew at its front. False when another process reads.</summary>
    public bool Checkpoint()
    {
        WaitWhenBusy(TimeSpan.Zero);
        var code = sqlite3_wal_checkpoint_v2(_db, "main", SQLITE_CHECKPOINT_RESTART, out _, out _);
        WaitWhenBusy(BusyWait);
        if ((code & 0xFF) is SQLITE_BUSY or SQLITE_LOCKED) return false;
        Check(code);
        return true;
    }

    public static TimeSpan BusyWait { get; } = TimeSpan.FromSeconds(2);

    public void Check(int code)
    {
        if (code != SQLITE_OK) throw Error(code);
    }

    public DatabaseException Error(int code) => new(code, sqlite3_errmsg(_db).utf8_to_string());

    public void Dispose()
    {
        foreach (var statement in _statements) statement.Dispose();
        _db.Dispose();
    }
}

/// <summary>A failed SQLite call; stays inside the room and leaves it as a <see cref="StoreException"/>.</summary>
sealed class DatabaseException(int code, string message) : Exception($"{message} (SQLite code {code})")
{
    /// <summary>Extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>What the code means for the store.</summary>
    /// <remarks>The statements are fixed, so an error of logic or type can only come from a file that is not ours any more.</remarks>
    public StoreFailure Failure => (Code & 0xFF) switch
    {
        SQLITE_FULL => StoreFailure.Full,
        SQLITE_CORRUPT or SQLITE_NOTADB or SQLITE_FORMAT => StoreFailure.Damaged,
        SQLITE_ERROR or SQLITE_INTERNAL or SQLITE_CONSTRAINT or SQLITE_MISMATCH or SQLITE_SCHEMA or SQLITE_TOOBIG => StoreFailure.Damaged,
        _ => StoreFailure.Io,
    };

    public static DatabaseException Damage(string what) => new(SQLITE_CORRUPT, what);
}
