using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>Random work on the real store and its twin side by side, with reopens and with kills by copies of the files.</summary>
public sealed class StoreModelTests
{
    static readonly Lane[] Lanes = [new("central", 0), new("central", 5), new("local", 0)];

    public static TheoryData<int, OverflowPolicy> Runs => new()
    {
        { 1, OverflowPolicy.Block }, { 2, OverflowPolicy.Block }, { 3, OverflowPolicy.DropOldest }, { 4, OverflowPolicy.DropOldest },
        { 5, OverflowPolicy.DropNewest }, { 6, OverflowPolicy.DropNewest },
    };

    [Theory, MemberData(nameof(Runs))]
    public void The_store_equals_its_twin(int seed, OverflowPolicy onFull)
    {
        const long max = 1 << 20;
        var random = new Random(seed);
        using var c = new StoreCase("sqlite", max, onFull);
        using var copy = new TempDirectory();
        using var twin = new MemoryStore(max, onFull);
        var sequence = 0L;
        for (var step = 0; step < 250; step++)
        {
            var batch = Batch(random, twin, step, ref sequence);
            var (real, expected) = (c.Store.Commit(batch), twin.Commit(batch));
            Assert.Equal(expected.Dropped.OrderBy(d => d.Lane.ToString()), real.Dropped.OrderBy(d => d.Lane.ToString()));
            Assert.Equal(twin.IsFull, c.Store.IsFull);
            if (random.Next(4) == 0) c.Store.Tidy();
            if (random.Next(10) == 0) Compare(twin, c.Store);
            if (random.Next(20) == 0) c.Reopen();
            if (random.Next(10) != 0) continue;
            CopyFiles(c.Directory, copy.Path);
            using var killed = SqliteStore.Open(Options(copy.Path, max, onFull));
            Compare(twin, killed);
            Assert.Equal(c.Store.StoreId, killed.StoreId);
        }

        Assert.Empty(c.Reports);
    }

    [Fact]
    public void Every_torn_tail_of_the_log_gives_a_prefix_of_the_commits()
    {
        using var c = new StoreCase("tables");
        using var copy = new TempDirectory();
        var random = new Random(5);
        using var twin = new MemoryStore();
        var sequence = 0L;
        _ = c.Store;
        List<(long WalBytes, List<string> Contents)> commits = [(0, Contents(twin))];
        for (var step = 0; step < 6; step++)
        {
            var batch = Batch(random, twin, step, ref sequence, small: true);
            c.Store.Commit(batch);
            twin.Commit(batch);
            using var index = new WalIndex(Path.Combine(c.Directory, "edge-agent.db"));
            commits.Add((index.ValidBytes(), Contents(twin)));
        }

        CopyFiles(c.Directory, copy.Path);
        var wal = File.ReadAllBytes(copy.File("edge-agent.db-wal"));
        var database = File.ReadAllBytes(copy.File("edge-agent.db"));
        Assert.True(commits[^1].WalBytes <= wal.Length && commits.Zip(commits.Skip(1)).All(p => p.First.WalBytes < p.Second.WalBytes));
        List<long> cuts = [0, 1, 31, 32];
        for (long at = WalIndex.HeaderBytes; at < commits[^1].WalBytes; at += WalIndex.FrameBytes)
            cuts.AddRange([at + 1, at + 24, at + 25, at + 24 + 2048, at + WalIndex.FrameBytes - 1, at + WalIndex.FrameBytes]);
        foreach (var cut in cuts)
        {
            foreach (var garbage in (bool[])[false, true])
            {
                File.WriteAllBytes(copy.File("edge-agent.db"), database);
                var torn = wal[..(int)cut];
                if (garbage) torn = [.. torn, .. StoreCase.Payload((int)cut, 9000)];
                File.WriteAllBytes(copy.File("edge-agent.db-wal"), torn);
                File.Delete(copy.File("edge-agent.db-shm"));
                using var store = SqliteStore.Open(Options(copy.Path));
                var expected = commits.Last(k => k.WalBytes <= cut).Contents;
                Assert.Equal(expected, Contents(store));
            }
        }
    }

