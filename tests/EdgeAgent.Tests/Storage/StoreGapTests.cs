using System.Globalization;
using System.Text;
using EdgeAgent.Core.Records;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>Numbers of a lane have no gap: a record that is due and cannot be found is damage, told of and counted.</summary>
public sealed class StoreGapTests
{
    const int Stored = 900, Confirmed = 300, Rows = 200, PageBytes = 4096;

    static readonly Lane Central = new("central", 0);

    /// <summary>One byte of any page differs, most of all in pages that lead to others: read or drained, each record
    /// arrives or is counted, and a start without a word has all.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_flipped_byte_of_any_page_loses_nothing_in_silence(int seed)
    {
        using var original = new TempDirectory();
        Fill(original.Path);
        var database = File.ReadAllBytes(original.File("edge-agent.db"));
        var random = new Random(seed);
        for (var at = 0; at < database.Length; at += PageBytes)
        {
            var isInterior = database[at + (at == 0 ? 100 : 0)] == 5;
            for (var run = 0; run < (isInterior ? 16 : 2); run++)
            {
                var cells = 12 + 2 * (database[at + 4] + (database[at + 3] << 8 & 0xFF00));
                var offset = random.Next(3) switch
                {
                    0 => random.Next(12),
                    1 when isInterior => random.Next(Math.Min(cells, PageBytes)),
                    // Cells of an interior page lie at its end.
                    2 when isInterior => PageBytes - 1 - random.Next(6 * cells / 2) % PageBytes,
                    _ => random.Next(PageBytes),
                };
                var bytes = (byte[])database.Clone();
                bytes[at + offset] ^= (byte)random.Next(1, 256);
                using var copy = new TempDirectory();
                File.Copy(original.File("earlier-life"), copy.File("earlier-life"));
                File.WriteAllBytes(copy.File("edge-agent.db"), bytes);
                Judge(copy.Path, $"page {at / PageBytes}, byte {offset}, {database[at + offset]:x2} became {bytes[at + offset]:x2}",
                    drains: run % 2 == 1);
            }
        }
    }

    /// <summary>Drops and confirmations are in the tables before memory says so: a reader waits for it and sees no damage.</summary>
    [Fact]
    public async Task A_reader_beside_commits_that_delete_meets_no_gap()
    {
        using var c = new StoreCase("sqlite", maxSizeBytes: 64 << 10);
        var (store, end) = ((SqliteStore)c.Store, 0);
        var reader = Task.Run(() =>
        {
            var seen = 0L;
            while (Volatile.Read(ref end) == 0)
            {
                for (var after = 0L; store.TryRead(Central, after) is { } segment; after = segment.LastNumber)
                {
                    Assert.True(segment.LastNumber > after);
                    seen++;
                }
            }

            return seen;
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 400; i++)
        {
            StoreContractTests.Put(store, Central, 20, 20 * i, 200);
            if (i % 7 == 0) StoreContractTests.Confirm(store, Central, store.ConfirmedThrough(Central) + 30);
            if (i % 40 == 39) store.Apply();
        }

        Volatile.Write(ref end, 1);
        Assert.True(await reader > 0);
    }

    static void Fill(string directory)
    {
        using var store = SqliteStore.Open(StoreModelTests.Options(directory));
        for (var i = 0; i < Stored; i++)
        {
            var batch = new CommitBatch { CutAtNs = i };
            if (i < Rows) batch.State.Add(new StateRow("s", i, 1, StoreCase.Payload(i, 300)));
            batch.Records.Add((Central, 1, StoreCase.Records(1, i, 40)));
            store.Commit(batch);
        }

        StoreContractTests.Confirm(store, Central, Confirmed);
        EarlierLife.Write(directory, store, new FakeClock().Now.Wall);
    }

    static void Judge(string directory, string what, bool drains)
    {
        var arrived = new SortedSet<int>();
        var lost = 0L;
        var isUnsure = false;
        for (var attempt = 0; ; attempt++)
        {
            Assert.True(attempt < 4, $"{what}: the store needs a hand to start");
            try
            {
                using var store = SqliteStore.Open(StoreModelTests.Options(directory));
                if (store.Salvaged is { } result)
                {
                    lost += result.LostRecords;
                    isUnsure |= result.LostSegments + result.Unreadable > 0;
                }

                var states = store.LoadState().Count();
                Assert.True(states == Rows || attempt > 0 || store.Salvaged is not null, $"{what}: {states} of {Rows} state rows");
                Take(store, arrived, drains);
                break;
            }
            catch (StoreException e) when (e.Failure == StoreFailure.Damaged)
            {
                // The next start takes over what is whole.
            }
        }

        var missing = Stored - Confirmed - arrived.Count(id => id >= Confirmed);
        Assert.True(missing <= lost || (isUnsure && missing < 60), $"{what}: {missing} records are missing, {lost} counted");
    }

    static void Take(SqliteStore store, SortedSet<int> arrived, bool drains)
    {
        var after = store.ConfirmedThrough(Central);
        while (store.TryRead(Central, after) is { } segment)
        {
            var reader = new RecordReader(segment.Bytes);
            while (reader.Read()) arrived.Add(int.Parse(Encoding.UTF8.GetString(reader.Id)[3..], CultureInfo.InvariantCulture));
            after = segment.LastNumber;
            if (drains && after % 50 == 0) StoreContractTests.Confirm(store, Central, after);
        }
    }
}
