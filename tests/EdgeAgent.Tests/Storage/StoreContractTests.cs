using EdgeAgent.Core.Settings;
using EdgeAgent.Storage;
using Xunit;

namespace EdgeAgent.Tests.Storage;

/// <summary>What every store promises; the real one and its twin in memory pass the same.</summary>
public sealed class StoreContractTests
{
    static readonly Lane Central = new("central", 0);
    static readonly Lane Alerts = new("central", 5);

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void A_fresh_store_is_empty(string kind)
    {
        using var c = new StoreCase(kind);
        Assert.Matches("^[0-9a-f]{32}$", c.Store.StoreId);
        Assert.Empty(c.Store.LoadState());
        Assert.Null(c.Store.LoadProgress("plant"));
        Assert.Null(c.Store.TryRead(Central, 0));
        Assert.Equal(0, c.Store.ConfirmedThrough(Central));
        Assert.Empty(c.Store.Status());
        Assert.False(c.Store.IsFull);
        Assert.Empty(c.Store.Commit(new CommitBatch()).Dropped);
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void State_records_and_progress_come_back_together(string kind)
    {
        using var c = new StoreCase(kind);
        var bytes = new byte[] { 1, 2, 3 };
        var batch = new CommitBatch { CutAtNs = 77 };
        batch.State.Add(new StateRow("p/window/a1", 0, 3, bytes));
        batch.State.Add(new StateRow("p/deadband/b2", 0, 1, ReadOnlyMemory<byte>.Empty));
        batch.Progress.Add(("plant", new byte[] { 9, 9 }));
        batch.Records.Add((Central, 3, StoreCase.Records(3)));
        c.Store.Commit(batch);
        bytes.AsSpan().Clear();
        c.Reopen();

        var rows = c.Store.LoadState().OrderBy(r => r.Stage, StringComparer.Ordinal).ToList();
        Assert.Equal(["p/deadband/b2", "p/window/a1"], rows.Select(r => r.Stage));
        Assert.Equal([1, 3], rows.Select(r => r.FormatVersion));
        Assert.Equal([1, 2, 3], rows[1].Bytes.ToArray());
        Assert.True(rows[0].Bytes.IsEmpty);
        Assert.Equal([9, 9], c.Store.LoadProgress("plant"));
        var segment = c.Store.TryRead(Central, 0)!;
        Assert.Equal((1, 3, 3, 77), (segment.FirstNumber, segment.Count, segment.LastNumber, segment.CommittedAtNs));
        Assert.Equal(StoreCase.Records(3).ToArray(), segment.Bytes);
        Assert.Equal([new LaneStatus(Central, 3, segment.Bytes.Length, 77, 0, 0)], c.Store.Status());
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void State_is_read_in_sequence_and_deleted_below_one(string kind)
    {
        using var c = new StoreCase(kind);
        var batch = new CommitBatch();
        for (var i = 0; i < 300; i++) batch.State.Add(new StateRow("a", i, 1, BitConverter.GetBytes(i)));
        batch.State.Add(new StateRow("b", 0, 1, new byte[5000]));
        c.Store.Commit(batch);
        batch.Clear();
        batch.DeleteState.Add(("a", 250));
        batch.DeleteState.Add(("b", long.MaxValue));
        batch.State.Add(new StateRow("a", 300, 2, BitConverter.GetBytes(300)));
        c.Store.Commit(batch);
        c.Reopen();
        var rows = c.Store.LoadState().ToList();
        Assert.All(rows, r => Assert.Equal("a", r.Stage));
        Assert.Equal(Enumerable.Range(250, 51).Select(i => (long)i), rows.Select(r => r.Sequence));
        Assert.Equal(Enumerable.Range(250, 51), rows.Select(r => BitConverter.ToInt32(r.Bytes.Span)));
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void A_deleted_stage_can_begin_again_in_the_same_commit(string kind)
    {
        using var c = new StoreCase(kind);
        var batch = new CommitBatch();
        batch.State.Add(new StateRow("a", 7, 1, new byte[] { 7 }));
        c.Store.Commit(batch);
        batch.Clear();
        batch.DeleteState.Add(("a", long.MaxValue));
        batch.State.Add(new StateRow("a", 0, 1, new byte[] { 8 }));
        c.Store.Commit(batch);
        c.Reopen();
        Assert.Equal([8], Assert.Single(c.Store.LoadState()).Bytes.ToArray());
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void Numbers_rise_by_one_over_commits_and_reopens(string kind)
    {
        using var c = new StoreCase(kind);
        for (var i = 0; i < 5; i++)
        {
            Put(c.Store, Central, 2, 2 * i);
            c.Reopen();
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (i + 1L, $"id-{i}")), StoreCase.Read(c.Store, Central));
        Confirm(c.Store, Central, 10);
        c.Reopen();
        Put(c.Store, Central, 1, 10);
        Assert.Equal([(11L, "id-10")], StoreCase.Read(c.Store, Central));
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void A_confirmation_in_the_middle_is_exact_and_keeps_the_segment(string kind)
    {
        using var c = new StoreCase(kind);
        Put(c.Store, Central, 10, 0);
        Put(c.Store, Central, 5, 10);
        Confirm(c.Store, Central, 4);
        c.Reopen();
        Assert.Equal(4, c.Store.ConfirmedThrough(Central));
        Assert.Equal(11, c.Store.Status()[0].Records);
        Assert.Equal(1, c.Store.TryRead(Central, 4)!.FirstNumber);
        Assert.Equal(1, c.Store.TryRead(Central, 9)!.FirstNumber);
        Assert.Equal(11, c.Store.TryRead(Central, 10)!.FirstNumber);
        Assert.Null(c.Store.TryRead(Central, 15));
        Confirm(c.Store, Central, 10);
        Assert.Equal(11, c.Store.TryRead(Central, 0)!.FirstNumber);
        Confirm(c.Store, Central, 3);
        Assert.Equal(10, c.Store.ConfirmedThrough(Central));
        Confirm(c.Store, Central, 999);
        Assert.Equal(15, c.Store.ConfirmedThrough(Central));
        Confirm(c.Store, new Lane("nowhere", 0), 5);
        Assert.Equal(0, c.Store.ConfirmedThrough(new Lane("nowhere", 0)));
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void Lanes_are_independent(string kind)
    {
        using var c = new StoreCase(kind);
        var local = new Lane("local", 0);
        Put(c.Store, Central, 3, 0);
        Put(c.Store, Alerts, 2, 100);
        Put(c.Store, local, 1, 200);
        Confirm(c.Store, Central, 3);
        c.Reopen();
        Assert.Empty(StoreCase.Read(c.Store, Central));
        Assert.Equal(["id-100", "id-101"], StoreCase.Read(c.Store, Alerts).Select(r => r.Id));
        Assert.Equal(["id-200"], StoreCase.Read(c.Store, local).Select(r => r.Id));
        Assert.Equal(3, c.Store.Status().Count);
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void A_large_commit_becomes_several_segments(string kind)
    {
        using var c = new StoreCase(kind);
        Put(c.Store, Central, 1000, 0, payloadBytes: 300);
        var first = c.Store.TryRead(Central, 0)!;
        Assert.InRange(first.Bytes.Length, 32 << 10, 64 << 10);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (i + 1L, $"id-{i}")), StoreCase.Read(c.Store, Central));
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void Rejected_records_are_counted(string kind)
    {
        using var c = new StoreCase(kind);
        Put(c.Store, Central, 3, 0);
        var batch = new CommitBatch();
        batch.Rejected.Add(new RejectedRecord(Central, 2, "message too large", [1, 2, 3]));
        batch.Confirmed.Add((Central, 2));
        c.Store.Commit(batch);
        c.Reopen();
        Assert.Equal((1, 1L), (c.Store.Status()[0].RejectedTotal, c.Store.Status()[0].Records));
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void Block_stores_what_was_cut_and_turns_full_before_the_bound(string kind)
    {
        using var c = new StoreCase(kind, 1 << 20, OverflowPolicy.Block);
        var from = 0;
        for (; !c.Store.IsFull; from += 10) Put(c.Store, Central, 10, from, 1000);
        Assert.InRange(c.Store.Status()[0].Bytes, (1 << 20) * 7 / 8 - 20_000, 1 << 20);
        Assert.Empty(Put(c.Store, Central, 200, from, 1000).Dropped);
        Assert.True(c.Store.IsFull);
        c.Reopen();
        Assert.True(c.Store.IsFull);
        Assert.Equal(from + 200, StoreCase.Read(c.Store, Central).Count);
        Confirm(c.Store, Central, from + 200);
        Assert.False(c.Store.IsFull);
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void Drop_oldest_takes_whole_old_segments_of_the_lowest_priority(string kind)
    {
        using var c = new StoreCase(kind, 1 << 20);
        Put(c.Store, Alerts, 10, 0, 1000);
        for (var i = 0; i < 90; i++) Put(c.Store, Central, 10, 1000 + 10 * i, 1000);
        var dropped = Put(c.Store, Central, 150, 5000, 1000).Dropped;
        var (lane, count) = Assert.Single(dropped);
        Assert.Equal(Central, lane);
        Assert.Equal(0, count % 10);
        Assert.InRange(count, 50, 80);
        c.Reopen();
        Assert.Equal(10, StoreCase.Read(c.Store, Alerts).Count);
        Assert.Equal(count, c.Store.ConfirmedThrough(Central));
        Assert.Equal(count, c.Store.Status().Single(s => s.Lane == Central).DroppedTotal);
        Assert.Equal("id-5149", StoreCase.Read(c.Store, Central)[^1].Id);
        Assert.False(c.Store.IsFull);
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void What_an_output_has_although_it_was_dropped_does_not_count(string kind)
    {
        using var c = new StoreCase(kind, 1 << 20);
        for (var i = 0; i < 90; i++) Put(c.Store, Central, 10, 10 * i, 1000);
        Confirm(c.Store, Central, 10);
        // An output has 11 to 30 in hand when they are dropped with others, and says later that they arrived, twice.
        var dropped = Put(c.Store, Central, 150, 5000, 1000).Dropped.Single().Count;
        Assert.True(dropped > 20);
        for (var i = 0; i < 2; i++)
        {
            var batch = new CommitBatch();
            batch.Confirmed.Add((Central, 30));
            batch.Sent.Add((Central, 11, 30));
            c.Store.Commit(batch);
            Assert.Equal(dropped - 20, c.Store.Status().Single(s => s.Lane == Central).DroppedTotal);
        }

        var last = new CommitBatch();
        last.Confirmed.Add((Central, 1050));
        last.Sent.Add((Central, dropped + 11, 1050));
        c.Store.Commit(last);
        c.Reopen();
        Assert.Equal(dropped - 20, c.Store.Status().Single(s => s.Lane == Central).DroppedTotal);
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void Drop_newest_counts_and_uses_no_numbers(string kind)
    {
        using var c = new StoreCase(kind, 1 << 20, OverflowPolicy.DropNewest);
        Put(c.Store, Central, 900, 0, 1000);
        var dropped = Put(c.Store, Central, 500, 1000, 1000).Dropped.Single().Count;
        Assert.InRange(dropped, 300, 499);
        var last = StoreCase.Read(c.Store, Central)[^1].Number;
        Assert.Equal(1400 - dropped, last);
        Confirm(c.Store, Central, last);
        c.Reopen();
        Put(c.Store, Central, 1, 2000);
        Assert.Equal([(last + 1, "id-2000")], StoreCase.Read(c.Store, Central));
        Assert.Equal(dropped, c.Store.Status()[0].DroppedTotal);
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void A_higher_priority_never_gives_way_to_a_lower(string kind)
    {
        using var c = new StoreCase(kind, 1 << 20);
        Put(c.Store, Alerts, 990, 0, 1000);
        var dropped = Put(c.Store, Central, 100, 5000, 1000).Dropped;
        Assert.Equal([(Central, 100L)], dropped.ToArray());
        Assert.Equal(990, StoreCase.Read(c.Store, Alerts).Count);
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void Drop_newest_lets_an_alert_displace_the_oldest_of_lower_priorities(string kind)
    {
        using var c = new StoreCase(kind, 1 << 20, OverflowPolicy.DropNewest);
        var raw = new Lane("central", -1);
        Put(c.Store, raw, 400, 0, 1000);
        Put(c.Store, Central, 550, 1000, 1000);
        var dropped = Put(c.Store, Alerts, 100, 5000, 1000).Dropped.Single();
        Assert.Equal(raw, dropped.Lane);
        Assert.InRange(dropped.Count, 50, 200);
        Assert.Equal(100, StoreCase.Read(c.Store, Alerts).Count);
        c.Reopen();
        Assert.Equal(dropped.Count + 1, StoreCase.Read(c.Store, raw)[0].Number);
        Assert.Equal(550, StoreCase.Read(c.Store, Central).Count);
    }

    [Theory, MemberData(nameof(StoreCase.Kinds), MemberType = typeof(StoreCase))]
    public void Rejected_payloads_make_way_for_unsent_records(string kind)
    {
        using var c = new StoreCase(kind, 1 << 20, OverflowPolicy.DropNewest);
        var batch = new CommitBatch();
        for (var i = 0; i < 1000; i++) batch.Rejected.Add(new RejectedRecord(Central, i + 1, "too large", new byte[1000]));
        c.Store.Commit(batch);
        Assert.Empty(Put(c.Store, Central, 950, 0, 1000).Dropped);
        Assert.Equal(1000, c.Store.Status()[0].RejectedTotal);
    }

    internal static CommitResult Put(IStore store, Lane lane, int count, int from, int payloadBytes = 20)
    {
        var batch = new CommitBatch { CutAtNs = from };
        batch.Records.Add((lane, count, StoreCase.Records(count, from, payloadBytes)));
        return store.Commit(batch);
    }

    internal static void Confirm(IStore store, Lane lane, long through)
    {
        var batch = new CommitBatch();
        batch.Confirmed.Add((lane, through));
        store.Commit(batch);
    }
}
