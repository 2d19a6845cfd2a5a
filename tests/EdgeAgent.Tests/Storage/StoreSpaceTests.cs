using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>What an outage took of the disk is given back when its records have gone; what is left is whole.</summary>
public sealed class StoreSpaceTests : IDisposable
{
    static readonly Lane Central = new("central", 0);
    static readonly Lane Panel = new("panel", 1);
    readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void After_a_drain_the_file_is_small_again_and_holds_what_it_held()
    {
        string[] contents;
        using (var store = Open())
        {
            Fill(store);
            Assert.InRange(Length, 4 << 20, long.MaxValue);
            Assert.False(store.GiveSpaceBack()); // all of it is in use
            Confirm(store, Central, 500);
            contents = [.. StoreModelTests.Contents(store)];
            Assert.InRange(store.Space.FreeBytes, 3 << 20, long.MaxValue);
            Assert.True(store.GiveSpaceBack());
            Assert.InRange(Length, 1, 256 << 10);
            Assert.Equal(Length, store.Space.Bytes);
            Assert.Equal(contents, StoreModelTests.Contents(store));
            Assert.False(store.GiveSpaceBack());
            Confirm(store, Panel, 1); // and it goes on
        }

        using var again = Open();
        Assert.Equal(2, again.ConfirmedThrough(Panel) + again.Status().Single(lane => lane.Lane == Panel).Records);
        Assert.Equal(500, again.ConfirmedThrough(Central));
    }

    [Fact]
    public void A_reader_beside_it_only_puts_it_off()
    {
        using var store = Open();
        Fill(store);
        Confirm(store, Central, 500);
        using (var database = new Database(_directory.File("edge-agent.db"), create: false))
        {
            database.KeepWalOnClose();
            using var rows = database.Prepare("SELECT key FROM segment"u8);
            Assert.True(rows.Step());
            store.GiveSpaceBack();
            rows.Reset();
        }

        Confirm(store, Panel, 1);
        store.Apply();
        store.GiveSpaceBack();
        store.Dispose();
        Assert.InRange(Length, 1, 256 << 10);
    }

    [Fact]
    public void Where_much_is_left_the_file_stays_as_it_is()
    {
        using var store = Open();
        Fill(store);
        Confirm(store, Central, 200); // three of five are left
        var before = Length;
        Assert.False(store.GiveSpaceBack());
        Assert.Equal(before, Length);
    }

    [Fact]
    public void Dropped_by_hand_it_counts_as_dropped()
    {
        using (var store = Open())
        {
            Fill(store);
            Assert.Equal(500, store.DropWaiting("central"));
            Assert.Equal(0, store.DropWaiting("central"));
        }

        using var again = Open();
        Assert.Equal([(Central, 0L, 500L), (Panel, 2L, 0L)],
            again.Status().OrderBy(lane => lane.Lane.Priority).Select(lane => (lane.Lane, lane.Records, lane.DroppedTotal)));
        var batch = new CommitBatch { CutAtNs = 2 };
        batch.Records.Add((Central, 1, StoreCase.Records(1)));
        again.Commit(batch);
        Assert.Equal([(501, "id-0")], StoreCase.Read(again, Central)); // numbers go on
    }

    long Length => new FileInfo(_directory.File("edge-agent.db")).Length;

    SqliteStore Open() => SqliteStore.Open(StoreModelTests.Options(_directory.Path) with { GiveBackBytes = 1 << 20 });

    static void Fill(SqliteStore store)
    {
        for (var i = 0; i < 10; i++)
        {
            var batch = new CommitBatch { CutAtNs = 1 };
            batch.Records.Add((Central, 50, StoreCase.Records(50, 50 * i, 10_000)));
            if (i == 0)
            {
                batch.Records.Add((Panel, 2, StoreCase.Records(2)));
                batch.Progress.Add(("source", StoreCase.Payload(1, 3000)));
            }

            store.Commit(batch);
        }

        store.Tidy();
    }

    static void Confirm(SqliteStore store, Lane lane, long through)
    {
        var batch = new CommitBatch { CutAtNs = 1 };
        batch.Confirmed.Add((lane, through));
        store.Commit(batch);
        store.Apply();
    }
}
