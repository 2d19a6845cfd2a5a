using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>The store on a real file system without space (a small tmpfs), and its size over a long run.</summary>
public sealed class StoreFullDiskTests
{
    static readonly Lane Central = new("central", 0);

    [Fact]
    public void A_full_disk_fails_commits_keeps_what_was_there_and_recovers_by_itself()
    {
        using var temp = new TempDirectory();
        if (!DataDirectoryTests.Mounted(temp.Path, "size=7m")) return;
        try
        {
            var reports = new List<string>();
            using var twin = new MemoryStore();
            using var store = SqliteStore.Open(Options(temp.Path, reports.Add));
            var filler = temp.File("filler");
            File.WriteAllBytes(filler, new byte[4 << 20]);

            var n = 0;
            StoreException? full = null;
            while (full is null && n < 1000) full = TryPut(store, twin, n++);
            Assert.Equal(StoreFailure.Full, full!.Failure);
            Assert.Contains("The ballast file was freed", Assert.Single(reports));
            Assert.False(File.Exists(temp.File("ballast")));
            StoreModelTests.Compare(twin, store);

            // Still nothing goes in, however often, and nothing of it is seen after a restart.
            for (var i = 0; i < 200; i++) Assert.Equal(StoreFailure.Full, TryPut(store, twin, 5000 + i)!.Failure);
            StoreModelTests.Compare(twin, store);

            // What was sent can be deleted one commit after the other, and its room is used for new records.
            for (var i = 0; i < 100; i++)
            {
                Confirm(store, twin, i + 1);
                StoreModelTests.Compare(twin, store);
            }

            Confirm(store, twin, 5 * (n - 1) - 20);
            Assert.Null(TryPut(store, twin, 6000));
            StoreModelTests.Compare(twin, store);

            // Space returns: the ballast comes back and the file grows again.
            File.Delete(filler);
            Assert.Null(TryPut(store, twin, 7000));
            Assert.True(File.Exists(temp.File("ballast")));
            Assert.Contains("space again", reports[^1]);
            for (var i = 0; i < 40; i++) Assert.Null(TryPut(store, twin, 8000 + i));
            StoreModelTests.Compare(twin, store);
            store.Dispose();
            using var reopened = SqliteStore.Open(Options(temp.Path));
            StoreModelTests.Compare(twin, reopened);
        }
        finally
        {
            DataDirectoryTests.Unmount(temp.Path);
        }
    }

    [Fact]
    public void On_a_full_disk_commits_go_into_the_tables_and_back_to_their_file_when_there_is_room()
    {
        using var temp = new TempDirectory();
        if (!DataDirectoryTests.Mounted(temp.Path, "size=9m")) return;
        try
        {
            var options = Options(temp.Path) with { CommitsBytes = 1 << 20 };
            using var twin = new MemoryStore();
            using (var store = SqliteStore.Open(options))
            {
                Assert.True(store.HasJournal);
                for (var n = 0; n < 20; n++) Assert.Null(TryPut(store, twin, n));
                FillUp(temp.File("filler"));
                var full = 0;
                for (var n = 20; n < 200; n++) full += TryPut(store, twin, n) is null ? 0 : 1;
                Assert.True(full > 0);
                StoreModelTests.Compare(twin, store);
                Confirm(store, twin, 20);
                StoreModelTests.Compare(twin, store);
            }

            using (var store = SqliteStore.Open(options)) StoreModelTests.Compare(twin, store);
            File.Delete(temp.File("filler"));
            using (var store = SqliteStore.Open(options))
            {
                Assert.Null(TryPut(store, twin, 1000));
                Assert.True(store.HasJournal);
                StoreModelTests.Compare(twin, store);
            }
        }
        finally
        {
            DataDirectoryTests.Unmount(temp.Path);
        }
    }

    [Fact]
    public void A_full_disk_with_confirmations_in_the_same_batch_makes_its_own_room()
    {
        using var temp = new TempDirectory();
        if (!DataDirectoryTests.Mounted(temp.Path, "size=4m")) return;
        try
        {
            using var twin = new MemoryStore();
            using var store = SqliteStore.Open(Options(temp.Path));
            var n = 0;
            while (TryPut(store, twin, n) is null) n++;
            var batch = new CommitBatch { CutAtNs = 1 };
            batch.Confirmed.Add((Central, 50));
            batch.Records.Add((Central, 5, StoreCase.Records(5, 1, 3000)));
            store.Commit(batch);
            twin.Commit(batch);
            StoreModelTests.Compare(twin, store);
        }
        finally
        {
            DataDirectoryTests.Unmount(temp.Path);
        }
    }

