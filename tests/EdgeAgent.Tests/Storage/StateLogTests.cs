using System.Text;
using EdgeAgent.Core.State;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>The log of stage state against a dictionary, with failing commits and restarts, and its bounds.</summary>
public sealed class StateLogTests
{
    [Theory, MemberData(nameof(Seeds))]
    public void What_is_restored_is_what_the_last_commit_took(int seed)
    {
        var random = new Random(seed);
        using var store = new MemoryStore();
        var (a, b) = (new FakeStage(), new FakeStage());
        var log = new StateLog([("a", a), ("b", b)]);
        log.Restore([], NotExpected);
        var committed = (A: a.Values, B: b.Values);
        var batch = new CommitBatch();
        var payload = seed % 2 == 0 ? 40 : 4000;
        for (var step = 0; step < 3000; step++)
        {
            var stage = random.Next(2) == 0 ? a : b;
            var label = $"label-{(random.Next(3) == 0 ? random.Next(500) : random.Next(20))}";
            if (random.Next(5) == 0) stage.Forget(label);
            else stage.Set(label, new string((char)('a' + random.Next(26)), random.Next(payload)));
            if (random.Next(8) == 0)
            {
                batch.Clear();
                log.Cut(batch);
                if (random.Next(4) == 0)
                {
                    log.Failed();
                }
                else
                {
                    store.Commit(batch);
                    log.Committed();
                    committed = (a.Values, b.Values);
                    Assert.Equal(store.LoadState().Sum(r => (long)r.Bytes.Length), log.LogBytes);
                }
            }

            if (random.Next(200) != 0) continue;
            (a, b) = (new FakeStage(), new FakeStage());
            log = new StateLog([("a", a), ("b", b)]);
            var restored = log.Restore(store.LoadState(), NotExpected);
            Assert.Equal((0L, 0), (restored.Malformed, restored.UnmatchedStages.Count));
            Assert.Equal(committed.A, a.Values);
            Assert.Equal(committed.B, b.Values);
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void What_takes_the_place_of_memory_is_what_a_start_finds(int seed)
    {
        var random = new Random(seed);
        using var store = new MemoryStore();
        var stages = new Dictionary<string, FakeStage> { ["a"] = new(), ["b"] = new() };
        var log = new StateLog(stages.Select(s => (s.Key, (IStageState)s.Value)));
        log.Restore([], NotExpected);
        var batch = new CommitBatch();
        for (var cut = 0; cut < 400; cut++)
        {
            foreach (var stage in stages.Values) stage.Set($"u{random.Next(20)}", $"{random.Next()}");
            if (random.Next(5) == 0)
            {
                // One goes or comes back empty, another is made anew with what it held.
                if (!stages.Remove("c")) stages["c"] = new();
                var (before, heir) = (stages["a"], new FakeStage());
                var unit = new StateWriter();
                for (var i = 0; i < before.UnitCount; i++)
                {
                    unit.Clear();
                    before.WriteUnit(i, unit);
                    if (unit.Length > 0) Assert.True(heir.TryRestoreUnit(unit.Bytes, before.FormatVersion));
                }

                stages["a"] = heir;
                log.Replace(stages.Select(s => (s.Key, (IStageState)s.Value)));
            }

            batch.Clear();
            log.Cut(batch);
            if (random.Next(4) == 0)
            {
                log.Failed();
                continue;
            }

            store.Commit(batch);
            log.Committed();
            var found = stages.ToDictionary(s => s.Key, _ => new FakeStage());
            new StateLog(found.Select(s => (s.Key, (IStageState)s.Value))).Restore(store.LoadState(), NotExpected);
            foreach (var (name, stage) in found) Assert.Equal(stages[name].Values, stage.Values);
        }
    }

    public static TheoryData<int> Seeds => [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [InlineData(2000, 2000)]
    [InlineData(2000, 1)]
    [InlineData(2000, 100)]
    [InlineData(20_000, 500)]
    public void The_log_stays_within_four_times_its_live_size_for_one_and_a_half_times_the_bytes(int units, int hot)
    {
        var random = new Random(7);
        using var store = new MemoryStore();
        var stage = new FakeStage();
        var log = new StateLog([("s", stage)]);
        log.Restore([], NotExpected);
        var value = new string('x', 200);
        for (var i = 0; i < units; i++) stage.Set($"unit-{i}", value);
        var batch = new CommitBatch();
        var entryBytes = Commit() / (double)units;
        var (dirtyBytes, writtenBytes) = (0.0, 0L);
        for (var cut = 0; cut < 3000 && dirtyBytes < 30 * log.LiveBytes; cut++)
        {
            var labels = Enumerable.Range(0, Math.Min(hot, 200)).Select(_ => $"unit-{random.Next(hot)}").ToHashSet();
            foreach (var label in labels) stage.Set(label, value);
            dirtyBytes += entryBytes * labels.Count;
            writtenBytes += Commit();
            Assert.InRange(log.LogBytes, log.LiveBytes, 4 * log.LiveBytes + (256 << 10));
        }

        Assert.InRange(writtenBytes, dirtyBytes * 0.95, dirtyBytes * 1.55);
        var again = new FakeStage();
        new StateLog([("s", again)]).Restore(store.LoadState(), NotExpected);
        Assert.Equal(stage.Values, again.Values);

        long Commit()
        {
            batch.Clear();
            log.Cut(batch);
            store.Commit(batch);
            log.Committed();
            return batch.State.Sum(r => (long)r.Bytes.Length);
        }
    }

    [Fact]
    public void Restarts_that_follow_each_other_do_not_let_the_log_grow()
    {
        using var store = new MemoryStore();
        var random = new Random(3);
        var largest = 0L;
        for (var run = 0; run < 200; run++)
        {
            var stage = new FakeStage();
            var log = new StateLog([("s", stage)]);
            log.Restore(store.LoadState(), NotExpected);
            if (run == 0)
                for (var i = 0; i < 3000; i++) stage.Set($"u{i}", new string('x', 100));
            for (var cut = 0; cut < 3; cut++)
            {
                for (var i = 0; i < 500; i++) stage.Set($"u{random.Next(1000)}", new string('y', 100));
                var batch = new CommitBatch();
                log.Cut(batch);
                store.Commit(batch);
                log.Committed();
                largest = Math.Max(largest, log.LogBytes);
                Assert.InRange(log.LogBytes, 0, 7 * log.LiveBytes);
            }
        }

        Assert.True(largest > 0);
    }

    [Fact]
    public void Stages_that_are_no_longer_configured_are_handed_over_and_deleted_by_the_first_commit_that_holds()
    {
        using var store = new MemoryStore();
        var old = new FakeStage();
        var log = new StateLog([("old", old)]);
        old.Set("x", "1");
        Commit(log, store);

        var seen = new List<string>();
        log = new StateLog([("new", new FakeStage())]);
        var restored = log.Restore(store.LoadState(), (stage, version, entry) => seen.Add($"{stage} {version} {entry.Length}"));
        Assert.Equal(["old"], restored.UnmatchedStages);
        Assert.Equal(["old 1 5"], seen);
        log.Cut(new CommitBatch());
        log.Failed();
        Assert.NotEmpty(store.LoadState());
        Commit(log, store);
        Assert.Empty(store.LoadState());
        var batch = new CommitBatch();
        log.Cut(batch);
        Assert.True(batch.IsEmpty);
    }

    [Fact]
    public void Malformed_entries_are_counted_and_the_rest_is_restored()
    {
        var good = new byte[] { 5, 1, (byte)'x', 1, 1, (byte)'7' };
        var stage = new FakeStage();
        var log = new StateLog([("s", stage)]);
        var restored = log.Restore(
        [
            new StateRow("s", 0, 1, (byte[])[2, 9, 9, .. good]),
            new StateRow("s", 1, 9, good),
            new StateRow("s", 2, 1, new byte[] { 0x80 }),
            new StateRow("s", 3, 1, new byte[] { 200, 1, 5 }),
        ], NotExpected);
        Assert.Equal((3L, 4L), (restored.Entries, restored.Malformed));
        Assert.Equal("7", stage.Values["x"]);
    }

    [Fact]
    public void Random_rows_never_throw()
    {
        var random = new Random(11);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            var restored = new StateLog([("s", new FakeStage())]).Restore([new StateRow("s", 0, 1, bytes)], NotExpected);
            Assert.InRange(restored.Malformed, 0, restored.Entries + 1);
        }
    }

    [Fact]
    public void Rows_are_cut_at_a_quarter_mebibyte_and_keep_their_bytes_until_the_next_cut()
    {
        var stage = new FakeStage();
        var log = new StateLog([("s", stage)]);
        for (var i = 0; i < 10; i++) stage.Set($"u{i}", new string((char)('a' + i), 100_000));
        var batch = new CommitBatch();
        log.Cut(batch);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => (long)i), batch.State.Select(r => r.Sequence));
        Assert.All(batch.State, r => Assert.InRange(r.Bytes.Length, 1, 256 << 10));
        var entries = new StateEntries(batch.State[0].Bytes.Span);
        Assert.True(entries.Read());
        Assert.Equal("u0", Encoding.UTF8.GetString(entries.Current.Slice(1, 2)));
    }

    static void Commit(StateLog log, MemoryStore store)
    {
        var batch = new CommitBatch();
        log.Cut(batch);
        store.Commit(batch);
        log.Committed();
    }

    static void NotExpected(string stage, int version, ReadOnlySpan<byte> entry) => Assert.Fail($"unmatched stage {stage}");
}
