using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>Cuts the power at any moment: what was synced is there, of the rest any sectors,
/// and the store holds the commit before or the one under way, whole.</summary>
/// <remarks>
/// After each sync of the file of commits, each transaction and each checkpoint the files are copied; of the file of commits only what was
/// synced counts, whatever was written. An image is the first of two copies with some of the 512-byte sectors that the second has besides:
/// the oldest ones (in order) or any (reordered). A start on an image goes on, and its power is cut again.
/// EDGE_TEST_POWER_CUTS asks for so many images in all (<c>scripts/soak --power-cuts</c>).
/// </remarks>
public sealed class PowerCutTests
{
    const int Sector = 512;
    const int LeastImagesBetween = 2;
    const int Runs = 20;

    [Theory, MemberData(nameof(Seeds))]
    public void What_was_committed_is_there_whatever_the_power_took(int seed)
    {
        using var run = new PowerCutRun(seed);
        for (var step = 0; step < 60; step++) run.Step();
        Assert.NotEqual(0, run.GivenBack);
        var asked = int.TryParse(Environment.GetEnvironmentVariable("EDGE_TEST_POWER_CUTS"), out var all) ? all / Runs : 0;
        var images = Math.Max(LeastImagesBetween, asked / (run.Copies.Count - 1) + 1);
        var (cut, cutAgain) = (0, 0);
        using var copy = new TempDirectory();
        foreach (var (before, after) in run.Copies.Zip(run.Copies.Skip(1)))
            for (var i = 0; i < images; i++)
            {
                Write(copy, "edge-agent.db", Cut(before.Database, after.Database, run.Random));
                Write(copy, "edge-agent.db-wal", Cut(WithSyncedHeader(before.Log, after.Log), after.Log, run.Random));
                Write(copy, "edge-agent.db-commits", Cut(before.Commits, after.Written, run.Random));
                using var store = Open(copy, run.OnFull);
                var found = PowerCutRun.Contents(store);
                if (!found.SequenceEqual(after.Contents) && !found.SequenceEqual(after.UnderWay)) Assert.Equal(before.Contents, found);
                cut++;
                if (run.Random.Next(4) == 0 && TryGoOn(copy, store, found, run)) cutAgain++;
            }

        if (asked > 0)
            Console.WriteLine($"seed {seed}: {cut:#,0} images, {cutAgain:#,0} went on and were cut again, 0 wrong; "
                + $"{run.Copies.Count} syncs, space given back {run.GivenBack} times");
    }

    // What a first cut left behind the last record must not be taken for part of what is written over it.
    static bool TryGoOn(TempDirectory copy, SqliteStore store, List<string> found, PowerCutRun run)
    {
        var commits = File.ReadAllBytes(copy.File("edge-agent.db-commits"));
        var (database, log) = (Array.Empty<byte>(), Array.Empty<byte>());
        var isRecord = false;
        store.RecordSynced = () => isRecord = true;
        (database, log) = (Read(copy, "edge-agent.db"), Read(copy, "edge-agent.db-wal"));
        var batch = new CommitBatch { CutAtNs = 1 };
        batch.Progress.Add(("source-0", StoreCase.Payload(1, run.Random.Next(9000))));
        store.Commit(batch);
        if (!isRecord) return false; // it went into the tables, which is another test
        var written = Read(copy, "edge-agent.db-commits");
        var after = PowerCutRun.Contents(store);
        using var again = new TempDirectory();
        Write(again, "edge-agent.db", database);
        Write(again, "edge-agent.db-wal", log);
        Write(again, "edge-agent.db-commits", Cut(commits, written, run.Random));
        using var second = Open(again, run.OnFull);
        var read = PowerCutRun.Contents(second);
        if (!read.SequenceEqual(after)) Assert.Equal(found, read);
        return true;
    }

    static SqliteStore Open(TempDirectory copy, OverflowPolicy onFull)
    {
        File.Delete(copy.File("edge-agent.db-shm"));
        var reports = new List<string>();
        var store = SqliteStore.Open(StoreModelTests.Options(copy.Path, PowerCutRun.MaxBytes, onFull, reports.Add));
        Assert.True(reports.Count == 0, string.Join('\n', reports));
        return store;
    }

    static byte[] Read(TempDirectory directory, string name)
    {
        using var file = new FileStream(directory.File(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Runs)];

    // A log that begins anew has its header synced before its first frame (walFrames in wal.c): never new frames behind the old header.
    static byte[] WithSyncedHeader(byte[] before, byte[] after)
    {
        var length = Math.Min(WalIndex.HeaderBytes, Math.Min(before.Length, after.Length));
        return before.AsSpan(0, length).SequenceEqual(after.AsSpan(0, length)) ? before : [.. after[..length], .. before[length..]];
    }

    static void Write(TempDirectory directory, string name, byte[] bytes) => File.WriteAllBytes(directory.File(name), bytes);

    /// <summary>The first file with some of the sectors in which the second differs.</summary>
    static byte[] Cut(byte[] before, byte[] after, Random random)
    {
        List<int> changed = [];
        for (var at = 0; at < after.Length; at += Sector)
        {
            var length = Math.Min(Sector, after.Length - at);
            if (at + length > before.Length || !before.AsSpan(at, length).SequenceEqual(after.AsSpan(at, length))) changed.Add(at);
        }

        var isInOrder = random.Next(2) == 0;
        var kept = isInOrder ? changed[..random.Next(changed.Count + 1)] : changed.FindAll(_ => random.Next(2) == 0);
        if (kept.Count == 0 && before.Length <= after.Length) return before;
        // A file that became shorter may have its old length yet.
        var least = before.Length > after.Length && random.Next(2) == 0 ? before.Length : Math.Min(before.Length, after.Length);
        var image = new byte[Math.Max(least, kept.Count == 0 ? 0 : Math.Min(after.Length, kept[^1] + Sector))];
        before.AsSpan(0, Math.Min(before.Length, image.Length)).CopyTo(image);
        foreach (var at in kept)
            if (at < image.Length) after.AsSpan(at, Math.Min(Sector, Math.Min(after.Length, image.Length) - at)).CopyTo(image.AsSpan(at));
        return image;
    }
}
