using SQLitePCL;
using static SQLitePCL.raw;

namespace EdgeAgent.Storage;

/// <summary>A prepared statement, used again and again.</summary>
/// <remarks>
/// Parameters count from 1, columns from 0. Spans of a row are valid until the next <see cref="Step"/> or <see cref="Reset"/>;
/// a statement left on a row keeps a read transaction open, so every use ends in <see cref="Reset"/>.
/// </remarks>
sealed class Statement(Database database, sqlite3_stmt handle) : IDisposable
{
    public Statement Bind(int parameter, long value)
    {
        database.Check(sqlite3_bind_int64(handle, parameter, value));
        return this;
    }

    public Statement Bind(int parameter, ReadOnlySpan<byte> blob)
    {
        database.Check(blob.IsEmpty ? sqlite3_bind_zeroblob(handle, parameter, 0) : sqlite3_bind_blob(handle, parameter, blob));
        return this;
    }

    public Statement Bind(int parameter, string text)
    {
        database.Check(sqlite3_bind_text(handle, parameter, text));
        return this;
    }

    /// <summary>Moves to the next row; false, and reset, when there is none.</summary>
    public bool Step()
    {
        var code = sqlite3_step(handle);
        if (code == SQLITE_ROW) return true;
        if (code == SQLITE_DONE)
        {
            sqlite3_reset(handle);
            return false;
        }

        var error = database.Error(code);
        sqlite3_reset(handle);
        throw error;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        while (Step()) ;
    }

    public void Reset() => sqlite3_reset(handle);

    public long Long(int column) => sqlite3_column_int64(handle, column);

    public string Text(int column) => sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    public ReadOnlySpan<byte> Blob(int column) => sqlite3_column_blob(handle, column);

    public void Dispose() => handle.Dispose();
}
