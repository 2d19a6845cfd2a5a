using EdgeAgent.Flow;
using Xunit;

namespace EdgeAgent.Tests.Flow;

/// <summary>Cuts come through whatever a source does; a source waits only for a cut or a block, and a stop frees it.</summary>
public sealed class GateTests
{
    [Fact]
    public async Task A_busy_source_does_not_keep_cuts_out_and_none_falls_inside_a_message()
    {
        var gate = new Gate();
        var inside = 0;
        var stop = false;
        var source = Task.Run(() =>
        {
            while (!Volatile.Read(ref stop) && gate.TryEnter())
            {
                inside++;
                Thread.SpinWait(50);
                inside--;
                gate.Exit();
            }
        });
        for (var i = 0; i < 2000; i++)
        {
            gate.Close();
            Assert.Equal(0, inside);
            gate.Open();
        }

        Volatile.Write(ref stop, true);
        await source.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_stop_frees_a_source_that_waits_at_a_blocked_gate()
    {
        var gate = new Gate();
        gate.Block(true);
        var entered = Task.Run(gate.TryEnter);
        gate.Close();
        gate.Open();
        gate.Stop();
        Assert.False(await entered.WaitAsync(TimeSpan.FromSeconds(30)));
        gate.Close(); // the last cut still comes through
        gate.Open();
    }

    [Fact]
    public async Task A_gate_that_is_blocked_during_a_cut_turns_away_who_waits_for_the_cut_alone()
    {
        var gate = new Gate();
        gate.Close();
        var entered = Task.Run(gate.TryEnterUnblocked);
        gate.Block(true);
        gate.Open();
        Assert.False(await entered.WaitAsync(TimeSpan.FromSeconds(30)));
        gate.Block(false);
        Assert.True(gate.TryEnterUnblocked());
        gate.Exit();
        gate.Stop();
        Assert.False(gate.TryEnterUnblocked());
    }

    [Fact]
    public async Task Bookkeeping_enters_a_blocked_or_stopped_gate_but_waits_for_a_cut()
    {
        var gate = new Gate();
        gate.Block(true);
        gate.Stop();
        gate.Enter();
        gate.Exit();
        gate.Close();
        var entered = false;
        var source = Task.Run(() =>
        {
            gate.Enter();
            entered = true;
            gate.Exit();
        });
        Assert.False(entered);
        gate.Open();
        await source.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(entered);
    }
}
