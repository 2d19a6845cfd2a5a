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
    public void A_PUBREL_proves_that_the_acknowledgements_before_it_were_read()
    {
        var table = Table();
        for (ushort id = 1; id <= 3; id++) table.OnPublish(id, 2, false, id);
        Commit(table);
        table.OnRelease(2);
        table.Resume();
        Assert.Equal(2, table.Mark);
    }
}
