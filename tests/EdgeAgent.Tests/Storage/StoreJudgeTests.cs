using EdgeAgent.Core.State;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>A judge who keeps his own books: whatever was killed, failed or begun anew, each record is there once with its number, and each
/// label has its last value.</summary>
public sealed class StoreJudgeTests
{
    static readonly Lane Central = new("central", 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void What_was_committed_is_there_once_after_kills_failed_syncs_restarts_and_new_readers(int seed)
    {
        using var life = new Life(seed);
        for (var step = 0; step < 500; step++) life.Step();
        life.Judge();
        life.Restart();
        life.Judge();
    }

    // A write that ends in the wrong place, or twice: blocks are whole, and yet not the ones that belong there.
    [Theory]
    [InlineData("swapped")]
    [InlineData("repeated")]
    [InlineData("skipped")]
    public void A_record_in_the_place_of_another_is_damage(string what)
    {
        using var temp = new TempDirectory();
        using var copy = new TempDirectory();
        using var store = SqliteStore.Open(StoreModelTests.Options(temp.Path));
        for (var i = 0; i < 20; i++) StoreContractTests.Put(store, Central, 1, i, 300);
        StoreModelTests.CopyFiles(temp.Path, copy.Path);
        var path = copy.File("edge-agent.db-commits");
        var bytes = File.ReadAllBytes(path);
        var (a, b) = (bytes[(10 * 4096)..(11 * 4096)], bytes[(11 * 4096)..(12 * 4096)]);
        if (what == "swapped") a.CopyTo(bytes, 11 * 4096);
        if (what is "swapped" or "skipped") b.CopyTo(bytes, 10 * 4096);
        if (what == "repeated") a.CopyTo(bytes, 11 * 4096);
        File.WriteAllBytes(path, bytes);
        var reports = new List<string>();
        using var again = SqliteStore.Open(StoreModelTests.Options(copy.Path, report: reports.Add));
        Assert.Contains(reports, report => report.Contains("pending commit", StringComparison.Ordinal));
        var whole = what == "repeated" ? 11 : 10;
        Assert.Equal(Enumerable.Range(0, whole).Select(i => $"id-{i}"), StoreCase.Read(again, Central).Select(r => r.Id));
    }

    // The record under way lies whole although its sync failed, and its batch went into the tables.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_record_whose_sync_failed_counts_once_whenever_the_power_goes(bool behindOthers)
    {
        using var temp = new TempDirectory();
        using var store = SqliteStore.Open(StoreModelTests.Options(temp.Path));
        StoreContractTests.Put(store, Central, 5, 0);
        if (!behindOthers) store.Apply();
        store.RecordSynced = static () => throw new IOException("the disk failed");
        StoreContractTests.Put(store, Central, 5, 5);
        store.RecordSynced = null;
        for (var puts = 0; puts < 4; puts++)
        {
            using var copy = new TempDirectory();
            StoreModelTests.CopyFiles(temp.Path, copy.Path);
            using var again = SqliteStore.Open(StoreModelTests.Options(copy.Path));
            Assert.Equal(Enumerable.Range(0, 10 + 5 * puts).Select(i => $"id-{i}"), StoreCase.Read(again, Central).Select(r => r.Id));
            StoreContractTests.Put(store, Central, 5, 10 + 5 * puts);
        }
    }

    // Neither the record nor the tables took the batch, the files are opened again, and the batch is given once more.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_that_failed_everywhere_counts_once_when_it_is_given_again(bool behindOthers)
    {
        using var temp = new TempDirectory();
        using var copy = new TempDirectory();
        using var store = SqliteStore.Open(StoreModelTests.Options(temp.Path));
        StoreContractTests.Put(store, Central, 5, 0);
        if (!behindOthers) store.Apply();
        store.RecordSynced = static () => throw new IOException("the disk failed");
        using (var other = new Database(temp.File("edge-agent.db"), create: false))
        {
            other.KeepWalOnClose();
            other.Execute("BEGIN IMMEDIATE");
            var error = Assert.Throws<StoreException>(() => StoreContractTests.Put(store, Central, 5, 5));
            Assert.Equal(StoreFailure.Io, error.Failure);
            other.Execute("ROLLBACK");
        }

        store.RecordSynced = null;
        StoreContractTests.Put(store, Central, 5, 5);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"id-{i}"), StoreCase.Read(store, Central).Select(r => r.Id));
        StoreModelTests.CopyFiles(temp.Path, copy.Path);
        using var again = SqliteStore.Open(StoreModelTests.Options(copy.Path));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"id-{i}"), StoreCase.Read(again, Central).Select(r => r.Id));
    }

    [Fact]
    public void Entries_of_deleted_rows_do_not_come_back()
    {
        using var c = new StoreCase("sqlite");
        Put(1, 1, 2);
        Put(2, 2, 3);
        Put(3, 1);
        var batch = new CommitBatch();
        batch.DeleteState.Add(("s", 3));
        c.Store.Commit(batch);
        Assert.Equal([3], Sequences());
        ((SqliteStore)c.Store).Apply();
        Assert.Equal([3], Sequences());
        c.Reopen();
        Assert.Equal([3], Sequences());

        void Put(long sequence, params int[] keys)
        {
            var row = new StateWriter();
            foreach (var key in keys) row.Blob(StoreCase.Payload(key, 20));
            var one = new CommitBatch();
            one.State.Add(new StateRow("s", sequence, 1, row.Bytes.ToArray()) { Keys = keys });
            c.Store.Commit(one);
        }

        List<long> Sequences() => [.. c.Store.LoadState().Select(row => row.Sequence)];
    }

    // A process that was killed leaves in memory of the system what never came to the disk; the next one reads it and acts on it.
    [Fact]
    public void What_a_start_reads_is_synced_and_in_the_tables_before_anybody_acts_on_it()
    {
        using var temp = new TempDirectory();
        using var copy = new TempDirectory();
        using (var store = SqliteStore.Open(StoreModelTests.Options(temp.Path)))
        {
            StoreContractTests.Put(store, Central, 5, 0);
            StoreModelTests.CopyFiles(temp.Path, copy.Path);
        }

        var synced = new List<string?>();
        var options = StoreModelTests.Options(copy.Path) with { FileSynced = path => synced.Add(Path.GetFileName(path)) };
        using var again = SqliteStore.Open(options);
        Assert.Equal(["edge-agent.db", "edge-agent.db-wal", "edge-agent.db-commits"], synced);
        File.WriteAllBytes(copy.File("edge-agent.db-commits"), new byte[StoreModelTests.CommitsBytes]);
        Assert.Equal(5, StoreCase.Read(again, Central).Count);
        using var later = new TempDirectory();
        StoreModelTests.CopyFiles(copy.Path, later.Path);
        using var third = SqliteStore.Open(StoreModelTests.Options(later.Path));
        Assert.Equal(5, StoreCase.Read(third, Central).Count);
    }

    /// <summary>One agent over many processes, and the books of the judge.</summary>
    sealed class Life : IDisposable
    {
        readonly Random _random;
        readonly SortedDictionary<long, string> _waiting = [];
        TempDirectory _directory = new();
        SqliteStore _store;
        FakeStage _stage = new();
        StateLog _log;
        Dictionary<string, string> _values = [];
        byte[]? _progress;
        long _next = 1;

        public Life(int seed)
        {
            _random = new Random(seed);
            _store = Open();
            _log = Restore();
        }

        public void Step()
        {
            for (var i = _random.Next(12); i > 0; i--)
            {
                var label = $"label-{_random.Next(_random.Next(2) == 0 ? 6 : 40)}";
                if (_random.Next(3) == 0) _stage.Forget(label);
                else _stage.Set(label, new string((char)('a' + _random.Next(26)), _random.Next(60)));
            }

            Commit();
            var progress = _store.LoadProgress("plant");
            Assert.Equal(_progress, progress);
            switch (_random.Next(24))
            {
                case 0 or 1 or 2:
                    Kill();
                    break;
                case 3:
                    Kill();
                    Kill();
                    break;
                case 4 or 5:
                    Restart();
                    break;
                case 6 or 7:
                    _store.Apply();
                    break;
                case 8 or 9:
                    _log = Restore();
                    break;
                case 10 or 11:
                    Judge();
                    break;
            }
        }

        /// <summary>Reads all there is and compares it with the books.</summary>
        public void Judge()
        {
            Assert.Equal(_waiting.Select(r => (r.Key, r.Value)), StoreCase.Read(_store, Central));
            _log = Restore();
            Assert.Equal(_values, _stage.Values);
        }

        /// <summary>An orderly stop and a start.</summary>
        public void Restart()
        {
            _store.Dispose();
            _store = Open();
            _log = Restore();
        }

        public void Dispose()
        {
            _store.Dispose();
            _directory.Dispose();
        }

        void Commit()
        {
            var batch = new CommitBatch { CutAtNs = _next };
            _log.Cut(batch);
            if (_random.Next(3) == 0) batch.Progress.Add(("plant", _progress = StoreCase.Payload((int)_next, _random.Next(600))));
            var last = _store.ConfirmedThrough(Central);
            if (_waiting.Count > 0 && _random.Next(3) == 0)
                batch.Confirmed.Add((Central, last = _waiting.Keys.ElementAt(_random.Next(_waiting.Count))));
            var count = _random.Next(5);
            if (count > 0) batch.Records.Add((Central, count, StoreCase.Records(count, (int)_next, _random.Next(400))));
            _store.RecordSynced = _random.Next(8) == 0 ? static () => throw new IOException("the disk failed") : null;
            _store.Commit(batch);
            _log.Committed();
            _values = _stage.Values;
            foreach (var number in _waiting.Keys.Where(number => number <= last).ToList()) _waiting.Remove(number);
            for (var i = 0; i < count; i++, _next++) _waiting.Add(_next, $"id-{_next}");
        }

        // The files as they are, under a new process.
        void Kill()
        {
            var copy = new TempDirectory();
            StoreModelTests.CopyFiles(_directory.Path, copy.Path);
            Dispose();
            _directory = copy;
            _store = Open();
            _log = Restore();
        }

        SqliteStore Open() => SqliteStore.Open(StoreModelTests.Options(_directory.Path, report: report => Assert.Fail(report)));

        StateLog Restore()
        {
            _stage = new FakeStage();
            var log = new StateLog([("fake", _stage)]);
            Assert.Equal(0, log.Restore(_store.LoadState(), (name, _, _) => Assert.Fail(name)).Malformed);
            return log;
        }
    }
}
