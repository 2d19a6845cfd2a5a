using System.Text.Json;

namespace EdgeAgent.Scenarios.Harness;

/// <summary>A record as a consumer of the cluster sees it.</summary>
sealed record KafkaRecord(string Topic, int Partition, long Offset, string? Key, IReadOnlyDictionary<string, string> Headers, string Value)
{
    /// <summary>What consumers drop repeats by.</summary>
    public string Id => Headers["ce_source"] + " " + Headers["ce_id"];
}

/// <summary>A Kafka-protocol cluster in its own process, and a consumer of one topic that reads all the time.</summary>
sealed class Kafka : IDisposable
{
    const int MostChecks = 20;
    readonly Child? _cluster;
    readonly KafkaDoor? _door;
    readonly List<KafkaRecord> _records = [];
    Child? _consumer;
    int _answers;
    int _parsed;

    /// <summary>Starts a cluster with one topic; <paramref name="door"/> is what its brokers ask of clients, by default nothing.</summary>
    public Kafka(string topic = "edge.summaries", int partitions = 4, KafkaDoor? door = null, int brokers = 1)
    {
        (Topic, _door) = (topic, door);
        var port = Workspace.FreePort();
        _cluster = new Child(Repository.KafkaPeer, ["serve", "--port", port.ToString(), "--brokers", brokers.ToString(), "--topics",
            $"{topic}:{partitions}", "--exit-with-stdin", .. door?.Serve ?? []]);
        Brokers = _cluster.WaitFor(l => l.StartsWith("bootstrap ", StringComparison.Ordinal), "the cluster's start")["bootstrap ".Length..];
        _answers = 1;
    }

    /// <summary>The consumer alone, of a topic of another cluster.</summary>
    public Kafka(ApacheKafka cluster, string topic) => (Topic, Brokers) = (topic, cluster.Brokers);

    /// <summary>The topic consumed.</summary>
    public string Topic { get; }

    /// <summary>Address of the cluster.</summary>
    public string Brokers { get; }

    /// <summary>Everything consumed so far, in order of arrival.</summary>
    public IReadOnlyList<KafkaRecord> Records
    {
        get
        {
            if (_consumer is null) Consume();
            var lines = _consumer!.OutputFrom(_parsed);
            _parsed += lines.Count;
            foreach (var line in lines) _records.Add(Parse(line));
            return _records;
        }
    }

    /// <summary>The cluster refuses connections and cuts those there are; it keeps its records.</summary>
    public void Down() => Tell("down");

    /// <summary>The cluster is back.</summary>
    public void Up() => Tell("up");

    /// <summary>Gives a command to the cluster, see <c>kafka-peer --help</c>.</summary>
    public void Tell(string command)
    {
        _cluster!.Tell(command);
        var answer = _cluster.WaitFor(l => l == "ok" || l.StartsWith("error", StringComparison.Ordinal), $"the answer to `{command}`", 30,
            _answers++);
        if (answer != "ok") throw new InvalidOperationException($"{command}: {answer}");
    }

    /// <summary>Sends a signal to the cluster's process: after STOP it answers nothing and its connections stay open.</summary>
    public void Signal(string name) => _cluster!.Signal(name);

    /// <summary>Waits until what was consumed is as wanted.</summary>
    public IReadOnlyList<KafkaRecord> WaitFor(Func<IReadOnlyList<KafkaRecord>, bool> wanted, string what, int seconds = 60,
        Func<string>? hint = null)
    {
        var until = Environment.TickCount64 + seconds * 1000L;
        while (true)
        {
            var records = Records;
            if (wanted(records)) return records;
            if (Environment.TickCount64 > until)
                throw new TimeoutException($"{what} not within {seconds} s; {records.Count} records came\n{hint?.Invoke()}");
            _consumer!.WaitForMore(100);
        }
    }

    /// <summary>What <c>check --connect</c> says, when it says what is <paramref name="wanted"/> or at last. On a machine that has other
    /// work a broker may need more than the five seconds that it gives.</summary>
    public static (int Code, string Output) Check(string config, string wanted)
    {
        for (var tries = 0; ; tries++)
        {
            var said = Agent.Command("check", "--connect", config);
            if (tries == MostChecks || said.Output.Contains(wanted, StringComparison.Ordinal)) return said;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _consumer?.Dispose();
        _cluster?.Dispose();
    }

    void Consume() =>
        _consumer = new Child(Repository.KafkaPeer, ["consume", "--brokers", Brokers, "--topic", Topic, .. _door?.Consume ?? []]);

    static KafkaRecord Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        var headers = root.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!);
        return new KafkaRecord(root.GetProperty("topic").GetString()!, root.GetProperty("partition").GetInt32(),
            root.GetProperty("offset").GetInt64(),
            root.GetProperty("key").GetString(), headers, root.GetProperty("value").GetString()!);
    }
}
