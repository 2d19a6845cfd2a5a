using EdgeAgent.Clocks;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>Damaged files: set aside and reported, or read as far as they are sound; nothing invented,
/// nothing thrown but <see cref="StoreException"/>.</summary>
public sealed class StoreDamageTests
{
    static readonly Lane Central = new("central", 0);

    [Fact]
    public void Flipped_bytes_in_the_database_invent_nothing()
    {
        using var original = new TempDirectory();
        var truth = Fill(original.Path);
        var database = File.ReadAllBytes(original.File("edge-agent.db"));
        var random = new Random(17);
        var (setAside, sound) = (0, 0);
        for (var run = 0; run < 300; run++)
        {
            using var copy = new TempDirectory();
            var bytes = (byte[])database.Clone();
            var at = run < 120 ? run : random.Next(bytes.Length);
            for (var i = 0; i < 1 + run % 5 && at + i < bytes.Length; i++) bytes[at + i] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(copy.File("edge-agent.db"), bytes);
            if (UseAndReopen(copy.Path, truth)) setAside++;
            else sound++;
        }

        Assert.True(setAside > 100, $"{setAside} set aside, {sound} sound");
    }

    [Fact]
    public void A_truncated_zeroed_or_foreign_database_is_set_aside()
    {
        using var original = new TempDirectory();
        var truth = Fill(original.Path);
        var database = File.ReadAllBytes(original.File("edge-agent.db"));
        foreach (var bytes in (byte[][])[database[..100], database[..4096], database[..(database.Length / 2)], database[..^4096],
            [.. new byte[100], .. database[100..]], [.. new byte[4096], .. database[4096..]], new byte[8192],
            "not a database at all, just some text"u8.ToArray()])
        {
            using var copy = new TempDirectory();
            File.WriteAllBytes(copy.File("edge-agent.db"), bytes);
            Assert.True(UseAndReopen(copy.Path, truth));
        }
    }

