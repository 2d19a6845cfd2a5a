using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Flow;
using EdgeAgent.Storage;
using EdgeAgent.Supervision;
using EdgeAgent.Tests.Pipelines;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Commits;

/// <summary>Nothing is acknowledged before it is durable, nothing is lost when a commit fails, and nobody waits for ever.</summary>
public sealed class CommitLoopTests
{
    static readonly CommitSettings Rare = new() { Interval = TimeSpan.FromHours(1) };

    [Fact]
    public void Records_of_failed_commits_join_the_next_in_order()
    {
        var rig = new CommitRig();
        rig.Store.Failure = StoreFailure.Io;
        for (var i = 1; i <= 3; i++)
        {
            rig.Take(i);
            Assert.False(rig.Loop.CommitNow());
        }

        Assert.Equal((0, 0, 3), (rig.Durable, rig.Source.Committed, rig.Source.Failures));
        rig.Store.Failure = null;
        rig.Take(4);
        Assert.True(rig.Loop.CommitNow());
        Assert.Equal((1, 4), (rig.Durable, rig.Source.Committed));
        Assert.Equal(["1", "2", "3", "4"], rig.Stored().Select(p => Value(p)));
        Assert.True(rig.Loop.CommitNow());
        Assert.Equal(4, rig.Stored().Count);
    }

    [Fact]
    public void A_confirmation_that_comes_during_a_commit_waits_for_the_next()
    {
        var rig = new CommitRig();
        for (var i = 1; i <= 3; i++) rig.Take(i);
        rig.Loop.CommitNow();
        rig.Loop.Confirm(CommitRig.Out, 1, 1);
        rig.Store.OnCommit = _ => rig.Loop.Confirm(CommitRig.Out, 2, 3);
        rig.Loop.CommitNow();
        rig.Store.OnCommit = null;
        Assert.Equal(1, rig.Store.ConfirmedThrough(CommitRig.Out));
        rig.Loop.CommitNow();
        Assert.Equal(3, rig.Store.ConfirmedThrough(CommitRig.Out));
    }

    [Fact]
    public void Payloads_of_rejected_records_are_held_up_to_four_mebibytes_and_every_reason_is_kept()
    {
        var rig = new CommitRig();
        for (var i = 1; i <= 10; i++) rig.Take(i);
        rig.Loop.CommitNow();
        rig.Store.Failure = StoreFailure.Full;
        for (var i = 1; i <= 6; i++) rig.Loop.Reject(new RejectedRecord(CommitRig.Out, i, "too large", new byte[1 << 20]));
        rig.Loop.CommitNow();
        List<RejectedRecord> committed = [];
        rig.Store.OnCommit = batch => committed.AddRange(batch.Rejected);
        rig.Store.Failure = null;
        rig.Loop.CommitNow();
        Assert.Equal([1 << 20, 1 << 20, 1 << 20, 1 << 20, 0, 0], committed.Select(r => r.Payload.Length));
        Assert.All(committed, r => Assert.Equal("too large", r.Reason));
        committed.Clear();
        rig.Loop.Reject(new RejectedRecord(CommitRig.Out, 7, "too large", new byte[1 << 20])); // there is room again
        rig.Loop.CommitNow();
        Assert.Equal(1 << 20, Assert.Single(committed).Payload.Length);
    }

    [Fact]
    public void Rejected_records_are_given_once_however_many_commits_fail()
    {
        var rig = new CommitRig();
        rig.Take(1);
        rig.Loop.CommitNow();
        rig.Loop.Reject(new RejectedRecord(CommitRig.Out, 1, "too odd", [1]));
        rig.Store.Failure = StoreFailure.Full;
        rig.Loop.CommitNow();
        rig.Store.OnCommit = _ => rig.Loop.Reject(new RejectedRecord(CommitRig.Out, 2, "odder", [2]));
        rig.Store.Failure = null;
        rig.Loop.CommitNow();
        rig.Store.OnCommit = null;
        Assert.Equal(1, rig.Store.Status().Single().RejectedTotal);
        rig.Loop.CommitNow();
        Assert.Equal(2, rig.Store.Status().Single().RejectedTotal);
        rig.Loop.CommitNow();
        Assert.Equal(2, rig.Store.Status().Single().RejectedTotal);
    }

