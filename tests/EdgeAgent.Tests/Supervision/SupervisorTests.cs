using EdgeAgent.Clocks;
using EdgeAgent.Supervision;
using Xunit;

namespace EdgeAgent.Tests.Supervision;

/// <summary>What the service manager hears from a start to a stop, with a clock that a test moves.</summary>
public sealed class SupervisorTests : IDisposable
{
    readonly FakeClock _clock = new();
    readonly NotifySocket _socket = new();
    readonly LogLines _log = new();
    bool _worked;

    [Fact]
    public void A_run_says_that_it_is_ready_what_it_does_and_that_it_stops()
    {
        using var supervisor = New();
        supervisor.Starting("Opens the database");
        supervisor.Ready("1 of 2 sources connected");
        supervisor.Status("1 of 2 sources connected");
        supervisor.Status("2 of 2 sources connected");
        supervisor.Stopping();
        Assert.Equal(
        [
            "STATUS=Opens the database", "READY=1\nSTATUS=1 of 2 sources connected", "STATUS=2 of 2 sources connected",
            "STOPPING=1\nSTATUS=Stops: last commit, then the outputs",
        ], _socket.Take());
    }

    [Fact]
    public void A_reload_has_its_time_and_its_end_although_nobody_listened_for_a_while()
    {
        using var supervisor = New();
        supervisor.Ready("runs");
        _socket.Take();
        var us = _clock.Monotonic.Ns / 1000;
        supervisor.Reloading();
        supervisor.Ready("Reload refused: the configuration has errors");
        Assert.Equal([$"RELOADING=1\nMONOTONIC_USEC={us}\nSTATUS=Reloads", "READY=1\nSTATUS=Reload refused: the configuration has errors"],
            _socket.Take());

        using (var other = _socket.Manager())
            while (other.TrySay("STATUS=full"))
            {
            }

        supervisor.Reloading();
        supervisor.Ready("Reload applied");
        Assert.DoesNotContain(_socket.Take(), said => said.Contains("READY", StringComparison.Ordinal));
        Pass(supervisor, 1);
        Assert.Equal(2, _socket.Take().Count(said => said.Contains("RELOADING=1", StringComparison.Ordinal)
            || said.Contains("Reload applied", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_start_is_given_more_time_while_it_works_or_waits_for_an_outage_to_end()
    {
        using var supervisor = New();
        supervisor.Starting("Opens the database");
        Pass(supervisor, 20);
        Assert.Empty(Extensions()); // nothing was done: it hangs
        _worked = true;
        Pass(supervisor, 20);
        Assert.InRange(Extensions().Count, 3, 5);
        _worked = false;
        supervisor.Starting("Waits for space", isWaiting: true);
        Pass(supervisor, 20);
        Assert.InRange(Extensions().Count, 3, 5);
        supervisor.Ready("runs");
        Pass(supervisor, 20);
        Assert.Empty(Extensions());
    }

    [Fact]
    public void Pings_come_twice_in_its_time_while_all_make_progress()
    {
        using var supervisor = New(watchdogUs: "30000000");
        var (source, output) = Loops(supervisor);
        Pass(supervisor, 100);
        Assert.Empty(Pings()); // not before it is ready
        supervisor.Ready("runs");
        var pings = 0;
        for (var second = 0; second < 300; second++)
        {
            source.At(Step.Reading);
            if (second % 50 == 0) output.At(Step.Sending); // Kafka is slow to answer
            Pass(supervisor, 1);
            pings += Pings().Count;
        }

        Assert.InRange(pings, 20, 22);
        Assert.Empty(_log.All);
    }

    [Fact]
    public void A_stuck_thread_is_named_and_then_the_manager_is_asked_to_end_it()
    {
        using var supervisor = New(watchdogUs: "30000000");
        var (source, output) = Loops(supervisor);
        supervisor.Ready("runs");
        _socket.Take();
        source.At(Step.InGate);
        for (var second = 0; second < 30 && _log.All.Count == 0; second++)
        {
            output.At(Step.Waiting);
            Pass(supervisor, 1);
        }

        var line = Assert.Single(_log.All);
        Assert.StartsWith("Error: Stuck: source plant decodes and runs pipelines with its gate held for 1", line);
        // The line is to be written first.
        Assert.DoesNotContain(_socket.Take(), said => said.Contains("trigger", StringComparison.Ordinal));
        Pass(supervisor, 1);
        var end = Assert.Single(_socket.Take(), said => said.Contains("WATCHDOG=trigger", StringComparison.Ordinal));
        Assert.StartsWith("STATUS=Stuck: source plant", end);
        Pass(supervisor, 100);
        Assert.Empty(Pings());
    }

    [Fact]
    public void One_that_goes_on_in_the_last_moment_is_left_alone()
    {
        using var supervisor = New(watchdogUs: "30000000");
        var (source, output) = Loops(supervisor);
        supervisor.Ready("runs");
        source.At(Step.InGate);
        for (var second = 0; second < 30 && _log.All.Count == 0; second++)
        {
            output.At(Step.Waiting);
            Pass(supervisor, 1);
        }

        _socket.Take();
        source.At(Step.Reading);
        Pass(supervisor, 2);
        Assert.DoesNotContain(_socket.Take(), said => said.Contains("trigger", StringComparison.Ordinal));
        Assert.EndsWith("goes on again", _log.All[^1]);
    }

    [Fact]
    public void Without_a_watching_manager_a_stuck_thread_is_told_of_and_nothing_ends()
    {
        using var supervisor = New();
        var (source, output) = Loops(supervisor);
        supervisor.Ready("runs");
        _socket.Take();
        for (var second = 0; second < 30; second++)
        {
            output.At(Step.Waiting);
            Pass(supervisor, 1);
        }

        Assert.Contains("restart it", Assert.Single(_log.All));
        Assert.Empty(_socket.Take());
        Assert.Equal(Step.Waiting, source.Look().Step);
    }

    [Fact]
    public void A_process_that_was_stopped_or_slept_accuses_nobody()
    {
        using var supervisor = New(watchdogUs: "30000000");
        Loops(supervisor);
        supervisor.Ready("runs");
        Pass(supervisor, 1);
        _clock.Pass(3600);
        supervisor.Turn();
        Assert.Empty(_log.All);
        Assert.Single(Pings());
    }

    public void Dispose() => _socket.Dispose();

    Supervisor New(string? watchdogUs = null) => new(_socket.Manager(watchdogUs), _clock, _log.Limiter, () => _worked);

    static (Progress Source, Progress Output) Loops(Supervisor supervisor)
    {
        var (source, output) = (supervisor.Watch.Over("source plant"), supervisor.Watch.Over("output central"));
        source.Begin();
        output.Begin();
        return (source, output);
    }

    void Pass(Supervisor supervisor, int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _clock.Pass(1);
            supervisor.Turn();
        }
    }

    List<string> Pings() => _socket.Take().FindAll(said => said == "WATCHDOG=1");

    List<string> Extensions() => _socket.Take().FindAll(said => said.StartsWith("EXTEND_TIMEOUT_USEC=", StringComparison.Ordinal));
}
