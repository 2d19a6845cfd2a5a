using EdgeAgent.Fleet.Gateway;
using EdgeAgent.Fleet.Messages;
using EdgeAgent.Fleet.Rollback;
using Xunit;

namespace EdgeAgent.Tests.Fleet.Gateway;

/// <summary>The memory against roll-back within the record: whole or nothing, and the newer of two.</summary>
public sealed class FleetRecordFileTests
{
    [Fact]
    public void A_memory_is_whole_or_nothing()
    {
        var target = FleetKit.Target(10, FleetKit.Document());
        var memory = (AntiRollback.Empty with { RootVersion = 4, Vars = new(3, Digest.Of([1])) })
            .With(target, Digest.Of(target.ToPayload())).WithGood(FleetKit.Document(), Digest.Of(FleetKit.Document().ToPayload()));
        var bytes = new FleetRecordFile(17, new FleetRecord { Memory = memory }).ToBytes();
        var read = FleetRecordFile.TryRead(bytes)!;
        Assert.Equal(bytes, read.ToBytes());
        var again = read.Record.Memory;
        Assert.Equal((17, 4, memory.Vars, 1), (read.Generation, again.RootVersion, again.Vars, again.LastGood.Count));
        Assert.Equal("old-sequence", again.Check(target with { Sequence = 9 }, "").Word);
        for (var length = 0; length < bytes.Length; length++) Assert.Null(FleetRecordFile.TryRead(bytes.AsMemory(0, length)));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Null(FleetRecordFile.TryRead(bytes));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }

        var older = new FleetRecordFile(16, new FleetRecord());
        Assert.Equal(17, FleetRecordFile.Newer(older, read)!.Generation);
        Assert.Equal(16, FleetRecordFile.Newer(older, null)!.Generation);
        Assert.Null(FleetRecordFile.Newer(null, null));
    }
}
