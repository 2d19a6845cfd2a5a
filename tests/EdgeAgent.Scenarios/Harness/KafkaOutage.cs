using System.Diagnostics;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Kafka is stopped, gone or cut off while windows close; afterwards every reading has arrived, repeats only with equal ids,
/// and within a bounded time.</summary>
sealed class KafkaOutage(Workspace workspace, KafkaOutageSettings settings)
{
    const string Topic = "edge.summaries";

    // The watchdog looks after 90 s without a report (30 s while no broker is reached), asks for some seconds,
    // and the new client connects within ten.
    const int MostRecoverySeconds = 120;
    const int ReadingsAtATime = 40;
    readonly Random _random = new(settings.Seed);
    readonly Truth _truth = new(10_000);
    readonly Tide _tide = new();
    long _peakBytes;

    /// <summary>Runs it to its end and judges.</summary>
    public FaultResult Run()
    {
        using var apache = settings.IsApache ? new ApacheKafka(workspace, Topic, settings.Partitions) : null;
        using var kafka = apache is null ? new Kafka(Topic, settings.Partitions, brokers: 3) : new Kafka(apache, Topic);
        using var broker = new Mosquitto(workspace, "persistence false\nmax_queued_messages 0", isVerbose: false);
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka)).Start();
        agent.WaitFor("subscribed to");
        agent.WaitForStatus(s => s.Output().Text("state") == "connected", "the brokers");
        var sensors = new Sensors(_truth, seed: settings.Seed);
        var load = new Background(() => Publish(broker.Port, sensors));
        if (!settings.IsIdleBefore)
        {
            var some = _random.Next(20, 200);
            kafka.WaitFor(r => _tide.Ask(r.Count > some), "some summaries before");
        }

        var watch = Stopwatch.StartNew();
        Fail(kafka, apache);
        Spend(agent, kafka, watch);
        var before = Confirmed(agent);
        watch.Restart();
        Mend(kafka, apache);
        agent.WaitForStatus(s => _tide.Ask(s.Output().Number("confirmed") > before), "records confirmed after the fault", 600);
        var recovery = watch.Elapsed;
        _tide.End();
        load.Join();
        var (lost, twice) = WaitForAll(kafka, agent);
        var status = agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "an empty outbox", 120).Output();
        NotePeak(agent);
        agent.Stop();
        workspace.Write("agent.log", agent.Text);
        var records = kafka.Records;
        var repeats = records.Count - records.DistinctBy(r => r.Id).Count();
        if (lost == 0 && twice == 0) _truth.Judge(records, Sensors.Group);
        var failure = recovery.TotalSeconds > MostRecoverySeconds ? $"records went only {recovery.TotalSeconds:0} s after Kafka was back"
            : status.Number("rejected") + status.Number("dropped") > 0
            ? $"{status.Number("rejected")} rejected, {status.Number("dropped")} dropped"
            : null;
        return new(lost, twice, failure, true, recovery, _peakBytes,
            $"readings {sensors.Published}, records {records.Count}, of them {repeats} repeats with equal ids; lost {lost}, twice {twice}; "
                + $"recovery {recovery.TotalSeconds:0.0} s; peak {_peakBytes >> 20} MiB");
    }

    void Publish(int port, Sensors sensors)
    {
        using var publisher = new Publisher(port);
        while (_tide.IsMoreWanted())
        {
            sensors.Publish(publisher, ReadingsAtATime);
            publisher.Flush();
        }

        sensors.Close(publisher);
    }

    void Fail(Kafka kafka, ApacheKafka? apache)
    {
        switch (settings.Fault)
        {
            case KafkaFault.Paused when apache is not null:
                apache.Pause();
                break;
            case KafkaFault.Paused:
                kafka.Signal("STOP");
                break;
            case KafkaFault.Down when apache is not null:
                apache.Kill();
                break;
            case KafkaFault.Down:
                kafka.Down();
                break;
        }
    }

    void Mend(Kafka kafka, ApacheKafka? apache)
    {
        switch (settings.Fault)
        {
            case KafkaFault.Paused when apache is not null:
                apache.Resume();
                break;
            case KafkaFault.Paused:
                kafka.Signal("CONT");
                break;
            case KafkaFault.Down when apache is not null:
                apache.Restart();
                break;
            case KafkaFault.Down:
                kafka.Up();
                break;
        }
    }

    // Readings come all the time; in the middle of it the agent may end and start.
    void Spend(Agent agent, Kafka kafka, Stopwatch watch)
    {
        var endAt = settings.Lasts * (0.1 + 0.6 * _random.NextDouble());
        var hasEnded = settings.AgentEnd == AgentEnd.None;
        while (watch.Elapsed < settings.Lasts)
        {
            _tide.Ask(enough: false);
            if (settings.Fault == KafkaFault.Cut)
            {
                var one = 1 + _random.Next(3);
                kafka.Tell($"down {one}");
                Thread.Sleep(_random.Next(0, 300));
                kafka.Tell($"up {one}");
            }

            Thread.Sleep(_random.Next(20, 200));
            if (hasEnded || watch.Elapsed < endAt) continue;
            hasEnded = true;
            NotePeak(agent);
            if (settings.AgentEnd == AgentEnd.Killed) agent.Kill();
            else agent.Stop();
            File.AppendAllText(workspace["ended.log"], agent.Text + "\nended\n");
            agent.Start();
        }
    }

    static long Confirmed(Agent agent) => agent.Status().Output().Number("confirmed");

    (long Lost, long Twice) WaitForAll(Kafka kafka, Agent agent)
    {
        try
        {
            kafka.WaitFor(r => _truth.IsReached(r, Sensors.Group), "all summaries", 120, () => agent.Text);
        }
        catch (TimeoutException)
        {
            // What is missing is counted.
        }

        return _truth.Differences(kafka.Records, Sensors.Group);
    }

    void NotePeak(Agent agent) => _peakBytes = Math.Max(_peakBytes, agent.PeakResidentBytes());
}
