using EdgeAgent.Core.State;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>Commits that wait as records: merged before the tables have them, read beside the tables, found again by a start.</summary>
public sealed class PendingTests
{
    static readonly Lane Central = new("central", 0);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory, MemberData(nameof(Seeds))]
    public void What_is_restored_is_what_the_last_commit_took_over_applies_restarts_and_kills(int seed)
    {
        var random = new Random(seed);
        using var c = new StoreCase("sqlite");
        using var copy = new TempDirectory();
        var (a, b) = (new FakeStage(), new FakeStage());
        var log = Restored(c.Store, a, b);
        var committed = (A: a.Values, B: b.Values);
        var batch = new CommitBatch();
        for (var step = 0; step < 4000; step++)
        {
            var stage = random.Next(2) == 0 ? a : b;
            var label = $"label-{random.Next(random.Next(2) == 0 ? 8 : 60)}";
            if (random.Next(3) == 0) stage.Forget(label);
            else stage.Set(label, new string((char)('a' + random.Next(26)), random.Next(60)));
            if (random.Next(6) != 0) continue;
            batch.Clear();
            log.Cut(batch);
            if (random.Next(5) == 0)
            {
                log.Failed();
            }
            else
            {
                c.Store.Commit(batch);
                log.Committed();
                committed = (a.Values, b.Values);
            }

            if (random.Next(10) == 0) ((SqliteStore)c.Store).Apply();
            if (random.Next(8) == 0)
            {
                StoreModelTests.CopyFiles(c.Directory, copy.Path);
                using var killed = SqliteStore.Open(StoreModelTests.Options(copy.Path));
                Holds(killed, committed);
            }

            if (random.Next(30) != 0) continue;
            if (random.Next(2) == 0) c.Reopen();
            Holds(c.Store, committed);
            (a, b) = (new FakeStage(), new FakeStage());
            log = Restored(c.Store, a, b);
        }
    }

    [Fact]
    public void A_removal_whose_number_goes_to_another_label_outlives_the_merge()
    {
        using var c = new StoreCase("sqlite");
        var (a, b) = (new FakeStage(), new FakeStage());
        var log = Restored(c.Store, a, b);
        a.Set("old", "1");
        Commit();
        ((SqliteStore)c.Store).Apply();
        a.Forget("old");
        Commit();
        Commit(); // the number is free
        a.Set("new", "2");
        Commit();
        ((SqliteStore)c.Store).Apply();
        c.Reopen();
        Holds(c.Store, (new() { ["new"] = "2" }, []));

        void Commit()
        {
            var batch = new CommitBatch();
            log.Cut(batch);
            c.Store.Commit(batch);
            log.Committed();
        }
    }

    [Fact]
    public void A_unit_changed_six_hundred_times_is_written_once_and_a_record_confirmed_meanwhile_never()
    {
        using var c = new StoreCase("sqlite");
        var (a, b) = (new FakeStage(), new FakeStage());
        var log = Restored(c.Store, a, b);
        for (var i = 0; i < 600; i++)
        {
            a.Set("unit", $"value {i}");
            var batch = new CommitBatch();
            log.Cut(batch);
            batch.Records.Add((Central, 1, StoreCase.Records(1, i)));
            batch.Confirmed.Add((Central, i));
            c.Store.Commit(batch);
            log.Committed();
        }

        Assert.Equal(["id-599"], StoreCase.Read(c.Store, Central).Select(r => r.Id));
        StoreContractTests.Confirm(c.Store, Central, 600);
        ((SqliteStore)c.Store).Apply();
        using var database = new Database(Path.Combine(c.Directory, "edge-agent.db"), create: false);
        Assert.Equal((1, 0), (Count(database, "SELECT count(*) FROM state"u8),
            Count(database, "SELECT max(seq) FROM (SELECT 0 AS seq UNION SELECT count(*) FROM segment)"u8)));
        Holds(c.Store, (new() { ["unit"] = "value 599" }, []));
    }

    [Fact]
    public void A_commit_of_twenty_changes_writes_one_block()
    {
        using var c = new StoreCase("sqlite");
        var (a, b) = (new FakeStage(), new FakeStage());
        var log = Restored(c.Store, a, b);
        var before = Commits(c.Directory);
        var blocks = new List<int>();
        for (var i = 0; i < 60; i++)
        {
            for (var k = 0; k < 20; k++) a.Set($"unit-{k}", $"{new string('x', 200)}{i}");
            var batch = new CommitBatch();
            log.Cut(batch);
            c.Store.Commit(batch);
            log.Committed();
            var after = Commits(c.Directory);
            blocks.Add(Enumerable.Range(0, after.Length / 4096)
                .Count(n => !after.AsSpan(n * 4096, 4096).SequenceEqual(before.AsSpan(n * 4096, 4096))));
            before = after;
        }

        Assert.All(blocks.Skip(1), n => Assert.Equal(1, n));
    }

    [Fact]
    public void Flipped_bytes_in_waiting_commits_invent_nothing_and_are_set_aside()
    {
        using var temp = new TempDirectory();
        using var opened = SqliteStore.Open(StoreModelTests.Options(temp.Path));
        for (var i = 0; i < 30; i++) StoreContractTests.Put(opened, Central, 2, 2 * i, 300);
        const int End = 30 * 4096;
        var bytes = Commits(temp.Path);
        var random = new Random(5);
        var (damaged, all) = (0, 0);
        for (var run = 0; run < 200; run++)
        {
            using var one = new TempDirectory();
            StoreModelTests.CopyFiles(temp.Path, one.Path);
            var image = (byte[])bytes.Clone();
            var at = random.Next(End);
            image[at] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(one.File("edge-agent.db-commits"), image);
            var reports = new List<string>();
            using var store = SqliteStore.Open(StoreModelTests.Options(one.Path, report: reports.Add));
            var read = StoreCase.Read(store, Central);
            Assert.Equal(Enumerable.Range(0, read.Count).Select(n => $"id-{n}"), read.Select(r => r.Id));
            if (read.Count == 60) all++;
            if (reports.Count > 0) damaged++;
            else if (read.Count != 60) Assert.True(at >= End - 4096 && read.Count == 58, $"byte {at}: {read.Count}"); // like a torn one
        }

        Assert.True(damaged > 10 && all > 50, $"{damaged} set aside, {all} whole");
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("emptied")]
    [InlineData("another")]
    [InlineData("closed")]
    public void A_file_of_commits_that_is_gone_is_told_of(string what)
    {
        using var temp = new TempDirectory();
        using var copy = new TempDirectory();
        using (var store = SqliteStore.Open(StoreModelTests.Options(temp.Path)))
        {
            StoreContractTests.Put(store, Central, 5, 0);
            if (what == "closed") store.Dispose();
            StoreModelTests.CopyFiles(temp.Path, copy.Path);
        }

        var path = copy.File("edge-agent.db-commits");
        if (what is "deleted" or "closed") File.Delete(path);
        if (what == "emptied") File.WriteAllBytes(path, []);
        if (what == "another") File.WriteAllBytes(path, new byte[128 << 10]);
        var reports = new List<string>();
        using var again = SqliteStore.Open(StoreModelTests.Options(copy.Path, report: reports.Add));
        Assert.Equal(what is "deleted" or "emptied", reports.Any(r => r.StartsWith("The file of commits", StringComparison.Ordinal)));
        Assert.Equal(what == "closed" ? 5 : 0, StoreCase.Read(again, Central).Count);
        StoreContractTests.Put(again, Central, 1, 5);
        Assert.Contains("id-5", StoreCase.Read(again, Central).Select(r => r.Id));
    }

    // The record of a write that failed may lie there whole: it must neither count twice nor bring back what was deleted since.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_record_whose_sync_failed_goes_into_the_tables_and_counts_once(bool behindOthers)
    {
        using var temp = new TempDirectory();
        using var copy = new TempDirectory();
        using (var store = SqliteStore.Open(StoreModelTests.Options(temp.Path)))
        {
            StoreContractTests.Put(store, Central, 5, 0);
            if (!behindOthers) store.Apply();
            store.RecordSynced = static () => throw new IOException("the disk failed");
            StoreContractTests.Put(store, Central, 5, 5);
            store.RecordSynced = null;
            StoreContractTests.Put(store, Central, 5, 10);
            StoreModelTests.CopyFiles(temp.Path, copy.Path);
        }

        var reports = new List<string>();
        using var again = SqliteStore.Open(StoreModelTests.Options(copy.Path, report: reports.Add));
        Assert.Equal(Enumerable.Range(0, 15).Select(i => $"id-{i}"), StoreCase.Read(again, Central).Select(r => r.Id));
        Assert.Empty(reports);
    }

    [Fact]
    public void A_buffer_of_another_size_makes_another_file_once_nothing_waits()
    {
        using var temp = new TempDirectory();
        using var copy = new TempDirectory();
        using (var store = SqliteStore.Open(StoreModelTests.Options(temp.Path)))
        {
            StoreContractTests.Put(store, Central, 5, 0);
            StoreModelTests.CopyFiles(temp.Path, copy.Path);
        }

        foreach (var bytes in (long[])[256 << 10, 64 << 10, 0, 256 << 10])
        {
            using var store = SqliteStore.Open(StoreModelTests.Options(copy.Path) with { CommitsBytes = bytes });
            Assert.Equal(5, StoreCase.Read(store, Central).Count);
            StoreContractTests.Put(store, Central, 1, 5);
            StoreContractTests.Confirm(store, Central, store.Status()[0].Records + store.ConfirmedThrough(Central) - 5);
        }

        Assert.Equal(256 << 10, Commits(copy.Path).Length);
    }

    [Fact]
    public void An_older_format_is_upgraded_at_the_start()
    {
        using var temp = new TempDirectory();
        using (var store = SqliteStore.Open(StoreModelTests.Options(temp.Path))) StoreContractTests.Put(store, Central, 5, 0);
        using (var database = new Database(temp.File("edge-agent.db"), create: false))
            database.Execute("DROP TABLE mark; PRAGMA user_version=1");
        var reports = new List<string>();
        using (var store = SqliteStore.Open(StoreModelTests.Options(temp.Path, report: reports.Add)))
        {
            StoreContractTests.Put(store, Central, 1, 5);
            Assert.Equal(Enumerable.Range(0, 6).Select(i => $"id-{i}"), StoreCase.Read(store, Central).Select(r => r.Id));
        }

        Assert.Empty(reports);
    }

    [Fact]
    public void After_an_orderly_stop_a_program_of_the_older_format_goes_on_and_the_newer_one_after_it()
    {
        using var temp = new TempDirectory();
        using (var store = SqliteStore.Open(StoreModelTests.Options(temp.Path))) StoreContractTests.Put(store, Central, 5, 0);
        // The older program knows nothing of waiting commits; what was applied still lies there and counts no more.
        Assert.Contains(Commits(temp.Path), b => b != 0);
        using (var older = new Database(temp.File("edge-agent.db"), create: false))
        {
            Assert.Equal(Schema.TablesVersion, Count(older, "PRAGMA user_version"u8));
            older.KeepWalOnClose();
        }

        using (var store = SqliteStore.Open(StoreModelTests.Options(temp.Path)))
        {
            Assert.Equal(Schema.Version, Version(temp));
            StoreContractTests.Put(store, Central, 1, 5);
            Assert.Equal(Enumerable.Range(0, 6).Select(i => $"id-{i}"), StoreCase.Read(store, Central).Select(r => r.Id));
        }

        Assert.Equal(Schema.TablesVersion, Version(temp));
    }

    // A kill leaves waiting commits, and a program that would not read them must not go on.
    [Fact]
    public void While_it_runs_the_file_has_the_format_that_reads_all_of_it()
    {
        using var temp = new TempDirectory();
        using var store = SqliteStore.Open(StoreModelTests.Options(temp.Path));
        StoreContractTests.Put(store, Central, 5, 0);
        Assert.Equal(Schema.Version, Version(temp));
    }

    static byte[] Commits(string directory)
    {
        using var file = new FileStream(Path.Combine(directory, "edge-agent.db-commits"), FileMode.Open, FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    static long Version(TempDirectory temp)
    {
        using var database = new Database(temp.File("edge-agent.db"), create: false);
        database.KeepWalOnClose();
        return Count(database, "PRAGMA user_version"u8);
    }

    [Fact]
    public void A_commit_is_synced()
    {
        // What a copy of files cannot show: that the log is synced is SQLite's at synchronous=FULL (2), and only there.
        using var c = new StoreCase("sqlite");
        Assert.Equal(2, ((SqliteStore)c.Store).Synchronous);
    }

    static long Count(Database database, ReadOnlySpan<byte> sql)
    {
        using var statement = database.Prepare(sql);
        Assert.True(statement.Step());
        var value = statement.Long(0);
        statement.Reset();
        return value;
    }

    static StateLog Restored(IStore store, FakeStage a, FakeStage b)
    {
        var log = new StateLog([("a", a), ("b", b)]);
        Assert.Equal(0, log.Restore(store.LoadState(), (name, _, _) => Assert.Fail(name)).Malformed);
        return log;
    }

    static void Holds(IStore store, (Dictionary<string, string> A, Dictionary<string, string> B) expected)
    {
        var (a, b) = (new FakeStage(), new FakeStage());
        Restored(store, a, b);
        Assert.Equal(expected.A, a.Values);
        Assert.Equal(expected.B, b.Values);
    }
}