    [Fact]
    public void Work_at_a_cut_that_makes_records_has_them_in_the_same_commit()
    {
        var rig = new CommitRig(stages: PipelineRig.Window(10));
        rig.Take(7);
        rig.Loop.CommitNow();
        Assert.Empty(rig.Stored(RecordPriority.Summary));
        // The sweep forgets a silent series: its state goes and its open window leaves as a record.
        rig.Loop.AtCut = _ => rig.Pipeline.Forget([rig.Id("a")]);
        rig.Loop.CommitNow();
        Assert.Single(rig.Stored(RecordPriority.Summary));
    }

    [Fact]
    public async Task What_is_slow_is_done_with_open_gates()
    {
        var rig = new CommitRig();
        using var slow = new ManualResetEventSlim();
        using var reached = new ManualResetEventSlim();
        // A session to free, a file to be asked for its time, a warning to be made: all of it takes as long as it takes.
        rig.Loop.AtRest = () =>
        {
            reached.Set();
            slow.Wait(TestContext.Current.CancellationToken);
        };
        var commit = Task.Run(rig.Loop.CommitNow, TestContext.Current.CancellationToken);
        Assert.True(reached.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.True(await Task.Run(() => rig.Take(1), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        slow.Set();
        Assert.True(await commit.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void The_loop_does_not_turn_while_it_waits()
    {
        var rig = new CommitRig(new CommitSettings { Interval = TimeSpan.FromMilliseconds(5), MinGap = TimeSpan.Zero });
        using var commits = new CountdownEvent(20);
        rig.Loop.AtRest = () =>
        {
            if (!commits.IsSet) commits.Signal();
        };
        rig.Loop.Start();
        Assert.True(commits.Wait(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        rig.Loop.Stop();
        // A wait and the rest of it below a millisecond; not the thousands of looks a millisecond has room for.
        Assert.InRange(rig.Loop.Turns, 20, rig.Loop.Commits * 5);
    }

    [Fact]
    public void A_failed_commit_is_tried_again_soon_although_the_interval_is_long()
    {
        var rig = new CommitRig(Rare);
        rig.Take(1);
        rig.Store.Failure = StoreFailure.Full;
        rig.Store.OnCommit = _ =>
        {
            if (rig.Store.Tries == 2) rig.Store.Failure = null;
        };
        rig.Loop.Start();
        using var hang = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.True(rig.Loop.RequestAndWait(hang.Token));
        Assert.Equal(1, rig.Source.Committed);
        rig.Loop.Stop();
    }

    [Fact]
    public void A_full_disk_is_progress_of_the_commit_and_of_who_waits_for_it()
    {
        var rig = new CommitRig(Rare);
        var waiter = new Progress("source plant");
        rig.Take(1);
        rig.Store.Failure = StoreFailure.Full;
        var passed = new List<(long Commit, Step Step, long Waiter)>();
        rig.Store.OnCommit = _ =>
        {
            var (commit, step) = rig.Loop.Progress.Look();
            passed.Add((commit, step, waiter.Look().Passes));
            if (rig.Store.Tries == 3) rig.Store.Failure = null;
        };
        rig.Loop.Start();
        using var hang = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.True(rig.Loop.RequestAndWait(hang.Token, waiter));
        rig.Loop.Stop();
        Assert.All(passed, p => Assert.Equal(Step.Committing, p.Step));
        Assert.True(passed[1].Commit > passed[0].Commit && passed[2].Commit > passed[1].Commit);
        Assert.True(passed[2].Waiter > passed[1].Waiter);
        Assert.Equal(Step.None, rig.Loop.Progress.Look().Step);
    }

    [Fact]
    public void Waiting_for_a_commit_of_nothing_ends()
    {
        var rig = new CommitRig(Rare);
        rig.Loop.Start();
        using var hang = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.True(rig.Loop.RequestAndWait(hang.Token));
        rig.Loop.Stop();
        Assert.Equal(0, rig.Store.Tries);
    }

    [Fact]
    public void Waiting_for_a_commit_ends_with_the_stop()
    {
        var rig = new CommitRig(Rare);
        rig.Take(1);
        rig.Store.Failure = StoreFailure.Full;
        rig.Loop.Start();
        using var stop = new CancellationTokenSource();
        rig.Store.OnCommit = _ => stop.Cancel();
        Assert.False(rig.Loop.RequestAndWait(stop.Token));
        rig.Store.Failure = null;
        rig.Loop.Stop();
    }

    [Fact]
    public void More_than_the_bound_of_uncommitted_records_blocks_the_gates_until_a_commit_works()
    {
        var rig = new CommitRig();
        rig.Store.Failure = StoreFailure.Full;
        var many = new string('x', 60_000);
        var taken = 0;
        while (!rig.Source.Feed.Gate.IsBlocked) rig.Take(taken, many + taken++);
        Assert.False(rig.Loop.CommitNow());
        Assert.True(rig.Source.Feed.Gate.IsBlocked);
        rig.Store.Failure = null;
        Assert.True(rig.Loop.CommitNow());
        Assert.False(rig.Source.Feed.Gate.IsBlocked);
        Assert.Equal(taken, rig.Stored().Count);
    }

    [Fact]
    public void A_pipeline_with_many_records_stops_its_source_until_the_cut_takes_them()
    {
        var rig = new CommitRig();
        var many = new string('x', 60_000);
        var taken = 0;
        for (var round = 1; round <= 3; round++)
        {
            var waiting = 0L;
            for (; !rig.Source.Feed.Gate.IsBlocked; taken++)
            {
                rig.Take(taken, many + taken);
                waiting = rig.Pipeline.Lanes.Sum(l => (long)l.Records.Length);
            }

            Assert.InRange(waiting, SourceFeed.MostWaitingBytes + 1, SourceFeed.MostWaitingBytes + 200_000);
            // Let go by the cut, not by the end of the commit: the next records gather while these are written.
            var free = false;
            rig.Store.OnCommit = _ => free = !rig.Source.Feed.Gate.IsBlocked;
            Assert.True(rig.Loop.CommitNow());
            Assert.True(free);
            Assert.Equal(taken, rig.Stored().Count);
        }
    }

    [Fact]
    public void Records_faster_than_the_disk_wait_at_their_source_and_commits_stay_small()
    {
        var rig = new CommitRig(Rare);
        var largest = 0L;
        rig.Store.OnCommit = batch => largest = Math.Max(largest, batch.Bytes);
        rig.Loop.Start();
        var many = new string('x', 60_000);
        const int Messages = 600; // 36 MB
        for (var i = 0; i < Messages; i++) Assert.True(rig.Take(i, many + i));
        rig.Loop.Stop();
        Assert.Equal(Messages, rig.Stored().Count);
        Assert.InRange(largest, 1, SourceFeed.MostWaitingBytes + 400_000);
    }

    [Fact]
    public void A_damaged_database_ends_the_loop_once_and_nothing_is_acknowledged()
    {
        var rig = new CommitRig(Rare);
        var ends = new List<string>();
        rig.Loop.Ended = ends.Add;
        rig.Take(1);
        rig.Store.Failure = StoreFailure.Damaged;
        rig.Loop.Start();
        rig.Loop.Request();
        Assert.False(rig.Loop.Stop(TimeSpan.FromMinutes(5)));
        Assert.False(rig.Loop.CommitNow());
        Assert.Single(ends);
        Assert.Equal((1, 0), (rig.Store.Tries, rig.Source.Committed));
    }

    [Fact]
    public void The_last_commit_is_tried_again_and_its_outcome_told()
    {
        var rig = new CommitRig(Rare);
        rig.Loop.Start();
        rig.Take(1);
        rig.Store.Failure = StoreFailure.Full;
        rig.Store.OnCommit = _ =>
        {
            if (rig.Store.Tries == 2) rig.Store.Failure = null;
        };
        Assert.True(rig.Loop.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, rig.Source.Committed);
    }

    [Fact]
    public void A_disk_that_stays_full_does_not_hold_up_the_stop()
    {
        var rig = new CommitRig(Rare);
        rig.Loop.Start();
        rig.Take(1);
        rig.Store.Failure = StoreFailure.Full;
        Assert.False(rig.Loop.Stop());
        Assert.Equal((1, 0), (rig.Store.Tries, rig.Source.Committed));
    }

    [Fact]
    public void A_store_found_full_blocks_the_gates_without_a_commit_to_make()
    {
        var store = new MemoryStore(1 << 20);
        var first = new CommitRig(store: new FaultyStore(store));
        var many = new string('x', 60_000);
        for (var i = 0; i < 20; i++) first.Take(i, many + i);
        first.Loop.CommitNow();
        Assert.True(store.IsFull);
        var restarted = new CommitRig(store: new FaultyStore(store));
        restarted.Loop.CommitNow();
        Assert.True(restarted.Source.Feed.Gate.IsBlocked);
    }

    static string Value(string payload)
    {
        using var json = System.Text.Json.JsonDocument.Parse(payload);
        return json.RootElement.GetProperty("value").GetRawText();
    }
}