    [Fact]
    public void Flipped_bytes_in_the_log_give_a_prefix()
    {
        using var c = new StoreCase("tables");
        using var copy = new TempDirectory();
        var truth = new Dictionary<long, string>();
        for (var i = 0; i < 8; i++)
        {
            StoreContractTests.Put(c.Store, Central, 5, 5 * i, 300);
            for (var k = 0; k < 5; k++) truth[5 * i + k + 1] = $"id-{5 * i + k}";
        }

        StoreModelTests.CopyFiles(c.Directory, copy.Path);
        var (database, wal) = (File.ReadAllBytes(copy.File("edge-agent.db")), File.ReadAllBytes(copy.File("edge-agent.db-wal")));
        var random = new Random(23);
        for (var run = 0; run < 300; run++)
        {
            using var damaged = new TempDirectory();
            var bytes = (byte[])wal.Clone();
            bytes[run < 60 ? run : random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(damaged.File("edge-agent.db"), database);
            File.WriteAllBytes(damaged.File("edge-agent.db-wal"), bytes);
            using var store = SqliteStore.Open(StoreModelTests.Options(damaged.Path));
            var read = StoreCase.Read(store, Central);
            Assert.Equal(0, read.Count % 5);
            Assert.Equal(Enumerable.Range(1, read.Count).Select(n => ((long)n, truth[n])), read);
        }
    }

    [Fact]
    public void A_log_without_its_database_is_damage()
    {
        using var c = new StoreCase("sqlite");
        using var copy = new TempDirectory();
        StoreContractTests.Put(c.Store, Central, 5, 0);
        StoreModelTests.CopyFiles(c.Directory, copy.Path);
        File.WriteAllBytes(copy.File("edge-agent.db"), []);
        var reports = new List<string>();
        using var store = SqliteStore.Open(StoreModelTests.Options(copy.Path, report: reports.Add));
        Assert.Contains("has no database", reports[0]);
        Assert.Single(Directory.GetFiles(copy.Path, "edge-agent.db.damaged-*-wal"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("deleted")]
    [InlineData("emptied")]
    [InlineData("closed")]
    public void A_log_that_is_gone_or_emptied_is_told_of(string what)
    {
        using var c = new StoreCase("sqlite");
        using var copy = new TempDirectory();
        StoreContractTests.Put(c.Store, Central, 5, 0);
        if (what == "closed") c.Store.Dispose();
        foreach (var file in Directory.GetFiles(c.Directory, "edge-agent.db*")) File.Copy(file, copy.File(Path.GetFileName(file)));
        if (what == "deleted") File.Delete(copy.File("edge-agent.db-wal"));
        if (what == "emptied") File.WriteAllBytes(copy.File("edge-agent.db-wal"), []);
        var reports = new List<string>();
        SqliteStore.Open(StoreModelTests.Options(copy.Path, report: reports.Add)).Dispose();
        Assert.Equal(what is "deleted" or "emptied", reports.Any(r => r.StartsWith("The write-ahead log", StringComparison.Ordinal)));
    }

    [Fact]
    public void One_damaged_place_of_thousands_of_segments_costs_its_own_rows_only()
    {
        using var original = new TempDirectory();
        using (var store = SqliteStore.Open(StoreModelTests.Options(original.Path)))
        {
            for (var i = 0; i < 1500; i++)
            {
                var batch = new CommitBatch { CutAtNs = i };
                if (i < 200) batch.State.Add(new StateRow("s", i, 1, StoreCase.Payload(i, 300)));
                if (i == 700) batch.Progress.Add(("plant", StoreCase.Payload(7, 600)));
                batch.Records.Add((Central, 1, StoreCase.Records(1, i, 40)));
                store.Commit(batch);
            }

            StoreContractTests.Confirm(store, Central, 500);
            EarlierLife.Write(original.Path, store, new FakeClock().Now.Wall);
        }

        var database = File.ReadAllBytes(original.File("edge-agent.db"));
        var random = new Random(29);
        var (salvaged, whole) = (0, 0);
        for (var run = 0; run < 80; run++)
        {
            using var copy = new TempDirectory();
            File.Copy(original.File("earlier-life"), copy.File("earlier-life"));
            var bytes = (byte[])database.Clone();
            // The header, the roots of all tables, then anywhere.
            var at = run < 16 ? run / 2 * 4096 + random.Next(8) : random.Next(bytes.Length);
            bytes[at] ^= (byte)random.Next(1, 256);
            File.WriteAllBytes(copy.File("edge-agent.db"), bytes);
            var (ids, states, progress, result) = ReadAll(copy.Path);
            Assert.True(ids.Count > 1000 - 60, $"byte {at}: {ids.Count} of 1000 records; {result}");
            Assert.True(states > 200 - 20, $"byte {at}: {states} of 200 rows; {result}");
            Assert.Equal(ids.Distinct().Order(), ids);
            Assert.InRange(ids[0], 500, 600);
            if (result is null) continue;
            salvaged++;
            if (ids.Count == 1000 && states == 200 && progress) whole++;
            else
                Assert.True(result.LostRecords + result.LostSegments + result.LostStateRows + result.LostSources + result.Unreadable > 0,
                    $"byte {at}: {result}");
            if (result.LostRecords > 0) Assert.Equal(1000 - ids.Count, result.LostRecords);
        }

        Assert.True(salvaged > 30 && whole > 2, $"{salvaged} salvaged, {whole} of them without loss");
    }

    [Fact]
    public void A_log_that_was_not_moved_into_the_database_counts()
    {
        using var c = new StoreCase("sqlite");
        using var copy = new TempDirectory();
        StoreContractTests.Put(c.Store, Central, 5, 0);
        StoreContractTests.Put(c.Store, Central, 5, 5);
        StoreModelTests.CopyFiles(c.Directory, copy.Path);
        using var store =
            SqliteStore.Open(new StoreOptions
            {
                Clock = new SystemClock(), Directory = Directory.CreateDirectory(copy.File("fresh")).FullName, MachineId = "m",
            });
        var result = store.TakeOver(copy.File("edge-agent.db"));
        Assert.Equal((10, 0, 0), (result.Records, result.LostRecords, result.Unreadable));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"id-{i}"), StoreCase.Read(store, Central).Select(r => r.Id));
        Assert.True(store.ConfirmedThrough(Central) >= 10, "numbers go on above the old ones");
    }

    /// <summary>Ids of all records, whole state rows and whether there is progress, after a start that may have to salvage.</summary>
    static (List<int> Ids, int States, bool Progress, SalvageResult? Result) ReadAll(string directory)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var store = SqliteStore.Open(StoreModelTests.Options(directory));
                var ids = StoreCase.Read(store, Central)
                    .Select(r => int.Parse(r.Id[3..], System.Globalization.CultureInfo.InvariantCulture))
                    .ToList();
                var states = 0;
                foreach (var row in store.LoadState())
                {
                    Assert.Equal(StoreCase.Payload((int)row.Sequence, 300), row.Bytes.ToArray());
                    states++;
                }

                return (ids, states, store.LoadProgress("plant") is not null, store.Salvaged);
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Damaged && attempt < 2)
            {
                // Found while reading: the next start takes over what is whole.
            }
        }
    }

    [Fact]
    public void A_database_of_a_newer_format_is_kept_aside()
    {
        using var temp = new TempDirectory();
        Fill(temp.Path);
        using (var database = new Database(temp.File("edge-agent.db"), create: false)) database.Execute("PRAGMA user_version=7");
        var reports = new List<string>();
        using (var store = SqliteStore.Open(StoreModelTests.Options(temp.Path, report: reports.Add))) Assert.Empty(store.Status());
        Assert.Single(reports, r => r.Contains("has format 7; this program knows 3", StringComparison.Ordinal));
        Assert.Equal(1, SetAside(temp.Path));
        Assert.Single(Directory.GetFiles(temp.Path, "edge-agent.db.format-7-*-commits"));
    }

    [Fact]
    public void Only_the_newest_damaged_files_are_kept()
    {
        using var temp = new TempDirectory();
        for (var i = 0; i < 5; i++)
        {
            File.WriteAllText(temp.File("edge-agent.db"), "rubbish that is no database");
            SqliteStore.Open(StoreModelTests.Options(temp.Path)).Dispose();
            Assert.True(File.Exists(temp.File("edge-agent.db")));
        }

        Assert.Equal(DatabaseFiles.Kept, SetAside(temp.Path));
        Assert.Equal(DatabaseFiles.Kept, Directory.GetFiles(temp.Path, "edge-agent.db.damaged-*-commits").Length);
    }

    [Fact]
    public void The_store_id_follows_the_machine_and_the_database()
    {
        using var temp = new TempDirectory();
        string Id(string machine)
        {
            using var store = SqliteStore.Open(new StoreOptions { Clock = new SystemClock(), Directory = temp.Path, MachineId = machine });
            return store.StoreId;
        }

        var first = Id("a");
        Assert.Equal(first, Id("a"));
        var other = Id("b");
        Assert.NotEqual(first, other);
        Assert.Equal(other, Id("b"));
        File.Delete(temp.File("edge-agent.db"));
        Assert.NotEqual(other, Id("b"));
        Assert.Matches("^[0-9a-f]{32}$", MachineId.Hash());
        Assert.Equal(MachineId.Hash(), MachineId.Hash());
    }

    [Fact]
    public void Files_are_for_their_owner_only()
    {
        using var c = new StoreCase("sqlite");
        StoreContractTests.Put(c.Store, Central, 5, 0);
        foreach (var file in Directory.GetFiles(c.Directory))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(6, Directory.GetFiles(c.Directory).Length);
    }

    static int SetAside(string directory) => Directory.GetFiles(directory).Count(f => f.Contains(".db.", StringComparison.Ordinal)
        && !f.EndsWith("-wal", StringComparison.Ordinal) && !f.EndsWith("-commits", StringComparison.Ordinal));

    /// <summary>A checkpointed database with state, progress and records; gives id by number.</summary>
    static Dictionary<long, string> Fill(string directory)
    {
        var truth = new Dictionary<long, string>();
        using var store = SqliteStore.Open(StoreModelTests.Options(directory));
        for (var i = 0; i < 10; i++)
        {
            var batch = new CommitBatch { CutAtNs = i };
            batch.State.Add(new StateRow("s", i, 1, StoreCase.Payload(i, 3000)));
            batch.Progress.Add(("plant", StoreCase.Payload(i, 6000)));
            batch.Records.Add((Central, 20, StoreCase.Records(20, 20 * i, 200)));
            store.Commit(batch);
            for (var k = 0; k < 20; k++) truth[20 * i + k + 1] = $"id-{20 * i + k}";
        }

        return truth;
    }

    /// <summary>Opens, reads all, commits, reads again; true when the file was set aside at some point.</summary>
    static bool UseAndReopen(string directory, Dictionary<long, string> truth)
    {
        var reports = new List<string>();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            try
            {
                using var store = SqliteStore.Open(StoreModelTests.Options(directory, report: reports.Add));
                foreach (var row in store.LoadState()) Assert.Equal(StoreCase.Payload((int)row.Sequence, 3000), row.Bytes.ToArray());
                if (store.LoadProgress("plant") is { } progress) Assert.Equal(StoreCase.Payload(9, 6000), progress);
                var read = StoreCase.Read(store, Central);
                foreach (var (number, id) in read)
                    if (number <= truth.Count && reports.Count == 0) Assert.Equal(truth[number], id);
                Assert.Equal(read.Count, read.DistinctBy(r => r.Id).Count());
                Assert.All(read, r => Assert.True(r.Id == "id-9999" || truth.ContainsValue(r.Id), r.Id));
                StoreContractTests.Put(store, Central, 1, 9999);
                StoreContractTests.Confirm(store, Central, 1000);
                Assert.Empty(StoreCase.Read(store, Central));
            }
            catch (StoreException e)
            {
                Assert.Equal(StoreFailure.Damaged, e.Failure);
                continue;
            }

            using var again = SqliteStore.Open(StoreModelTests.Options(directory, report: reports.Add));
            StoreContractTests.Put(again, Central, 1, 7777);
            Assert.Equal("id-7777", Assert.Single(StoreCase.Read(again, Central)).Id);
            Assert.Equal(reports.Count(r => r.Contains("was set aside", StringComparison.Ordinal)), SetAside(directory));
            return reports.Count > 0;
        }

        Assert.Fail("the store needs a hand to start: " + string.Join('\n', reports));
        return true;
    }
}
