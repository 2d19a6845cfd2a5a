using System.Diagnostics;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Readings become records of a real cluster of three while its brokers, its topics and the agent are in trouble; afterwards the
/// truth is judged by series.</summary>
/// <remarks>The cluster outlives the round: the topic is the round's own, and every fault is mended before the end.</remarks>
sealed class ClusterRound(Workspace workspace, ApacheKafka apache, ClusterRoundSettings settings)
{
    /// <summary>The topic of positions, which all rounds of a cluster share.</summary>
    public const string ProgressTopic = "edgeagent.progress";

    const int MostRecoverySeconds = 180, FirstOfSecond = 1_000_000;
    readonly string _topic = "t-" + Path.GetFileName(workspace.Path);
    readonly Random _random = new(settings.Seed);
    readonly List<ClusterRecord> _gone = []; // read from the topic before it was deleted
    SteadyReadings? _second;
    int _kills, _partitions;

    /// <summary>Every reading is a record.</summary>
    public static string Configuration(Workspace workspace, Mosquitto broker, string brokers, string topic, bool isExact,
        string name = "data", string more = "") => workspace.Write(name + ".yaml", $$"""
        agent:
          id: gw-test
          data_dir: {{workspace[name]}}
        sources:
        {{Harness.Configuration.Source("plant", broker.Port, "gw-" + name)}}
        pipelines:
          all: { from: [plant], to: [central] }
        outputs:
          central:
            type: kafka
            brokers: [{{string.Join(", ", brokers.Split(',').Select(b => $"\"{b}\""))}}]
            topic: {{topic}}
            key: "{device}"
            {{(isExact ? "exactly_once: true" : "")}}
            {{more}}
        commit: { interval: 200ms }

        """);

