using EdgeAgent.Sources.Mqtt.Session;
using Xunit;
using static EdgeAgent.Tests.Sources.Mqtt.Session.SessionTables;

namespace EdgeAgent.Tests.Sources.Mqtt.Session;

/// <summary>The rules of docs/decisions/redelivery.md for the exchanges of QoS 2.</summary>
public sealed class SessionTableExchangeTests
{
    [Fact]
    public void PUBREC_waits_for_PUBCOMP_of_an_earlier_message_with_its_id_and_all_behind_it_wait_too()
    {
        var table = Table();
        Assert.True(table.OnPublish(7, 2, false, 1));
        Assert.True(table.OnPublish(7, 2, false, 2));
        Assert.True(table.OnPublish(8, 1, false, 3));
        Assert.Equal([(7, 2)], Commit(table));
        Assert.True(table.OnRelease(7));
        Assert.Empty(Ready(table));
        var completed = new List<ushort>();
        Assert.Equal([(7, 2), (8, 1)], Commit(table, completed: completed));
        Assert.Equal([7], completed);
        Assert.True(table.OnRelease(7));
        completed.Clear();
        Commit(table, completed: completed);
        Assert.Equal([7], completed);
        Assert.False(table.OnRelease(7));
    }

    [Fact]
    public void An_exchange_the_broker_has_forgotten_holds_up_nothing()
    {
        var table = Table();
        table.OnPublish(7, 2, false, 1);
        Assert.Equal([(7, 2)], Commit(table));
        table.Resume(); // the broker went back to a session without it
        Assert.True(table.OnPublish(7, 2, false, 2));
        Assert.Equal([(7, 2)], Commit(table));
        Assert.True(table.OnRelease(7));
        var completed = new List<ushort>();
        Commit(table, completed: completed);
        Assert.Equal([7], completed);
    }

    [Fact]
    public void A_released_message_that_is_sent_again_begins_its_exchange_anew()
    {
        var table = Table();
        table.OnPublish(7, 2, false, 1);
        Commit(table);
        Assert.True(table.OnRelease(7));
        Commit(table);
        table.Resume();
        Assert.False(table.OnPublish(7, 2, true, 1));
        Assert.Equal([(7, 2)], Ready(table));
        Assert.True(table.OnRelease(7));
    }

    [Fact]
    public void A_PUBREL_that_comes_again_before_its_commit_is_completed_once_and_on_the_connection_it_came_on()
    {
        var table = Table();
        table.OnPublish(7, 2, false, 1);
        Commit(table);
        Assert.True(table.OnRelease(7));
        Assert.True(table.OnRelease(7));
        table.Resume();
        var completed = new List<ushort>();
        Commit(table, completed: completed);
        Assert.Empty(completed);
        Assert.False(table.OnRelease(7)); // at once
    }

    [Fact]
    public void A_message_sent_again_before_the_commit_of_its_PUBREL_begins_its_exchange_anew()
    {
        var table = Table();
        table.OnPublish(7, 2, false, 1);
        Commit(table);
        Assert.True(table.OnRelease(7));
        table.Resume();
        Assert.False(table.OnPublish(7, 2, true, 1));
        var completed = new List<ushort>();
        Assert.Equal([(7, 2)], Commit(table, completed: completed));
        Assert.Empty(completed);
        Assert.True(table.OnRelease(7));
    }

    [Fact]
    public void A_PUBREL_of_a_commit_that_failed_is_completed_by_the_next()
    {
        var table = Table();
        table.OnPublish(7, 2, false, 1);
        Commit(table);
        table.OnRelease(7);
        table.State.TakeDirty([]);
        table.OnCut();
        table.OnCommitFailed();
        var completed = new List<ushort>();
        Commit(table, completed: completed);
        Assert.Equal([7], completed);
    }

    [Fact]
    public void An_exchange_is_settled_when_its_PUBCOMP_is_known_to_be_read_and_no_sooner()
    {
        var table = Table();
        for (ushort id = 1; id <= 3; id++) table.OnPublish(id, 2, false, 42);
        Commit(table);
        for (ushort id = 1; id <= 3; id++) Assert.True(table.OnRelease(id));
        var early = table.TakeMark(); // behind the PUBRECs alone
        Assert.Equal(new ReadMark(Read: 3, Settled: 0), early);
        Commit(table); // the PUBCOMPs leave
        Assert.True(table.Confirm(early));
        Assert.Equal(new ReadMark(3, 3), table.TakeMark());
        table.Resume(); // the broker read none of them, and publishes again what it had released
        for (ushort id = 1; id <= 3; id++) Assert.False(table.OnPublish(id, 2, true, 42));
        Assert.True(table.OnPublish(4, 2, false, 42));
        Assert.Equal(0, table.Disagreements);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_PUBCOMP_that_left_behind_the_ping_is_not_proven_by_its_answer(bool comesAgain)
    {
        var table = Table();
        table.OnPublish(1, 2, false, 1);
        Commit(table);
        table.OnRelease(1);
        Commit(table);
        table.Resume();
        table.OnPublish(2, 2, false, 2);
        var mark = table.TakeMark();
        Assert.Equal(new ReadMark(1, 1), mark);
        if (comesAgain) Assert.False(table.OnRelease(1)); // answered at once
        Assert.Equal(comesAgain, table.Confirm(mark));
        table.Resume();
        Assert.Equal(comesAgain ? 0 : 1, table.Mark.Settled); // of an unplaced connection: what is confirmed
    }

    [Fact]
    public void An_exchange_that_the_broker_has_forgotten_keeps_nothing_open()
    {
        var table = Table();
        table.OnPublish(1, 2, false, 1);
        Commit(table); // PUBREC leaves, and no PUBREL ever comes
        Assert.Equal(new ReadMark(1, 0), table.TakeMark());
        Assert.True(table.Confirm(table.Mark));
        Assert.Equal(new ReadMark(1, 1), table.TakeMark());
        Assert.False(table.OnRelease(1)); // late all the same: answered
    }
}
