using EdgeAgent.Clocks;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs;

public sealed class OutputPumpTests
{
    static readonly Lane s_lane = new("out", 0);
    static readonly Lane s_urgent = new("out", 1);

    static OutputPump Pump(IOutput output, IStore store, IConfirmations confirmations, OutputHealth? health = null,
        long windowBytes = 1 << 20, params Lane[] lanes) =>
            new(output, lanes.Length == 0 ? [s_lane] : lanes, store, confirmations, health ?? new OutputHealth(new SystemClock()),
                new PumpPace(new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1))) { MaxWindowBytes = windowBytes });

    [Fact]
    public void Sends_what_was_committed_before_and_after_its_start()
    {
        var (store, output, confirmations, records) = (new MemoryStore(), new MemoryOutput(), new Confirmations(), new Records());
        records.Commit(store, 5);
        using var pump = Pump(output, store, confirmations);
        pump.Start();
        Assert.True(confirmations.Wait(s_lane, 5));
        records.Commit(store, 3);
        pump.Wake();
        Assert.True(confirmations.Wait(s_lane, 8));
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal(records.Ids, output.Arrived);
        Assert.Equal((8, 8, 0), (pump.Status().Sent, pump.Status().Confirmed, pump.Status().Rejected));
    }

    [Fact]
    public void Starts_behind_what_the_store_has_confirmed()
    {
        var (store, output, confirmations, records) = (new MemoryStore(), new MemoryOutput(), new Confirmations(), new Records());
        records.Commit(store, 4);
        records.Commit(store, 4);
        var batch = new CommitBatch();
        batch.Confirmed.Add((s_lane, 4));
        store.Commit(batch);
        using var pump = Pump(output, store, confirmations);
        pump.Start();
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal(records.Ids[4..], output.Arrived);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Random_failures_lose_nothing_and_keep_order_once_repeats_are_dropped(int seed)
    {
        var random = new Random(seed);
        var (store, confirmations, records) = (new MemoryStore(), new Confirmations(), new Records());
        var breaks = new Random(seed + 100);
        var rejects = new HashSet<string>();
        var output = new MemoryOutput { Breaks = _ => breaks.Next(20) == 0, Rejects = rejects.Contains };
        using var pump = Pump(output, store, confirmations, windowBytes: random.Next(1, 4000));
        for (var i = 0; i < 20; i++)
        {
            records.Commit(store, random.Next(1, 30));
            if (i is 0 or 3 or 6 or 10) rejects.Add(records.Ids[^1]); // before the pump runs: it may send at once what is committed
            if (i == 10) pump.Start();
            pump.Wake();
        }

        Assert.True(confirmations.Wait(s_lane, records.Ids.Count));
        pump.Stop(TimeSpan.Zero);
        Assert.Equal(records.Ids.Where(id => !rejects.Contains(id)), output.Arrived.Distinct());
        Assert.True(output.Arrived.Count > records.Ids.Count, "no failure was seen");
        Assert.Equal(rejects.Count, confirmations.Rejects.Count);
        Assert.Equal(confirmations.All.Select(c => c.Through).Order(), confirmations.All.Select(c => c.Through));
        Assert.Equal(records.Ids.Count - rejects.Count, pump.Status().Confirmed);
    }

    [Fact]
    public void Confirms_nothing_that_was_not_delivered()
    {
        var (store, confirmations, records) = (new MemoryStore(), new Confirmations(), new Records());
        records.Commit(store, 3);
        records.Commit(store, 3);
        var broken = records.Ids[4];
        using var tried = new ManualResetEventSlim();
        var tries = 0;
        var output = new MemoryOutput { Breaks = id => id == broken };
        output.OnSend = (_, _) => { if (++tries == 3) tried.Set(); };
        using var pump = Pump(output, store, confirmations);
        pump.Start();
        Assert.True(tried.Wait(TimeSpan.FromSeconds(30)));
        pump.Stop(TimeSpan.Zero);
        Assert.Equal((s_lane, 3), Assert.Single(confirmations.All));
        Assert.Equal("it broke", pump.Status().LastError);
        Assert.False(pump.Status().Connected);
    }

    [Fact]
    public void Higher_priorities_go_first()
    {
        var (store, output, confirmations) = (new MemoryStore(), new MemoryOutput(), new Confirmations());
        var (plain, urgent) = (new Records(), new Records("t", 1));
        plain.Commit(store, 3);
        urgent.Commit(store, 2, priority: 1);
        using var pump = Pump(output, store, confirmations, lanes: [s_lane, s_urgent]);
        pump.Start();
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal([.. urgent.Ids, .. plain.Ids], output.Arrived);
    }

    [Fact]
    public void A_window_is_bounded_but_never_empty()
    {
        var (store, confirmations, records) = (new MemoryStore(), new Confirmations(), new Records());
        for (var i = 0; i < 10; i++) records.Commit(store, 10);
        var oneSegment = store.TryRead(s_lane, 0)!.Bytes.Length;
        var windows = new List<int>();
        var output = new MemoryOutput { OnSend = (segments, _) => windows.Add(segments.Sum(s => s.Bytes.Length)) };
        using (var pump = Pump(output, store, confirmations, windowBytes: 3 * oneSegment))
        {
            pump.Start();
            Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        }

        Assert.All(windows, bytes => Assert.InRange(bytes, oneSegment - 20, (3 * oneSegment) + 20));
        using (var pump = Pump(new MemoryOutput(), store, confirmations, windowBytes: 1))
        {
            pump.Start();
            Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public void A_damaged_record_is_set_aside_once_and_the_rest_goes_on()
    {
        var (store, output, confirmations, records) = (new MemoryStore(), new MemoryOutput(), new Confirmations(), new Records());
        var batch = new CommitBatch();
        var torn = records.Segment(4).Bytes;
        batch.Records.Add((s_lane, 4, torn[..^5]));
        store.Commit(batch);
        records.Commit(store, 2);
        using var pump = Pump(output, store, confirmations);
        pump.Start();
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal([.. records.Ids[..3], .. records.Ids[4..]], output.Arrived);
        Assert.Equal(4, Assert.Single(confirmations.Rejects).Number);
        Assert.Equal(5, pump.Status().Confirmed);
    }

    [Fact]
    public void A_record_that_is_refused_is_told_with_its_reason_and_how_it_begins()
    {
        var (store, output, confirmations, records) = (new MemoryStore(), new MemoryOutput(), new Confirmations(), new Records());
        var told = new List<string>();
        var health = new OutputHealth(new SystemClock(), onRejected: (reason, sample) => told.Add($"{reason}: {sample}"));
        records.Commit(store, 3);
        output.Rejects = id => id == records.Ids[1];
        using var pump = Pump(output, store, confirmations, health);
        Assert.Null(pump.Status().LastRejection);
        pump.Start();
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal("too odd: " + records.Payloads[1], Assert.Single(told));
        Assert.Equal(("too odd", 1, 2), (pump.Status().LastRejection, pump.Status().Rejected, pump.Status().Confirmed));
    }

    [Fact]
    public void A_stop_ends_a_send_that_hangs_and_reports_what_is_left()
    {
        var (store, confirmations, records) = (new MemoryStore(), new Confirmations(), new Records());
        records.Commit(store, 2);
        using var sending = new ManualResetEventSlim();
        var output = new MemoryOutput
        {
            OnSend = (_, stop) =>
            {
                sending.Set();
                stop.WaitHandle.WaitOne();
            },
        };
        var pump = Pump(output, store, confirmations);
        pump.Start();
        Assert.True(sending.Wait(TimeSpan.FromSeconds(30)));
        Assert.False(pump.Stop(TimeSpan.Zero));
        Assert.Empty(confirmations.All);
        Assert.Equal(2, pump.Status().BacklogRecords);
        pump.Dispose();
        Assert.True(output.IsDisposed);
    }

    [Fact]
    public void A_failure_is_told_and_so_is_its_end()
    {
        var (store, confirmations, records) = (new MemoryStore(), new Confirmations(), new Records());
        var (failures, ends) = (new List<string>(), 0);
        var health = new OutputHealth(new SystemClock(), failures.Add, () => ends++);
        Assert.Null(health.Connected);
        health.OnWell();
        health.OnFailed("gone");
        health.OnFailed("gone");
        Assert.False(health.Connected);
        health.OnWell();
        health.OnWell();
        Assert.Equal((2, 1, true, "gone"), (failures.Count, ends, health.Connected, health.LastError));
    }

    [Fact]
    public void An_output_that_is_not_reached_is_opened_again_although_there_is_nothing_to_send()
    {
        using var well = new ManualResetEventSlim();
        var health = new OutputHealth(new SystemClock(), onWell: well.Set);
        var opened = 0;
        var output = new MemoryOutput
        {
            OnOpen = () =>
            {
                if (++opened < 3) health.OnUnconnected("gone");
                else health.OnConnected();
            },
        };
        using var pump = Pump(output, new MemoryStore(), new Confirmations(), health);
        pump.Start();
        Assert.True(well.Wait(TimeSpan.FromSeconds(30)));
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal((3, true, "gone"), (opened, pump.Status().Connected, pump.Status().LastError));
    }

    [Fact]
    public void Reaching_the_other_side_ends_that_it_was_not_reached_but_not_the_trouble_of_a_delivery()
    {
        var firsts = 0;
        var health = new OutputHealth(new SystemClock(), onFirst: () => firsts++);
        health.OnConnected();
        health.OnUnconnected("no way there");
        Assert.False(health.Connected);
        health.OnConnected();
        Assert.True(health.Connected);
        health.OnFailed("no such topic");
        health.OnUnconnected("no way there");
        health.OnConnected();
        Assert.False(health.Connected);
        health.OnWell();
        Assert.Equal((true, 1), (health.Connected, firsts));
    }

    [Fact]
    public void The_next_try_is_known_while_it_is_waited_for()
    {
        var health = new OutputHealth(new SystemClock());
        Assert.Null(health.NextTry);
        health.TriesIn(TimeSpan.FromHours(1));
        Assert.InRange(health.NextTry!.Value, TimeSpan.Zero, TimeSpan.FromHours(1));
        health.TriesIn(TimeSpan.Zero);
        Assert.Null(health.NextTry);
    }
}
