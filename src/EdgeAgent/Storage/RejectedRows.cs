using EdgeAgent.Clocks;

namespace EdgeAgent.Storage;

/// <summary>Reads rejected records beside a running agent: a connection that writes nothing and holds no read longer than a row.</summary>
public static class RejectedRows
{
    /// <summary>The rows of an output (null: of all), in the order of their rejection.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="output">Name of the output, or null.</param>
    /// <exception cref="StoreException">There is no database, or it cannot be read; thrown while the rows are read.</exception>
    public static IEnumerable<RejectedRow> Read(string directory, string? output)
    {
        var path = new DatabaseFiles(directory, new SystemClock()).Path;
        if (!File.Exists(path))
            throw new StoreException(StoreFailure.Io, $"{directory} is not the data directory of an agent: "
                + $"there is no {Path.GetFileName(path)}. Name the configuration or the directory.");
        using var database = Try(path, () => new Database(path, create: false));
        var (select, hasHead) = Try(path, () => Prepare(database));
        var after = 0L;
        while (Try(path, () => Next(select, hasHead, ref after)) is { } row)
            if (output is null || row.Lane.Output == output) yield return row;
    }

    static (Statement Select, bool HasHead) Prepare(Database database)
    {
        database.WaitWhenBusy(Database.BusyWait);
        database.KeepWalOnClose();
        database.Execute("PRAGMA query_only=1; PRAGMA mmap_size=0; PRAGMA wal_autocheckpoint=0");
        using var look = database.Prepare("SELECT count(*) FROM pragma_table_info('rejected') WHERE name = 'head'"u8);
        var hasHead = look.Step() && look.Long(0) > 0;
        look.Reset();
        return (database.Prepare(hasHead
            ? "SELECT r.id, l.output, l.priority, r.number, r.rejected_at, r.reason, r.payload, r.head FROM rejected r "u8
                + "JOIN lane l ON l.id = r.lane WHERE r.id > ?1 ORDER BY r.id LIMIT 1"u8
            : "SELECT r.id, l.output, l.priority, r.number, r.rejected_at, r.reason, r.payload FROM rejected r "u8
                + "JOIN lane l ON l.id = r.lane WHERE r.id > ?1 ORDER BY r.id LIMIT 1"u8), hasHead);
    }

    static RejectedRow? Next(Statement select, bool hasHead, ref long after)
    {
        try
        {
            if (!select.Bind(1, after).Step()) return null;
            after = select.Long(0);
            return new RejectedRow(new Lane(select.Text(1), (int)select.Long(2)), select.Long(3), select.Long(4), select.Text(5),
                hasHead ? select.Blob(7).ToArray() : [], select.Blob(6).ToArray());
        }
        finally
        {
            select.Reset();
        }
    }

    static T Try<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DatabaseException e)
        {
            throw new StoreException(e.Failure, $"{path} cannot be read: {e.Message}. Run this as the user the agent runs as.", e);
        }
    }
}
