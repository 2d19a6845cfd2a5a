using System.Text;
using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>A store of one kind over its own directory, and what tests put in and take out.</summary>
/// <remarks>"sqlite" writes commits to their file first, "tables" has no such file, "memory" is the twin.</remarks>
sealed class StoreCase(string kind, long maxSizeBytes = 64 << 20, OverflowPolicy onFull = OverflowPolicy.DropOldest) : IDisposable
{
    public static TheoryData<string> Kinds => ["sqlite", "tables", "memory"];

    readonly TempDirectory _directory = new();
    IStore? _store;

    public string Directory => _directory.Path;

    public List<string> Reports { get; } = [];

    public IStore Store => _store ??= kind == "memory"
        ? new MemoryStore(maxSizeBytes, onFull)
        : SqliteStore.Open(new StoreOptions
        {
            Clock = new SystemClock(), Directory = Directory, MaxSizeBytes = maxSizeBytes, OnFull = onFull, MachineId = "m",
            Report = Reports.Add, CommitsBytes = kind == "tables" ? 0 : Math.Min(SqliteStore.JournalBytes(maxSizeBytes), 1 << 20),
        });

    /// <summary>Closes and opens again; the twin in memory just goes on.</summary>
    public void Reopen()
    {
        if (kind == "memory") return;
        _store?.Dispose();
        _store = null;
    }

    public void Dispose()
    {
        _store?.Dispose();
        _directory.Dispose();
    }

    /// <summary>Records in the outbox's format, ids counting up from <paramref name="from"/>.</summary>
    public static ReadOnlyMemory<byte> Records(int count, int from = 0, int payloadBytes = 20)
    {
        var buffer = new LaneBuffer();
        for (var i = 0; i < count; i++)
            buffer.Append(RecordKind.Summary, from + i, "topic", "key", $"id-{from + i}", Payload(from + i, payloadBytes));
        return buffer.Bytes.ToArray();
    }

    public static byte[] Payload(int seed, int bytes)
    {
        var payload = new byte[bytes];
        new Random(seed).NextBytes(payload);
        return payload;
    }

    /// <summary>Ids of every unconfirmed record of a lane with its number, read segment by segment.</summary>
    public static List<(long Number, string Id)> Read(IStore store, Lane lane)
    {
        var all = new List<(long, string)>();
        var after = store.ConfirmedThrough(lane);
        while (store.TryRead(lane, after) is { } segment)
        {
            var reader = new RecordReader(segment.Bytes);
            var number = segment.FirstNumber;
            for (; reader.Read(); number++)
                if (number > after) all.Add((number, Encoding.UTF8.GetString(reader.Id)));
            Assert.Equal(segment.LastNumber + 1, number);
            Assert.False(reader.IsDamaged);
            Assert.True(segment.LastNumber > after);
            after = segment.LastNumber;
        }

        return all;
    }
}
