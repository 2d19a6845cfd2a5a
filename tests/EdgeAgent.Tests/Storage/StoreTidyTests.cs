using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>Tidying never throws, whatever has become of the disk and the file since the commit; the next commit tells of it.</summary>
public sealed class StoreTidyTests
{
    static readonly Lane Central = new("central", 0);

    [Fact]
    public void A_full_disk()
    {
        using var temp = new TempDirectory();
        if (!DataDirectoryTests.Mounted(temp.Path, "size=6m")) return;
        try
        {
            using var store = SqliteStore.Open(new StoreOptions
            {
                Clock = new SystemClock(), Directory = temp.Path, OnFull = OverflowPolicy.Block,
            });
            for (var i = 1; i <= 10; i++)
            {
                FillWalAndTidy(store, i, () =>
                {
                    using var filler = new FileStream(temp.File("filler"), FileMode.Append);
                    try
                    {
                        while (true) filler.Write(new byte[4096]);
                    }
                    catch (IOException)
                    {
                        // Not a byte is left.
                    }
                });
                File.Delete(temp.File("filler"));
            }
        }
        finally
        {
            DataDirectoryTests.Unmount(temp.Path);
        }
    }

    [Theory]
    [InlineData("edge-agent.db")]
    [InlineData("edge-agent.db-wal")]
    public void A_file_overwritten_cut_or_deleted(string name)
    {
        foreach (var damage in (Action<string>[])[Overwrite, path => new FileInfo(path).Delete(), path => File.WriteAllText(path, "")])
        {
            using var c = new StoreCase("sqlite");
            FillWalAndTidy(c.Store, 1, () => damage(Path.Combine(c.Directory, name)));
        }
    }

    [Fact]
    public void A_directory_that_is_gone()
    {
        using var c = new StoreCase("sqlite");
        FillWalAndTidy(c.Store, 1, () => Directory.Delete(c.Directory, recursive: true));
        Directory.CreateDirectory(c.Directory);
    }

    [Fact]
    public void A_store_that_is_closed()
    {
        using var c = new StoreCase("sqlite");
        FillWalAndTidy(c.Store, 1, c.Store.Dispose);
    }

    // One commit that is larger than the WAL may stay: tidying has to move it into the database.
    static void FillWalAndTidy(IStore store, int round, Action damage)
    {
        var batch = new CommitBatch { CutAtNs = 1 };
        for (var i = 0; i < 5; i++) batch.Records.Add((Central, 6, StoreCase.Records(6, 1000 * round + 6 * i, 10_000)));
        batch.Confirmed.Add((Central, 30 * (round - 1)));
        store.Commit(batch);
        damage();
        store.Tidy();
    }

    static void Overwrite(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Write(StoreCase.Payload(1, (int)file.Length));
    }
}
