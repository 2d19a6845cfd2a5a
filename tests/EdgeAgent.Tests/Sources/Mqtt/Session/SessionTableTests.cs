using EdgeAgent.Core.State;
using EdgeAgent.Sources.Mqtt.Session;
using EdgeAgent.Tests.Storage;
using Xunit;
using static EdgeAgent.Tests.Sources.Mqtt.Session.SessionTables;

namespace EdgeAgent.Tests.Sources.Mqtt.Session;

/// <summary>The rules of docs/decisions/redelivery.md, one by one; <see cref="SessionModelTests"/> lets brokers loose on them.</summary>
public sealed class SessionTableTests
{
    [Fact]
    public void A_lost_session_empties_the_table_and_raises_the_epoch()
    {
        var table = Table();
        Assert.True(table.OnPublish(7, 1, false, 1));
        table.Reset();
        Assert.Equal(2, table.Epoch);
        Assert.Equal(0, table.Remembered);
        Assert.True(table.OnPublish(7, 1, true, 1));
    }

    [Theory]
    [InlineData(1, 1UL)]
    [InlineData(1, 2UL)]
    [InlineData(2, 1UL)]
    [InlineData(2, 2UL)]
    public void An_open_id_without_DUP_is_another_message_whatever_its_bytes(int qos, ulong hash)
    {
        var table = Table();
        Assert.True(table.OnPublish(7, qos, false, 1));
        Assert.True(table.OnPublish(7, qos, false, hash));
        Assert.Equal(2, table.Unacknowledged);
    }

    [Fact]
    public void A_message_sent_again_on_a_live_connection_is_skipped_counted_and_acknowledged_again()
    {
        var table = Table();
        Assert.True(table.OnPublish(7, 1, false, 1));
        Assert.Equal([(7, 1)], Commit(table));
        Assert.False(table.OnPublish(7, 1, true, 1));
        Assert.False(table.OnPublish(7, 1, true, 1));
        Assert.Equal(2, table.LiveRepeats);
        Assert.Equal([(7, 1), (7, 1)], Commit(table));
        Assert.True(table.OnPublish(7, 1, true, 2));
        Assert.True(table.OnPublish(7, 1, false, 1)); // the next message of the same bytes
    }

    [Fact]
    public void Equal_payloads_are_told_apart_by_their_ids()
    {
        var table = Table(ids: 100, hash: _ => 42);
        Commit(table); // all acknowledged; the broker read forty
        table.Resume();
        for (ushort id = 41; id <= 100; id++) Assert.False(table.OnPublish(id, 1, true, 42));
        Assert.True(table.OnPublish(101, 1, false, 42));
        Assert.Equal(Enumerable.Range(41, 61).Select(i => ((ushort)i, (byte)1)), Commit(table));
    }

    [Fact]
    public void The_first_message_of_a_resumed_session_is_new_when_every_acknowledgement_was_read()
    {
        var table = Table(ids: 100, hash: _ => 42);
        Commit(table);
        table.Resume();
        Assert.True(table.OnPublish(101, 1, false, 42));
        Assert.Equal(0, table.Disagreements);
        Assert.Equal([(101, 1)], Commit(table));
    }

    [Fact]
    public void A_broker_that_goes_on_elsewhere_gets_its_acknowledgements_however_much_was_open()
    {
        var table = Table(ids: 40_000, hash: _ => 42);
        Assert.Equal(SessionTable.Credit, Commit(table).Count);
        table.Resume();
        for (var i = 0; i < 10; i++) Assert.True(table.OnPublish((ushort)(50_000 + i), 1, false, 7));
        Assert.Equal(1, table.Disagreements);
        Assert.Empty(Commit(table));
        Assert.True(table.WaitsForReceipt);
        table.Confirm(table.TakeMark());
        var ready = Commit(table);
        Assert.False(table.WaitsForReceipt);
        Assert.Equal(Enumerable.Range(50_000, 10).Select(i => ((ushort)i, (byte)1)), ready);
    }

    [Fact]
    public void Messages_that_expired_at_the_broker_leave_a_gap_in_the_run()
    {
        var table = Table(ids: 30);
        table.Resume();
        foreach (ushort id in (ushort[])[1, 2, 20, 30]) Assert.False(table.OnPublish(id, 1, true, id));
        Assert.True(table.OnPublish(31, 1, false, 31));
        Assert.Equal([(1, 1), (2, 1), (20, 1), (30, 1), (31, 1)], Commit(table));
        Assert.False(table.OnPublish(10, 1, true, 10)); // late
    }

    [Fact]
    public void Repeats_behind_a_new_message_are_skipped_and_acknowledged()
    {
        var table = Table(ids: 2);
        table.Resume();
        Assert.True(table.OnPublish(99, 1, false, 99));
        Assert.False(table.OnPublish(2, 1, true, 2));
        Assert.False(table.OnPublish(1, 1, true, 1));
        Assert.Equal(1, table.Disagreements);
        Assert.Equal([(99, 1), (2, 1), (1, 1)], Commit(table));
    }

