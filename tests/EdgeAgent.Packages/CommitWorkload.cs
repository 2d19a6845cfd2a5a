using LiteDB;

namespace EdgeAgent.Packages;

/// <summary>Commits such as the agent makes: 1 KB of state written over, two records of 600 B added, an old pair taken away.</summary>
static class CommitWorkload
{
    const int StateBytes = 1000;
    const int RecordBytes = 600;

    /// <summary>Commits whose records are kept.</summary>
    const int Kept = 40;

    /// <summary>Makes commit <paramref name="n"/>, from 1.</summary>
    public static void Commit(LiteDatabase database, int n)
    {
        var records = database.GetCollection("records");
        database.BeginTrans();
        database.GetCollection("state").Upsert(new BsonDocument { ["_id"] = 1, ["n"] = n, ["bytes"] = Bytes(n, StateBytes) });
        for (var i = 0; i < 2; i++)
        {
            records.Insert(new BsonDocument { ["_id"] = 2 * n + i, ["bytes"] = Bytes(2 * n + i, RecordBytes) });
            if (n > Kept) records.Delete(2 * (n - Kept) + i);
        }

        database.Commit();
    }

    /// <summary>The number of the last commit a database holds whole.</summary>
    /// <exception cref="InvalidDataException">It holds what no number of commits gives.</exception>
    public static int Check(LiteDatabase database)
    {
        var records = database.GetCollection("records").FindAll().ToDictionary(d => d["_id"].AsInt32, d => d["bytes"].AsBinary);
        var state = database.GetCollection("state").FindById(1);
        var n = state is null ? 0 : state["n"].AsInt32;
        if (state is not null && !Bytes(n, StateBytes).AsSpan().SequenceEqual(state["bytes"].AsBinary))
            throw new InvalidDataException("state");
        var first = Math.Max(1, n - Kept + 1);
        if (records.Count != 2 * (n - first + 1)) throw new InvalidDataException("number of records");
        for (var id = 2 * first; id < 2 * n + 2; id++)
            if (!records.TryGetValue(id, out var bytes) || !Bytes(id, RecordBytes).AsSpan().SequenceEqual(bytes))
                throw new InvalidDataException("record");
        return n;
    }

    /// <summary>The same commit in SQLite.</summary>
    public static void Commit(Storage.Database database, Storage.Statement state, Storage.Statement insert, Storage.Statement delete, int n)
    {
        database.Execute("BEGIN IMMEDIATE");
        state.Bind(1, n).Bind(2, Bytes(n, StateBytes)).Run();
        for (var i = 0; i < 2; i++)
        {
            insert.Bind(1, 2 * n + i).Bind(2, Bytes(2 * n + i, RecordBytes)).Run();
            if (n > Kept) delete.Bind(1, 2 * (n - Kept) + i).Run();
        }

        database.Execute("COMMIT");
    }

    static byte[] Bytes(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