    internal const long CommitsBytes = 128 << 10;

    internal static StoreOptions Options(string directory, long max = 64 << 20, OverflowPolicy onFull = OverflowPolicy.DropOldest,
        Action<string>? report = null) =>
            new()
            {
                Clock = new SystemClock(), Directory = directory, MaxSizeBytes = max, OnFull = onFull, MachineId = "m", Report = report,
                BallastBytes = 64 << 10,
                CommitsBytes = CommitsBytes,
            };

    internal static void CopyFiles(string from, string to)
    {
        foreach (var name in (string[])["edge-agent.db", "edge-agent.db-wal", "edge-agent.db-commits"])
        {
            var source = Path.Combine(from, name);
            if (File.Exists(source)) File.Copy(source, Path.Combine(to, name), overwrite: true);
            else File.Delete(Path.Combine(to, name));
        }

        File.Delete(Path.Combine(to, "edge-agent.db-shm"));
    }

    internal static CommitBatch Batch(Random random, IStore twin, int step, ref long sequence, bool small = false)
    {
        var scale = small ? 60 : 1;
        var batch = new CommitBatch { CutAtNs = 1000 + step };
        for (var i = random.Next(3); i > 0; i--)
            batch.State.Add(
                new StateRow($"stage-{random.Next(3)}", sequence++, random.Next(3), StoreCase.Payload(step, random.Next(200_000 / scale))));
        if (random.Next(3) == 0)
            batch.DeleteState.Add(($"stage-{random.Next(4)}", random.Next(4) == 0 ? long.MaxValue : Math.Max(0, sequence - 10)));
        for (var i = random.Next(3); i > 0; i--)
            batch.Progress.Add(($"source-{random.Next(3)}", StoreCase.Payload(step, random.Next(12_000 / scale))));
        foreach (var lane in Lanes)
        {
            if (random.Next(3) == 0) continue;
            var count = random.Next(1, 60);
            batch.Records.Add((lane, count, StoreCase.Records(count, 1000 * step, random.Next(3000 / scale))));
        }

        foreach (var status in twin.Status())
        {
            var confirmed = twin.ConfirmedThrough(status.Lane);
            if (random.Next(3) == 0) batch.Confirmed.Add((status.Lane, confirmed + random.Next((int)status.Records + 1)));
            if (random.Next(8) == 0)
                batch.Rejected.Add(new RejectedRecord(status.Lane, confirmed + 1, "too large", new byte[random.Next(20_000 / scale)]));
        }

        return batch;
    }

    internal static void Compare(IStore expected, IStore real) => Assert.Equal(Contents(expected), Contents(real));

    /// <summary>Everything that can be read from a store, as lines.</summary>
    internal static List<string> Contents(IStore store)
    {
        var lines = new List<string>();
        foreach (var row in store.LoadState().OrderBy(r => r.Stage, StringComparer.Ordinal).ThenBy(r => r.Sequence))
            lines.Add($"state {row.Stage} {row.Sequence} {row.FormatVersion} {Convert.ToBase64String(row.Bytes.Span)}");
        for (var i = 0; i < 4; i++)
            if (store.LoadProgress($"source-{i}") is { } progress) lines.Add($"progress {i} {Convert.ToBase64String(progress)}");
        foreach (var status in store.Status().OrderBy(s => s.Lane.ToString(), StringComparer.Ordinal))
        {
            lines.Add($"{status} through {store.ConfirmedThrough(status.Lane)}");
            for (var after = 0L; store.TryRead(status.Lane, after) is { } s; after = s.LastNumber)
                lines.Add($"segment {s.Lane} {s.FirstNumber} {s.Count} {s.CommittedAtNs} {Convert.ToBase64String(s.Bytes)}");
        }

        return lines;
    }
}