    [Fact]
    public void A_broker_that_renumbers_without_DUP_is_followed_by_bytes()
    {
        var table = Table(ids: 30);
        Commit(table);
        table.Resume();
        for (ushort id = 1; id <= 10; id++) Assert.False(table.OnPublish(id, 1, false, id + 20UL));
        Assert.True(table.OnPublish(11, 1, false, 31));
        Assert.Equal(Enumerable.Range(1, 11).Select(i => ((ushort)i, (byte)1)), Commit(table));
    }

    [Theory]
    [InlineData(false, 0UL)] // no time in the payload
    [InlineData(true, 3UL)]  // bytes that repeat
    public void Bytes_that_may_be_equal_by_nature_prove_nothing_without_DUP(bool carriesTime, ulong equal)
    {
        var table = new SessionTable(carriesTime);
        for (ushort id = 1; id <= 30; id++) table.OnPublish(id, 1, false, equal > 0 ? id % equal : id);
        Commit(table);
        table.Resume();
        Assert.True(table.OnPublish(31, 1, false, equal > 0 ? 1 : 30UL));
    }

    [Fact]
    public void Ids_that_count_tell_repeats_without_DUP_whatever_the_payloads()
    {
        var table = Table();
        for (ushort id = 1001; id <= 1030; id++) table.OnPublish(id, 1, false, 42);
        Commit(table); // the broker read ten
        table.Resume();
        for (ushort id = 1011; id <= 1030; id++) Assert.False(table.OnPublish(id, 1, false, 42));
        Assert.True(table.OnPublish(40_001, 1, false, 42)); // it counts from another place now
        Assert.True(table.OnPublish(40_002, 1, false, 42));
        table.Resume();
        Assert.False(table.OnPublish(40_001, 1, false, 42));
        Assert.False(table.OnPublish(40_002, 1, false, 42));
        Assert.True(table.OnPublish(1, 1, false, 42));
    }

    [Fact]
    public void A_new_message_under_the_lowest_free_id_is_taken_although_a_message_of_equal_bytes_had_that_id()
    {
        var table = Table(ids: 10, hash: _ => 42);
        Commit(table); // all read by the broker, which has set DUP on nothing yet
        table.Resume();
        for (ushort id = 1; id <= 10; id++) Assert.True(table.OnPublish(id, 1, false, 42));
    }

