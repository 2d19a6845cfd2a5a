using EdgeAgent.Clocks;
using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

public sealed class OutboxTableTests
{
    [Fact]
    public void A_commit_that_fails_uses_up_no_lane()
    {
        using var directory = new TempDirectory();
        using (SqliteStore.Open(new StoreOptions
        {
            Clock = new SystemClock(), Directory = directory.Path, MaxSizeBytes = 1 << 20, MachineId = "m",
        }))
        {
        }

        using var database = new Database(Path.Combine(directory.Path, "edge-agent.db"), create: false);
        var outbox = new OutboxTable(database, 1 << 20, OverflowPolicy.DropOldest);
        outbox.Load(database, []);
        var batch = new CommitBatch { CutAtNs = 1 };
        batch.Records.Add((new Lane("out", 0), 1, new byte[] { 1, 0, 0, 0, 7 }));
        // More failures than there are ids for lanes.
        for (var i = 0; i < 33_000; i++)
        {
            database.Execute("BEGIN");
            outbox.Write(batch, onlyConfirmed: false);
            database.Execute("ROLLBACK");
            outbox.Rollback();
        }

        database.Execute("BEGIN");
        outbox.Write(batch, onlyConfirmed: false);
        database.Execute("COMMIT");
        outbox.Publish();
        Assert.True(outbox.TryGet(new Lane("out", 0), out var id, out _));
        Assert.Equal(1, id);
    }
}
