using EdgeAgent.Reloads;
using Xunit;

namespace EdgeAgent.Tests.Reloads;

/// <summary>Reloads come one after the other; the last wins and none is lost.</summary>
public sealed class ReloadQueueTests
{
    readonly ManualResetEventSlim _began = new(), _mayEnd = new();
    int _runs, _running;
    volatile int _file;
    volatile int _read;

    [Fact]
    public void A_storm_of_signals_is_one_run_more_that_reads_what_came_last()
    {
        var queue = new ReloadQueue(Run);
        queue.Signal();
        _began.Wait();
        for (var i = 1; i <= 1000; i++)
        {
            _file = i;
            queue.Signal();
        }

        _mayEnd.Set();
        Assert.Equal("1000", queue.Ask(new ReloadRequest(IsDryRun: true)).Sentence);
        Assert.Equal(1000, _read);
        Assert.Equal(3, _runs); // the first, one for the storm, the plan
    }

    [Fact]
    public async Task Those_who_wait_are_answered_together_and_plans_by_themselves()
    {
        var queue = new ReloadQueue(Run);
        queue.Signal();
        _began.Wait();
        var asks = Enumerable.Range(0, 8).Select(i => Task.Run(() => queue.Ask(new ReloadRequest(IsDryRun: i >= 5)).Sentence)).ToArray();
        SpinWait.SpinUntil(() => queue.Waiting == 8);
        _file = 7;
        _mayEnd.Set();
        Assert.All(await Task.WhenAll(asks), answer => Assert.Equal("7", answer));
        Assert.Equal(1 + 1 + 3, _runs);
    }

    [Fact]
    public async Task A_stop_lets_the_run_end_and_refuses_the_rest()
    {
        var queue = new ReloadQueue(Run);
        queue.Signal();
        _began.Wait();
        var ask = Task.Run(() => queue.Ask(new ReloadRequest()));
        SpinWait.SpinUntil(() => queue.Waiting == 1);
        var stop = Task.Run(queue.Stop);
        Assert.Equal(ReloadOutcome.Stopping, (await ask).Outcome);
        Assert.False(stop.IsCompleted);
        _mayEnd.Set();
        await stop;
        Assert.Equal(ReloadOutcome.Stopping, queue.Ask(new ReloadRequest()).Outcome);
        queue.Signal();
        Assert.Equal(1, _runs);
    }

    ReloadReport Run(ReloadRequest request)
    {
        Assert.Equal(1, Interlocked.Increment(ref _running));
        _runs++;
        _read = _file;
        _began.Set();
        _mayEnd.Wait();
        Interlocked.Decrement(ref _running);
        return new(ReloadOutcome.Applied, $"{_read}");
    }
}
