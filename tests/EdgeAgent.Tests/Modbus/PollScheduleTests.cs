using EdgeAgent.Core.Modbus;
using EdgeAgent.Core.Readings;
using Xunit;

namespace EdgeAgent.Tests.Modbus;

public sealed class PollScheduleTests
{
    const long Ms = 1_000_000;
    const long S = 1_000 * Ms;

    static PollSchedule Schedule(params PollSlot[] slots) => new(slots, retries: 1, timeoutNs: 100 * Ms, maxPauseNs: 8 * S, start: At(0));

    static MonotonicTime At(long ns) => new(ns);

    [Fact]
    public void Keeps_the_grid_whatever_a_poll_takes()
    {
        var schedule = Schedule(new PollSlot(0, S));
        var random = new Random(3);
        var starts = new List<long>();
        for (long now = 0; starts.Count < 1000;)
        {
            if (schedule.Next(At(now), out var due) < 0)
            {
                now = due.Ns;
                continue;
            }

            starts.Add(due.Ns);
            Assert.Equal(now, due.Ns);
            now += random.NextInt64(1, 900 * Ms);
            schedule.Answered(0, At(now));
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => i * S), starts);
        Assert.Equal(0, schedule.Missed);
    }

    [Fact]
    public void Counts_the_grid_points_a_long_poll_passes()
    {
        var schedule = Schedule(new PollSlot(0, S));
        Assert.Equal(0, schedule.Next(At(0), out _));
        schedule.Answered(0, At(3 * S + 500 * Ms));
        Assert.Equal(0, schedule.Next(At(3 * S + 500 * Ms), out var due));
        Assert.Equal(3 * S, due.Ns);
        Assert.Equal(2, schedule.Missed);
    }

    [Fact]
    public void A_unit_without_polls_is_never_degraded() => Assert.False(Schedule(new PollSlot(0, S)).IsDegraded(1));

    [Fact]
    public void Spreads_the_start()
    {
        var schedule = Schedule([.. Enumerable.Range(0, 4).Select(i => new PollSlot(i, S))]);
        var starts = new List<long>();
        for (long now = 0; starts.Count < 4;)
        {
            var slot = schedule.Next(At(now), out var due);
            if (slot >= 0)
            {
                starts.Add(due.Ns);
                schedule.Answered(slot, At(now));
            }
            else now = due.Ns;
        }

        Assert.Equal([0, S / 4, S / 2, 3 * S / 4], starts);
    }

    [Fact]
    public void A_dead_unit_costs_its_neighbours_little()
    {
        PollSlot[] slots = [.. Enumerable.Range(0, 10).Select(i => new PollSlot(i, 200 * Ms))];
        var schedule = new PollSchedule(slots, retries: 1, timeoutNs: 100 * Ms, maxPauseNs: 60 * S, start: At(0));
        var polled = new int[10];
        long now = 0, deadTime = 0;
        while (now < 600 * S)
        {
            var slot = schedule.Next(At(now), out var due);
            if (slot < 0) now = due.Ns;
            else if (slot == 3)
            {
                now += 100 * Ms;
                deadTime += 100 * Ms;
                while (schedule.Failed(3, At(now))) (now, deadTime) = (now + 100 * Ms, deadTime + 100 * Ms);
            }
            else
            {
                now += 10 * Ms;
                schedule.Answered(slot, At(now));
                polled[slot]++;
            }
        }

        Assert.True(schedule.IsDegraded(3));
        Assert.InRange(deadTime, 1, 3 * S);
        for (var i = 0; i < 10; i++)
            if (i != 3) Assert.InRange(polled[i], 2970, 3000);
    }

    [Fact]
    public void A_unit_that_answers_again_is_back_on_its_grid()
    {
        var schedule = Schedule(new PollSlot(0, S), new PollSlot(0, 5 * S));
        Assert.True(schedule.Failed(0, At(100 * Ms)));
        Assert.False(schedule.Failed(0, At(200 * Ms)));
        Assert.True(schedule.IsDegraded(0));
        Assert.Equal(-1, schedule.Next(At(200 * Ms), out var due));
        Assert.Equal(1200 * Ms, due.Ns);
        Assert.False(schedule.Failed(0, At(1300 * Ms)));
        Assert.Equal(-1, schedule.Next(At(1300 * Ms), out due));
        Assert.Equal(3300 * Ms, due.Ns);
        Assert.Equal(0, schedule.Next(At(3300 * Ms), out _));
        schedule.Answered(0, At(3350 * Ms));
        Assert.False(schedule.IsDegraded(0));
        Assert.Equal(0, schedule.Missed);
        Assert.Equal(3, schedule.Skipped);
        Assert.Equal(1, schedule.Next(At(3350 * Ms), out due));
        Assert.Equal(0, due.Ns);
        schedule.Answered(1, At(3360 * Ms));
        Assert.Equal(-1, schedule.Next(At(3360 * Ms), out due));
        Assert.Equal(4 * S, due.Ns);
    }

    [Fact]
    public void Once_means_once_until_a_reconnect()
    {
        var schedule = Schedule(new PollSlot(0, 0));
        Assert.Equal(0, schedule.Next(At(0), out _));
        schedule.Answered(0, At(1));
        Assert.Equal(-1, schedule.Next(At(S), out var due));
        Assert.Equal(long.MaxValue, due.Ns);
        schedule.Restart(At(2 * S));
        Assert.Equal(0, schedule.Next(At(2 * S), out _));
    }
}
