using System.Diagnostics;
using System.Globalization;
using EdgeAgent.Storage;
using LiteDB;
using LiteDB.Engine;

namespace EdgeAgent.Packages;

/// <summary>LiteDB against power cuts, as shipped and with streams that sync, and what a commit costs beside SQLite.</summary>
static class LiteDbFigures
{
    const int RecordedCommits = 300;

    // Pages of the log before it is moved into the data file: small, so that the recording holds many such moves.
    const int CheckpointPages = 60;
    const int WalPages = 64;
    const int Rounds = 11;

    static readonly (LogCare Care, string Name)[] Cares =
        [(LogCare.None, "as shipped"), (LogCare.SyncOnly, "own streams, a sync a commit"),
            (LogCare.Barrier, "own streams, barrier and sync")];

    public static int Run(bool isSmoke)
    {
        var cuts = isSmoke ? 50 : 1000;
        var commits = isSmoke ? 110 : 2200;
        Console.WriteLine("| simulated power cuts | right | lost acknowledged commits | did not open or held nonsense |");
        Console.WriteLine("|---|---|---|---|");
        var (shippedBad, ownBad) = (0, 0);
        foreach (var (care, name) in Cares)
        {
            var events = Record(care);
            foreach (var inOrder in (bool[])[true, false])
            {
                var result = default(CutResult);
                for (var seed = 1; seed <= (care == LogCare.Barrier && !isSmoke ? 4 : 1); seed++)
                {
                    var one = new PowerCut(events, seed).Run(cuts, inOrder);
                    result = new(result.Right + one.Right, result.Lost + one.Lost, result.Broken + one.Broken);
                }

                if (care == LogCare.Barrier) ownBad += result.Lost + result.Broken;
                else shippedBad += result.Lost + result.Broken;
                Console.WriteLine($"| {name}, {(inOrder ? "in order" : "reordered")} | {result.Right} | {result.Lost} | {result.Broken} |");
            }

            Console.Error.WriteLine($"{name}: {events.Count(e => e.Kind == DiskEventKind.Write)} writes and "
                + $"{events.Count(e => e.Kind == DiskEventKind.Sync)} syncs in {RecordedCommits} commits");
        }

        var folder = Directory.CreateTempSubdirectory("edge-packages-");
        try
        {
            Console.WriteLine();
            Console.WriteLine("| a commit | median | mean | bytes written | allocated |");
            Console.WriteLine("|---|---|---|---|---|");
            using var shipped = new LiteDatabase(Path.Combine(folder.FullName, "shipped.db"));
            using var data = new RealFile(Path.Combine(folder.FullName, "own.db"));
            using var log = new RealFile(Path.Combine(folder.FullName, "own-log.db"));
            using var own = Open(data, log, LogCare.Barrier);
            using var sqlite = new Database(Path.Combine(folder.FullName, "sqlite.db"), create: true);
            Series[] all =
            [
                new("LiteDB as shipped, no sync", n => CommitWorkload.Commit(shipped, n)),
                new("LiteDB, own streams, barrier and sync", n => CommitWorkload.Commit(own, n)),
                new("SQLite, WAL, synchronous=FULL", Sqlite(sqlite)),
            ];
            // In turns, so that a busy moment of the disk meets all.
            for (var round = 0; round < Rounds; round++)
                foreach (var one in all) one.Run(commits / Rounds, isWarm: round > 0);
            foreach (var one in all) one.Print();
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return shippedBad > 0 && ownBad == 0 ? 0 : 1;
    }

    static LiteDatabase Open(IDiskFile data, IDiskFile log, LogCare care) =>
        new(new LiteEngine(new EngineSettings
        {
            DataStream = new DiskStream(data, LogCare.None),
            LogStream = new DiskStream(log, care),
            TempStream = new MemoryStream(),
        }));

    // The first opening and its collections lie before the recording's first commit and are synced, as a gateway's would be.
    static List<DiskEvent> Record(LogCare care)
    {
        var events = new List<DiskEvent>();
        var (data, log) = (new RecordedFile(0, events), new RecordedFile(1, events));
        var database = Open(data, log, care);
        database.CheckpointSize = CheckpointPages;
        data.Sync();
        log.Sync();
        for (var n = 1; n <= RecordedCommits; n++)
        {
            events.Add(new(DiskEventKind.Begun, 0, n, []));
            CommitWorkload.Commit(database, n);
            events.Add(new(DiskEventKind.Acknowledged, 0, n, []));
        }

        // A recording ends as a power cut does: nothing is closed.
        var count = events.Count;
        database.Dispose();
        events.RemoveRange(count, events.Count - count);
        var firstCommit = events.FindIndex(e => e.Kind == DiskEventKind.Begun);
        for (var i = 0; i < 2; i++) events.Insert(firstCommit, new(DiskEventKind.Sync, i, 0, []));
        return events;
    }

    static Action<int> Sqlite(Database database)
    {
        using (var mode = database.Prepare("PRAGMA journal_mode=WAL"u8)) mode.Run();
        database.Execute($"PRAGMA synchronous=FULL; PRAGMA cache_size=-512; PRAGMA wal_autocheckpoint={WalPages}");
        database.Execute(
            "CREATE TABLE state(id INTEGER PRIMARY KEY, n INTEGER, bytes BLOB); CREATE TABLE records(id INTEGER PRIMARY KEY, bytes BLOB)");
        var state = database.Prepare("INSERT OR REPLACE INTO state VALUES(1, ?1, ?2)"u8);
        var insert = database.Prepare("INSERT INTO records VALUES(?1, ?2)"u8);
        var delete = database.Prepare("DELETE FROM records WHERE id = ?1"u8);
        return n => CommitWorkload.Commit(database, state, insert, delete, n);
    }

    /// <summary>What the commits of one engine took; the first round is left out.</summary>
    sealed class Series(string name, Action<int> commit)
    {
        readonly List<double> _times = [];
        long _bytes, _allocated;
        int _n;

        public void Run(int commits, bool isWarm)
        {
            var (bytes, allocated) = (WrittenBytes(), GC.GetTotalAllocatedBytes());
            for (var i = 0; i < commits; i++)
            {
                var start = Stopwatch.GetTimestamp();
                commit(++_n);
                if (isWarm) _times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }

            if (!isWarm) return;
            _allocated += GC.GetTotalAllocatedBytes() - allocated;
            _bytes += WrittenBytes() - bytes;
        }

        public void Print()
        {
            _times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {_times[_times.Count / 2]:F0} µs | {_times.Average():F0} µs | {_bytes / _times.Count:N0} B | "
                    + $"{_allocated / _times.Count:N0} B |"));
        }
    }

    // wchar: what the process handed to write calls, whatever the disk made of it.
    static long WrittenBytes() => long.Parse(
        File.ReadLines("/proc/self/io").First(l => l.StartsWith("wchar:", StringComparison.Ordinal))[6..], CultureInfo.InvariantCulture);
}
