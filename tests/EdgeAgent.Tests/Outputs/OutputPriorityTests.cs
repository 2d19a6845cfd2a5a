using EdgeAgent.Clocks;
using EdgeAgent.Core.Records;
using EdgeAgent.Core.Settings;
using EdgeAgent.Network;
using EdgeAgent.Outputs;
using EdgeAgent.Status;
using EdgeAgent.Storage;
using EdgeAgent.Tests.Storage;
using Xunit;

namespace EdgeAgent.Tests.Outputs;

/// <summary>What goes first, what waits, and what goes away: docs/decisions/priorities.md.</summary>
public sealed class OutputPriorityTests
{
    static readonly Lane s_alerts = new("out", RecordPriority.Alert), s_summaries = new("out", RecordPriority.Summary),
        s_raw = new("out", RecordPriority.Raw);

    static readonly PumpPace s_pace = new(new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1)));
    readonly FakeClock _clock = new();
    readonly MemoryStore _store = new();
    readonly Confirmations _confirmations = new();
    int _made;

    [Fact]
    public void Alerts_then_summaries_then_raw_readings()
    {
        var output = new MemoryOutput();
        Commit(s_raw, 2, "r");
        Commit(s_summaries, 2, "s");
        Commit(s_alerts, 2, "a");
        using var pump = Pump(output);
        pump.Start();
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal(["a-4", "a-5", "s-2", "s-3", "r-0", "r-1"], output.Arrived);
    }

    [Fact]
    public void A_fresh_alert_passes_summaries_that_are_paced_and_they_keep_their_order()
    {
        var windows = new List<string>();
        var output = new MemoryOutput();
        output.OnSend = (segments, _) => windows.Add(string.Join(',', segments.Select(s => s.Lane.Priority)));
        for (var i = 0; i < 20; i++) Commit(s_summaries, 1, "s", payloadBytes: 1000);
        _clock.Pass(3600);
        using var pump = Pump(output, s_pace with { ReplayRate = 2_000 });
        pump.Start();
        // The bucket holds half a second, and a segment may overdraw it.
        Assert.True(_confirmations.Wait(s_summaries, 1));
        Commit(s_alerts, 1, "a");
        pump.Wake();
        Assert.True(_confirmations.Wait(s_alerts, 1));
        var before = _confirmations.All.Where(c => c.Lane == s_summaries).Max(c => c.Through);
        Assert.InRange(before, 1, 2);
        for (var through = before + 1; through <= 20; through++)
        {
            _clock.Pass(0.6);
            pump.Wake();
            Assert.True(_confirmations.Wait(s_summaries, through));
        }

        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"s-{i}"), output.Arrived.Where(id => id[0] == 's'));
        Assert.Contains("1", windows);
    }

    [Fact]
    public void What_is_fresh_is_not_paced()
    {
        var output = new MemoryOutput();
        for (var i = 0; i < 20; i++) Commit(s_summaries, 1, "s", payloadBytes: 1000);
        using var pump = Pump(output, s_pace with { ReplayRate = 1_024 });
        pump.Start();
        Assert.True(_confirmations.Wait(s_summaries, 20));
    }

    [Fact]
    public void What_has_waited_for_too_long_is_dropped_and_counted_by_priority()
    {
        var output = new MemoryOutput();
        var tooOld = 0L;
        Commit(s_raw, 5, "r");
        Commit(s_summaries, 3, "s");
        _clock.Pass(100);
        Commit(s_summaries, 2, "s");
        Commit(s_alerts, 1, "a");
        using var pump = Pump(output, s_pace with { MaxAge = TimeSpan.FromSeconds(60) }, count => tooOld += count);
        pump.Start();
        Assert.True(_confirmations.Wait(s_raw, 5));
        Assert.True(pump.Stop(TimeSpan.FromSeconds(30)));
        Assert.Equal(["a-10", "s-8", "s-9"], output.Arrived);
        var status = pump.Status();
        Assert.Equal([new("summaries", "too_old", 3), new("raw", "too_old", 5)], status.Drops.Where(drop => drop.Count > 0));
        Assert.Equal((8L, 8L, 3L), (status.Dropped, tooOld, status.Confirmed));
        Assert.Equal([(s_summaries, 3L), (s_summaries, 5L)], _confirmations.All.Where(c => c.Lane == s_summaries));
    }

    [Fact]
    public void Drops_by_overflow_are_told_by_priority()
    {
        var store = new MemoryStore(1 << 20, OverflowPolicy.DropOldest);
        foreach (var lane in new[] { s_raw, s_summaries, s_alerts })
        {
            var batch = new CommitBatch();
            batch.Records.Add((lane, 600, Encode(600, "x", 1000)));
            store.Commit(batch);
        }

        using var pump = new OutputPump(new MemoryOutput(), [s_alerts, s_summaries, s_raw], store, _confirmations,
            new OutputHealth(new SystemClock()),
            new PumpPace(new Backoff(TimeSpan.Zero, TimeSpan.Zero, new Random(1))));
        var drops = pump.Status().Drops;
        Assert.Equal(["alerts overflow", "summaries overflow", "raw overflow"], drops.Select(drop => $"{drop.Priority} {drop.Reason}"));
        Assert.Equal(0, drops[0].Count);
        Assert.Equal(600, drops[2].Count);
        Assert.InRange(drops[1].Count, 1, 599);
        Assert.Equal(drops.Sum(drop => drop.Count), pump.Status().Dropped);
    }

    [Fact]
    public void A_window_takes_about_a_second()
    {
        var size = new WindowSize(1 << 20);
        Assert.Equal(128 << 10, size.Bytes);
        for (var i = 0; i < 5; i++) size.Took(TimeSpan.FromSeconds(0.1));
        Assert.Equal(1 << 20, size.Bytes);
        size.Took(TimeSpan.FromSeconds(0.7));
        Assert.Equal(1 << 20, size.Bytes);
        for (var i = 0; i < 9; i++) size.Took(TimeSpan.FromSeconds(3));
        Assert.Equal(64 << 10, size.Bytes);
        Assert.Equal(1000, new WindowSize(1000).Bytes);
    }

    OutputPump Pump(IOutput output, PumpPace? pace = null, Action<long>? onTooOld = null) =>
        new(output, [s_alerts, s_summaries, s_raw], _store, _confirmations, new OutputHealth(_clock) { OnTooOld = onTooOld },
            pace ?? s_pace);

    void Commit(Lane lane, int count, string key, int payloadBytes = 10)
    {
        var batch = new CommitBatch { CutAtNs = _clock.Now.WallNs };
        batch.Records.Add((lane, count, Encode(count, key, payloadBytes)));
        _store.Commit(batch);
    }

    byte[] Encode(int count, string key, int payloadBytes)
    {
        var buffer = new LaneBuffer();
        for (var i = 0; i < count; i++)
            buffer.Append(RecordKind.Summary, 1, "t", key, $"{key}-{_made++}", new byte[payloadBytes]);
        return buffer.Bytes.ToArray();
    }
}
