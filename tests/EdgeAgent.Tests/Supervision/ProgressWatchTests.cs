using EdgeAgent.Supervision;
using Xunit;

namespace EdgeAgent.Tests.Supervision;

/// <summary>Who is stuck: only a loop that passes no wait point for longer than its step may take.</summary>
public sealed class ProgressWatchTests
{
    static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    readonly ProgressWatch _watch = new(TimeSpan.FromSeconds(15));

    [Theory]
    [InlineData(nameof(Step.InGate), 10)]
    [InlineData(nameof(Step.Cutting), 10)]
    [InlineData(nameof(Step.Waiting), 15)]
    [InlineData(nameof(Step.Reading), 15)]
    [InlineData(nameof(Step.Blocked), 15)]
    [InlineData(nameof(Step.Closing), 15)]
    [InlineData(nameof(Step.Committing), 60)]
    [InlineData(nameof(Step.Sending), 60)]
    [InlineData(nameof(Step.Connecting), 60)]
    [InlineData(nameof(Step.Asking), 60)]
    public void A_step_may_take_its_time_and_no_longer(string name, int seconds)
    {
        var step = Enum.Parse<Step>(name);
        var progress = _watch.Over("source plant");
        progress.Begin();
        progress.At(step);
        _watch.Look(s_second); // sees the step begin
        for (var i = 0; i < seconds; i++) Assert.Empty(_watch.Look(s_second));
        var stuck = Assert.Single(_watch.Look(s_second));
        Assert.Equal(("source plant", step, TimeSpan.FromSeconds(seconds + 1)), (stuck.Name, stuck.Step, stuck.For));
        Assert.Contains($"source plant {Steps.Words(step)} for {seconds + 1} s now", stuck.ToString());
        progress.At(step);
        Assert.Empty(_watch.Look(s_second));
    }

    [Fact]
    public void A_loop_that_passes_now_and_then_is_never_stuck()
    {
        var progress = _watch.Over("output central");
        progress.Begin();
        for (var i = 0; i < 1000; i++)
        {
            if (i % 14 == 0) progress.At(Step.Sending);
            Assert.Empty(_watch.Look(s_second));
        }
    }

    [Fact]
    public void Nothing_is_expected_before_the_beginning_and_after_the_end()
    {
        var progress = _watch.Over("commit");
        progress.At(Step.Committing); // on the thread of a start, before its own begins
        for (var i = 0; i < 100; i++) Assert.Empty(_watch.Look(s_second));
        progress.Begin();
        progress.End();
        for (var i = 0; i < 100; i++) Assert.Empty(_watch.Look(s_second));
    }

    [Fact]
    public void The_longest_stuck_is_named_first()
    {
        Progress[] all = [_watch.Over("source late"), _watch.Over("commit")];
        foreach (var one in all) one.Begin();
        all[1].At(Step.Cutting);
        _watch.Look(s_second);
        for (var i = 0; i < 4; i++)
        {
            all[0].At(Step.Reading);
            _watch.Look(s_second);
        }

        for (var i = 0; i < 15; i++) _watch.Look(s_second);
        Assert.Equal(["commit", "source late"], _watch.Look(s_second).Select(s => s.Name));
    }

    [Fact]
    public void A_long_wait_passes_on_its_way()
    {
        var progress = _watch.Over("output central");
        progress.Begin();
        using var never = new ManualResetEvent(false);
        var before = progress.Look().Passes;
        Assert.False(progress.Wait(never, TimeSpan.FromMilliseconds(Progress.LongestWaitMs + 100)));
        Assert.InRange(progress.Look().Passes - before, 2, 4);
        never.Set();
        Assert.True(progress.Wait(never, TimeSpan.FromDays(40)));
        var task = new TaskCompletionSource();
        task.SetException(new IOException());
        progress.Wait(task.Task, Step.Sending); // throws nothing
    }

    [Fact]
    public void The_kernel_is_asked_what_the_thread_does()
    {
        var progress = _watch.Over("x");
        using var go = new ManualResetEvent(false);
        var thread = new Thread(() =>
        {
            progress.Begin();
            go.WaitOne();
        });
        thread.Start();
        while (progress.Look().Passes == 0) Thread.Yield();
        Assert.StartsWith("state ", progress.InKernel());
        go.Set();
        thread.Join();
        Assert.Equal("", new Progress("never begun").InKernel());
    }
}