    /// <summary>Runs it to its end and judges.</summary>
    public FaultResult Run()
    {
        apache.CreateTopic(_topic, "--partitions", "4");
        using var broker = new Mosquitto(workspace, "persistence false\nmax_queued_messages 0", isVerbose: false);
        using var agent = new Agent(Configuration(workspace, broker, apache.Brokers, _topic, settings.IsExact)).Start();
        agent.WaitFor("subscribed to");
        var load = new SteadyReadings(broker.Port);
        agent.WaitForStatus(s => s.Output().Number("confirmed") > 100, "records before", 120);
        foreach (var fault in settings.Faults) Fail(fault, agent, load);
        var watch = Stopwatch.StartNew();
        var before = agent.Status().Output().Number("confirmed");
        agent.WaitForStatus(s => s.Output().Number("confirmed") > before, "records confirmed after the faults", 600);
        var recovery = watch.Elapsed;
        load.Stop();
        WaitForAll(load);
        // Nothing comes behind the last value: what is to be sent again would have been sent before it is confirmed.
        var status = agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "an empty outbox", 300).Output();
        var peak = agent.PeakResidentBytes();
        agent.Stop();
        workspace.Write("agent.log", agent.Text);
        return Judge(load, Read(), recovery, peak, status.Number("rejected") + status.Number("dropped"));
    }

    FaultResult Judge(SteadyReadings load, List<ClusterRecord> records, TimeSpan recovery, long peak, long gone)
    {
        var byValue = records.GroupBy(r => r.Value).ToDictionary(g => g.Key, g => g.Select(r => r.Id).ToList());
        var lost = Expected(load).Count(value => !byValue.ContainsKey(value));
        var repeats = records.Count - byValue.Count;
        var strangers = byValue.Values.Count(ids => ids.Distinct().Count() > 1);
        // Only a hard stop may repeat, and with equal ids.
        var twice = settings.IsExact || _kills == 0 ? repeats : strangers;
        var failure = gone > 0 ? $"{gone} rejected or dropped"
            : recovery.TotalSeconds > MostRecoverySeconds ? $"records went only {recovery.TotalSeconds:0} s after the faults" : null;
        return new(lost, twice, failure, records.Count > 0, recovery, peak,
            $"readings {Expected(load).Count()}, records {records.Count}, repeats with equal ids {repeats - strangers}, agent killed "
                + $"{_kills} times; lost {lost}, twice {twice}; recovery {recovery.TotalSeconds:0.0} s; peak {peak >> 20} MiB");
    }

    IEnumerable<long> Expected(SteadyReadings load) =>
        new[] { load, _second }.OfType<SteadyReadings>().SelectMany(l => Enumerable.Range(l.First, l.Sent)).Select(value => (long)value);

    List<ClusterRecord> Read() => [.. _gone, .. ClusterRecord.Read(apache, _topic, settings.IsExact)];

    /// <summary>Waits for every value that was sent, or 300 s.</summary>
    void WaitForAll(SteadyReadings load)
    {
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < 300; Thread.Sleep(250))
            if (Expected(load).All(Read().Select(r => r.Value).ToHashSet().Contains)) return;
    }

    void Fail(ClusterFault fault, Agent agent, SteadyReadings load)
    {
        var one = (1 + _random.Next(3)).ToString();
        switch (fault)
        {
            case ClusterFault.Rolling:
                foreach (var each in new[] { "1", "2", "3" }) apache.Restart(each);
                break;
            case ClusterFault.BrokerKilled:
                apache.Kill(one);
                Sleep(500, 5000);
                apache.Restart(one);
                break;
            case ClusterFault.BrokerPaused:
                apache.Pause(one);
                Sleep(1000, 1000 + (int)(1000 * settings.LongestPause));
                apache.Resume(one);
                break;
            case ClusterFault.TooFewReplicas:
                apache.Kill("2");
                apache.Kill("3");
                Sleep(3000, 15000);
                apache.Restart("2");
                apache.Restart("3");
                break;
            case ClusterFault.Partitions:
                apache.AlterTopic(_topic, "--partitions", (4 + ++_partitions).ToString());
                break;
            case ClusterFault.TopicMadeAgain:
                MakeAgain(agent, load);
                break;
            case ClusterFault.Quota:
                apache.Quota(1_500);
                agent.WaitForStatus(s => s.Output().Number("backlog_records") > 600, "records held back by the quota", 120);
                apache.Quota(null);
                break;
            case ClusterFault.TimeLimit:
                apache.AlterTopic(_topic, "--config", "message.timestamp.before.max.ms=1");
                agent.WaitForStatus(s => s.Output().Text("state") == "failing"
                    && s.Output().Text("last_error").Contains("refuses the time", StringComparison.Ordinal), "the refusal told", 120);
                Sleep(0, 3000);
                apache.AlterTopic(_topic, "--unset", "message.timestamp.before.max.ms");
                break;
            case ClusterFault.SecondAgent:
                Rival(agent);
                break;
            case ClusterFault.AgentKilled:
                Sleep(0, 1500);
                // Every other time with a window, its commit or its answer on the way for certain.
                var isPaused = _random.Next(2) == 0;
                if (isPaused) apache.Pause();
                if (isPaused) Sleep(0, 300);
                agent.Kill();
                if (isPaused) apache.Resume();
                _kills++;
                agent.Start();
                break;
        }
    }

    /// <summary>Deletes the topic, and makes it again while records wait.</summary>
    void MakeAgain(Agent agent, SteadyReadings load)
    {
        using (load.Hold())
        {
            // What a broker takes while it hears of the end is gone with the topic: nothing may be on its way.
            WaitForAll(load);
            agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "nothing on its way", 120);
            _gone.AddRange(ClusterRecord.Read(apache, _topic, settings.IsExact));
            apache.DeleteTopic(_topic);
            apache.WaitUntilGone(_topic);
        }

        agent.WaitForStatus(s => s.Output().Number("backlog_records") > 0 && s.Output().Text("state") == "failing", "records that wait",
            120);
        Sleep(0, 4000);
        apache.CreateTopic(_topic, "--partitions", "4");
    }

    /// <summary>Another agent of the same id sends readings of its own; each shuts the other out until it ends.</summary>
    void Rival(Agent agent)
    {
        using var broker = new Mosquitto(workspace, "persistence false\nmax_queued_messages 0", isVerbose: false);
        using var rival = new Agent(Configuration(workspace, broker, apache.Brokers, _topic, settings.IsExact, "second")).Start();
        rival.WaitFor("subscribed to");
        _second = new SteadyReadings(broker.Port, FirstOfSecond);
        rival.WaitForStatus(s => s.Output().Number("confirmed") > 0, "records of the second", 180);
        agent.WaitFor("Another agent with the id gw-test", 180);
        Sleep(0, 5000);
        _second.Stop();
        rival.WaitForStatus(s => s.Source().Number("unacknowledged") == 0 && s.Output().Number("backlog_records") == 0
            && s.Pipeline().Number("records") == _second.Sent, "all of the second", 400);
        rival.Stop();
        workspace.Write("second.log", rival.Text);
    }

    void Sleep(int leastMs, int mostMs) => Thread.Sleep(_random.Next(leastMs, mostMs));
}