    [Fact]
    public void A_store_on_a_full_disk_still_opens_and_deletes()
    {
        using var temp = new TempDirectory();
        if (!DataDirectoryTests.Mounted(temp.Path, "size=4m")) return;
        try
        {
            using var twin = new MemoryStore();
            using (var store = SqliteStore.Open(Options(temp.Path)))
                for (var n = 0; n < 60; n++) Assert.Null(TryPut(store, twin, n));
            FillUp(temp.File("filler"));
            using (var store = SqliteStore.Open(Options(temp.Path)))
            {
                StoreModelTests.Compare(twin, store);
                Assert.False(File.Exists(temp.File("ballast")));
                for (var i = 0; i < 20; i++) Confirm(store, twin, 10 * i + 10);
                StoreModelTests.Compare(twin, store);
            }
        }
        finally
        {
            DataDirectoryTests.Unmount(temp.Path);
        }
    }

    [Theory]
    [InlineData(OverflowPolicy.DropOldest)]
    [InlineData(OverflowPolicy.DropNewest)]
    public void The_files_stay_bounded_over_many_times_the_bound(OverflowPolicy onFull)
    {
        const long max = 2 << 20;
        using var c = new StoreCase("sqlite", max, onFull);
        var (written, largestWal, largestFile) = (0L, 0L, 0L);
        var random = new Random(9);
        var state = 0L;
        for (var i = 0; written < 25 * max; i++)
        {
            var batch = new CommitBatch { CutAtNs = i };
            var count = random.Next(1, 40);
            var records = StoreCase.Records(count, i, random.Next(10, 2000));
            batch.Records.Add((Central, count, records));
            batch.State.Add(new StateRow("s", state, 1, StoreCase.Payload(i, random.Next(40_000))));
            batch.DeleteState.Add(("s", Math.Max(0, state++ - 5)));
            batch.Progress.Add(("plant", StoreCase.Payload(i, random.Next(12_000))));
            if (onFull == OverflowPolicy.DropNewest && i % 10 == 0) batch.Confirmed.Add((Central, c.Store.ConfirmedThrough(Central) + 150));
            c.Store.Commit(batch);
            if (i % 3 == 0) c.Store.Tidy();
            written += records.Length;
            largestWal = Math.Max(largestWal, new FileInfo(Path.Combine(c.Directory, "edge-agent.db-wal")).Length);
            largestFile = Math.Max(largestFile, new FileInfo(Path.Combine(c.Directory, "edge-agent.db")).Length);
        }

        Assert.InRange(largestWal, 1, 256 << 10);
        Assert.InRange(largestFile, max / 2, max * 3 / 2 + (1 << 20));
        Assert.True(c.Store.Status()[0].DroppedTotal > 0);
    }

    [Theory]
    [InlineData("tables")]
    [InlineData("sqlite")]
    public void The_log_holds_one_large_commit_and_shrinks_again(string kind)
    {
        using var c = new StoreCase(kind);
        var batch = new CommitBatch();
        for (var i = 0; i < 12; i++) batch.State.Add(new StateRow("s", i, 1, StoreCase.Payload(i, 256 << 10)));
        c.Store.Commit(batch);
        var wal = Path.Combine(c.Directory, "edge-agent.db-wal");
        Assert.InRange(new FileInfo(wal).Length, 3 << 20, 4 << 20);
        for (var i = 0; i < 3; i++)
        {
            StoreContractTests.Put(c.Store, Central, 1, i);
            if (kind == "sqlite") ((SqliteStore)c.Store).Apply(); // commits that are records do not touch the log
        }

        Assert.InRange(new FileInfo(wal).Length, 1, 256 << 10);
    }

    static StoreOptions Options(string directory, Action<string>? report = null) =>
        new() { Clock = new SystemClock(), Directory = directory, OnFull = OverflowPolicy.Block, Report = report };

    static StoreException? TryPut(IStore store, IStore twin, int i)
    {
        var batch = new CommitBatch { CutAtNs = i };
        batch.Records.Add((new Lane("local", 0), 1, StoreCase.Records(1, i)));
        batch.Records.Add((Central, 5, StoreCase.Records(5, i, 3000)));
        batch.Progress.Add(("source-1", StoreCase.Payload(i, 2000)));
        try
        {
            store.Commit(batch);
            twin.Commit(batch);
            return null;
        }
        catch (StoreException e)
        {
            return e;
        }
    }

    static void Confirm(IStore store, IStore twin, long through)
    {
        StoreContractTests.Confirm(store, Central, through);
        StoreContractTests.Confirm(twin, Central, through);
    }

    static void FillUp(string path)
    {
        using var stream = new FileStream(path, FileMode.Append);
        try
        {
            var block = new byte[4096];
            while (true)
            {
                stream.Write(block);
                stream.Flush();
            }
        }
        catch (IOException)
        {
            stream.SafeFileHandle.Dispose();
        }
    }
}
