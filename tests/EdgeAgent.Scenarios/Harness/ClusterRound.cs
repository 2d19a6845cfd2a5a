using System.Text.Json;
using Xunit;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>Readings become records of a real cluster of three while its brokers, its topics and the agent are in trouble; afterwards the
/// truth is judged by series.</summary>
sealed class ClusterRound(Workspace workspace, ClusterRoundSettings settings)
{
    const string Topic = "t";
    const int Devices = 8, MostRecoverySeconds = 180;
    readonly Random _random = new(settings.Seed);
    int _sent, _kills, _partitions;

    /// <summary>Every reading is a record.</summary>
    public static string Configuration(Workspace workspace, Mosquitto broker, string brokers, string topic, bool isExact,
        string name = "data") => workspace.Write(name + ".yaml", $$"""
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
        commit: { interval: 200ms }

        """);

    /// <summary>Waits until so many committed records are in a topic, each value once.</summary>
    public static void WaitFor(ApacheKafka apache, string topic, int count)
    {
        List<long> values = [];
        for (var i = 0; i < 30; i++)
        {
            values = [.. Values(apache, topic, isCommitted: true).Select(v => v.Value)];
            if (values.Count >= count) break;
            Thread.Sleep(1000);
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), values.Order());
    }

    /// <summary>Runs it to its end and judges.</summary>
    public FaultResult Run()
    {
        using var apache = new ApacheKafka(workspace, "--brokers", "3");
        apache.CreateTopic(Topic, "--partitions", "4");
        if (settings.IsExact) apache.CreateTopic("edgeagent.progress", "--partitions", "4", "--config", "cleanup.policy=compact");
        using var broker = new Mosquitto(workspace, "persistence false\nmax_queued_messages 0", isVerbose: false);
        using var agent = new Agent(Configuration(workspace, broker, apache.Brokers, Topic, settings.IsExact)).Start();
        agent.WaitFor("subscribed to");
        var isOver = false;
        var load = new Background(() => Publish(broker.Port, () => Volatile.Read(ref isOver)));
        agent.WaitForStatus(s => s.Output().Number("confirmed") > 100, "records before", 120);
        for (var i = 0; i < settings.Faults; i++) Fail(apache, agent);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var before = agent.Status().Output().Number("confirmed");
        agent.WaitForStatus(s => s.Output().Number("confirmed") > before, "records confirmed after the faults", 600);
        var recovery = watch.Elapsed;
        Volatile.Write(ref isOver, true);
        load.Join();
        // What mosquitto still holds has to come first.
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.GetProperty("sources")[0].Number("unacknowledged") == 0,
            "an empty outbox", 300);
        Thread.Sleep(1000);
        var status = agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "an empty outbox", 300).Output();
        var peak = agent.PeakResidentBytes();
        agent.Stop();
        workspace.Write("agent.log", agent.Text);
        return Judge(apache, recovery, peak, status.Number("rejected") + status.Number("dropped"));
    }

    FaultResult Judge(ApacheKafka apache, TimeSpan recovery, long peak, long gone)
    {
        var records = Values(apache, Topic, settings.IsExact);
        var byValue = records.GroupBy(r => r.Value).ToDictionary(g => g.Key, g => g.Select(r => r.Id).ToList());
        var lost = Enumerable.Range(0, _sent).Count(value => !byValue.ContainsKey(value));
        var repeats = records.Count - byValue.Count;
        var strangers = byValue.Values.Count(ids => ids.Distinct().Count() > 1);
        // Only a hard stop may repeat, and with equal ids.
        var twice = settings.IsExact || _kills == 0 ? repeats : strangers;
        var failure = gone > 0 ? $"{gone} rejected or dropped"
            : recovery.TotalSeconds > MostRecoverySeconds ? $"records went only {recovery.TotalSeconds:0} s after the faults" : null;
        return new(lost, twice, failure, records.Count > 0, recovery, peak,
            $"readings {_sent}, records {records.Count}, repeats with equal ids {repeats - strangers}, agent killed {_kills} times; "
                + $"lost {lost}, twice {twice}; recovery {recovery.TotalSeconds:0.0} s; peak {peak >> 20} MiB");
    }

    void Publish(int port, Func<bool> isOver)
    {
        using var publisher = new Publisher(port);
        while (!isOver())
        {
            for (var i = 0; i < 20; i++, _sent++)
                publisher.Publish($"sensors/p7/d{_sent % Devices}/n", Sensors.Payload(Harness.Configuration.StartMs + _sent, _sent));
            publisher.Flush();
            Thread.Sleep(50);
        }
    }

    void Fail(ApacheKafka apache, Agent agent)
    {
        var one = (1 + _random.Next(3)).ToString();
        switch (settings.Fault)
        {
            case ClusterFault.Rolling:
                foreach (var each in new[] { "1", "2", "3" }) apache.Restart(each);
                break;
            case ClusterFault.BrokerKilled:
                apache.Kill(one);
                Thread.Sleep(_random.Next(500, 5000));
                apache.Restart(one);
                break;
            case ClusterFault.BrokerPaused:
                apache.Pause(one);
                Thread.Sleep((int)(1000 * settings.LongestPause * _random.NextDouble()) + 500);
                apache.Resume(one);
                break;
            case ClusterFault.TooFewReplicas:
                apache.Kill("2");
                apache.Kill("3");
                Thread.Sleep(_random.Next(3000, 15000));
                apache.Restart("2");
                apache.Restart("3");
                break;
            case ClusterFault.Partitions:
                apache.AlterTopic(Topic, "--partitions", (4 + ++_partitions).ToString());
                Thread.Sleep(2000);
                break;
            case ClusterFault.AgentKilled:
                Thread.Sleep(_random.Next(0, 1500));
                agent.Kill();
                _kills++;
                agent.Start();
                break;
        }
    }

    static List<(long Value, string Id)> Values(ApacheKafka apache, string topic, bool isCommitted)
    {
        var values = new List<(long, string)>();
        foreach (var line in apache.Read(topic, isCommitted))
        {
            var parts = line.Split('\t');
            using var payload = JsonDocument.Parse(parts[^1]);
            values.Add(((long)payload.RootElement.GetProperty("value").GetDouble(), IdOf(parts)));
        }

        return values;
    }

    static string IdOf(string[] parts) => parts.SelectMany(part => part.Split(',')).FirstOrDefault(part => part.Contains("ce_id")) ?? "";
}