    [Fact]
    public void The_lowest_free_id_is_above_those_whose_exchanges_go_on()
    {
        var table = Table();
        table.OnPublish(1, 2, false, 42);
        table.OnPublish(2, 1, false, 42);
        table.OnPublish(3, 1, false, 42);
        Commit(table);
        table.Resume();
        Assert.True(table.OnRelease(1));
        Assert.True(table.OnPublish(2, 1, false, 42));
        Assert.True(table.OnPublish(3, 1, false, 42));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ids_that_were_seen_to_go_round_tell_no_repeats_without_DUP(bool isKilled)
    {
        var table = Table(ids: 50, hash: _ => 42);
        for (ushort id = 1; id <= 30; id++) table.OnPublish(id, 1, false, 42);
        if (isKilled)
        {
            var entries = Entries(table);
            table = Table();
            foreach (var entry in entries) Assert.True(table.State.TryRestoreUnit(entry, table.State.FormatVersion));
            Assert.True(table.Restored());
        }
        else Commit(table);
        table.Resume();
        for (ushort id = 31; id <= 50; id++) Assert.True(table.OnPublish(id, 1, false, 42));
    }

    [Fact]
    public void What_never_arrived_is_new_although_a_confirmed_message_of_equal_bytes_had_its_id()
    {
        var table = Table(ids: 10, hash: _ => 42);
        for (ushort id = 1; id <= 10; id++) table.OnPublish(id, 1, false, 42);
        Commit(table);
        table.Confirm(table.TakeMark());
        table.Resume();
        for (ushort id = 1; id <= 5; id++) Assert.True(table.OnPublish(id, 1, true, 42)); // sent on the last connection
        Assert.True(table.OnPublish(6, 1, false, 42));
        Assert.False(table.OnPublish(2, 1, true, 42)); // and this one came just now
    }

    [Fact]
    public void Ids_that_go_on_behind_the_last_one_and_round_are_new()
    {
        var table = Table(ids: 30, hash: _ => 42);
        Commit(table);
        table.Resume();
        for (ushort id = 31; id <= 50; id++) Assert.True(table.OnPublish(id, 1, false, 42));
        for (ushort id = 1; id <= 10; id++) Assert.True(table.OnPublish(id, 1, false, 42));
    }

    [Fact]
    public void No_acknowledgement_leaves_further_beyond_what_is_durably_confirmed_than_an_id_can_tell()
    {
        var table = Table();
        for (var i = 0; i < 100_000; i++) table.OnPublish((ushort)(i % 65535 + 1), 1, false, (ulong)i);
        Assert.Equal(SessionTable.Credit, Commit(table).Count);
        Assert.Empty(Commit(table));
        var mark = table.TakeMark();
        Assert.Equal(SessionTable.Credit, mark.Settled);
        table.Confirm(mark);
        Assert.True(table.WantsConfirmedStored);
        var ready = new List<(ushort Id, byte Qos)>();
        table.TakeReady(ready);
        Assert.Empty(ready); // not durable yet
        Assert.Equal(SessionTable.Credit, Commit(table).Count);
        while (table.Unacknowledged > 0) Assert.NotEmpty(Commit(table, confirm: true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Messages_whose_bytes_are_not_kept_one_by_one_are_compared_as_a_whole(int altered)
    {
        const int Messages = 50_000;
        var table = Table(ids: Messages);
        table.Resume();
        for (var id = 1; id <= Messages; id++)
            Assert.False(table.OnPublish((ushort)id, 1, true, (ulong)(id == 40_000 ? id + altered : id)));
        Assert.Equal(altered, table.Disagreements);
    }

    [Fact]
    public void What_was_confirmed_behind_a_cut_is_not_durable_by_its_commit()
    {
        var table = Table();
        for (var i = 0; i < 100_000; i++) table.OnPublish((ushort)(i % 65535 + 1), 1, false, (ulong)i);
        Commit(table);
        table.OnPublish(50_000, 1, false, 1);
        table.State.TakeDirty([]);
        table.OnCut();
        table.Confirm(table.TakeMark());
        table.OnCommitted([]);
        Assert.Empty(Ready(table));
    }

    [Fact]
    public void The_place_of_a_repeat_is_at_most_one_behind_what_was_acknowledged_and_proves_what_was_read()
    {
        const int Messages = 70_000;
        var table = Table();
        for (var i = 0; i < Messages; i++) table.OnPublish((ushort)(i % 65535 + 1), 1, false, 42);
        Assert.Equal(SessionTable.Credit, Commit(table).Count);
        table.Resume(); // the broker read four; 65,540 has the same id as 5
        for (var i = 4; i < Messages; i++) Assert.False(table.OnPublish((ushort)(i % 65535 + 1), 1, true, 42));
        Assert.True(table.OnPublish(4466, 1, false, 42));
        Commit(table);
        table.Resume();
        Assert.False(table.OnPublish(1001, 1, true, 42));
        table.Resume();
        Assert.Equal(1000, table.Mark.Settled); // of an unplaced connection: what is confirmed
    }

    [Fact]
    public void An_id_that_was_counted_through_is_no_repeat_even_with_DUP()
    {
        var table = Table(ids: 65_535, hash: _ => 42);
        Assert.True(table.OnPublish(1, 1, true, 42));
    }

    [Fact]
    public void A_table_of_an_earlier_version_is_understood()
    {
        var writer = new StateWriter();
        writer.Varint(3);
        writer.Varint(2);
        foreach (var (id, qos) in ((ushort, byte)[])[(5, 1), (6, 2)])
        {
            writer.Varint(id);
            writer.Byte(qos);
            writer.Int64(100 + id);
        }

        writer.Varint(1);
        writer.Varint(6);
        for (var length = 0; length <= writer.Length; length++)
        {
            var table = Table();
            table.Restored();
            var reader = new StateReader(writer.Bytes[..length]);
            Assert.Equal(length == writer.Length, OlderTable.TryImport(ref reader, table));
            if (length < writer.Length) continue;
            Assert.Equal((3, 2), (table.Epoch, table.Remembered));
            table.Resume();
            Assert.True(table.OnRelease(6));
            Assert.False(table.OnPublish(5, 1, true, 105));
            Assert.True(table.OnPublish(7, 1, false, 107));
        }
    }

    [Fact]
    public void The_first_commit_of_a_fresh_database_is_whole()
    {
        var store = new MemoryStore();
        for (var life = 0; life < 2; life++)
        {
            var table = Table();
            var state = new EdgeAgent.Storage.StateLog([("session", table.State)]);
            state.Restore(store.LoadState(), (_, _, _) => { });
            Assert.True(table.Restored());
            Assert.Equal(life, table.Remembered);
            if (life == 1) break;
            Assert.True(table.OnPublish(1, 1, false, 1));
            var batch = new EdgeAgent.Storage.CommitBatch();
            state.Cut(batch);
            store.Commit(batch);
        }
    }

    [Fact]
    public void A_torn_entry_is_refused_and_a_log_with_a_hole_is_not_trusted()
    {
        var table = Table(ids: 150);
        table.OnPublish(3, 2, false, 9);
        var entries = Entries(table);
        foreach (var entry in entries)
        {
            for (var length = 0; length < entry.Length; length++)
                Assert.False(Table().State.TryRestoreUnit(entry.AsSpan(0, length), table.State.FormatVersion));
            Assert.False(Table().State.TryRestoreUnit(entry, table.State.FormatVersion + 1));
        }

        for (var left = 1; left < entries.Count; left++)
        {
            var holed = Table();
            for (var i = 0; i < entries.Count; i++)
                if (i != left) Assert.True(holed.State.TryRestoreUnit(entries[i], table.State.FormatVersion));
            Assert.False(holed.Restored());
            Assert.Equal((0, 2), (holed.Remembered, holed.Epoch));
        }
    }
}
