using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>What only a real Apache Kafka does: limits of topics, compaction, rules, addresses that are wrong.</summary>
[Collection(ApacheCluster.Name)]
public sealed class ApacheKafkaTests(ApacheCluster cluster)
{
    // What takes the client many answers of a broker, on a machine that has other work [s].
    const int Patience = 240;

    [Fact]
    public void A_topic_that_wants_more_replicas_than_there_are_is_said_and_ends_by_itself()
    {
        using var workspace = new Workspace();
        var apache = cluster.Kafka;
        apache.CreateTopic("replicas", "--config", "min.insync.replicas=2");
        using var broker = new Mosquitto(workspace);
        var config = Write(workspace, broker, cluster.Brokers, "replicas");
        var (code, text) = Kafka.Check(config, "min.insync.replicas asks for 2");
        Assert.Equal(69, code);
        Assert.Contains("min.insync.replicas asks for 2", text, StringComparison.Ordinal);
        using var agent = new Agent(config).Start();
        var sent = Publish(broker, agent, 20);
        var line = agent.WaitFor(" WRN output central: ", Patience);
        Assert.Contains("Too few replicas of topic replicas are in step", line, StringComparison.Ordinal);
        WaitUntilHeld(agent, sent);
        apache.AlterTopic("replicas", "--config", "min.insync.replicas=1");
        WaitUntilDelivered(agent);
        agent.Stop();
        AssertOnce(apache, "replicas", sent);
    }

    [Fact]
    public void A_template_with_one_topic_missing_holds_its_records_alone_and_repeats_nothing()
    {
        using var workspace = new Workspace();
        var apache = cluster.Kafka;
        apache.CreateTopic("edge.d0");
        using var broker = new Mosquitto(workspace);
        using var agent = new Agent(Write(workspace, broker, cluster.Brokers, "edge.{device}")).Start();
        Publish(broker, agent, 40, devices: 2);
        var line = agent.WaitFor("Kafka has no topic edge.d1", Patience);
        Assert.Contains("Create it", line, StringComparison.Ordinal);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 20 && s.Output().Number("held_records") == 20,
            "the missing topic's records held alone", Patience);
        Publish(broker, agent, 40, devices: 2, from: 40);
        var status = agent.WaitForStatus(s => s.Output().Number("held_records") == 40 && s.Output().Number("confirmed") == 40,
            "those of the other one delivered", Patience);
        Assert.Equal("connected", status.Output().Text("state"));
        AssertOnce(apache, "edge.d0", 40);
        agent.Stop();
        agent.Start();
        apache.CreateTopic("edge.d1");
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "all delivered", Patience);
        agent.WaitFor("the records held for topic edge.d1 have gone out", Patience);
        agent.Stop();
        AssertOnce(apache, "edge.d0", 40);
        AssertOnce(apache, "edge.d1", 40);
        Assert.DoesNotContain(agent.Lines, l => l.Contains("works again", StringComparison.Ordinal));
    }

    [Fact]
    public void An_address_that_the_cluster_names_wrongly_is_not_reached()
    {
        using var workspace = new Workspace();
        var apache = cluster.Kafka;
        apache.CreateTopic("advertised");
        using var broker = new Mosquitto(workspace);
        var config = Write(workspace, broker, apache.Brokers, "advertised");
        var (code, text) = Kafka.Check(config, "advertised.listeners");
        Assert.Equal(69, code);
        Assert.Contains("advertised.listeners", text, StringComparison.Ordinal);
        Assert.DoesNotContain("reached kafka.invalid", text, StringComparison.Ordinal);
        using var agent = new Agent(config).Start();
        Publish(broker, agent, 20);
        Assert.Contains(ApacheCluster.WrongAddress, agent.WaitFor(" WRN output central: ", Patience), StringComparison.Ordinal);
        WaitUntilHeld(agent, 20);
        agent.Stop();
        Assert.DoesNotContain(agent.Lines,
            l => l.Contains("works again", StringComparison.Ordinal) || l.Contains("output central: connected", StringComparison.Ordinal));
    }

    [Fact]
    public void Batches_fit_what_a_topic_takes_and_what_is_too_large_alone_is_set_aside_alone()
    {
        using var workspace = new Workspace();
        var apache = cluster.Kafka;
        apache.CreateTopic("limited", "--config", "max.message.bytes=800");
        using var broker = new Mosquitto(workspace);
        using var agent = new Agent(Write(workspace, broker, cluster.Brokers, "limited", "compression: none")).Start();
        var sent = Publish(broker, agent, 2_000, bigEvery: 400);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Output().Number("confirmed") > 0, "all delivered",
            Patience);
        Assert.Equal(5, agent.Status().Output().Number("rejected"));
        agent.Stop();
        AssertOnce(apache, "limited", sent - 5);
    }

    [Fact]
    public void A_compacted_topic_without_a_key_holds_everything_and_says_what_to_do()
    {
        using var workspace = new Workspace();
        var apache = cluster.Kafka;
        apache.CreateTopic("compacted", "--config", "cleanup.policy=compact");
        using var broker = new Mosquitto(workspace);
        using var agent = new Agent(Write(workspace, broker, cluster.Brokers, "compacted", key: "")).Start();
        var sent = Publish(broker, agent, 20);
        // Each record is tried alone before the topic is to blame.
        var line = agent.WaitFor("Kafka takes none of the records for topic compacted", Patience);
        Assert.Contains("Set `key`", line, StringComparison.Ordinal);
        var status = agent.WaitForStatus(s => s.Output().Number("backlog_records") == sent, "all held", Patience);
        Assert.Equal(0, status.Output().Number("rejected"));
        apache.AlterTopic("compacted", "--config", "cleanup.policy=delete");
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "all delivered", Patience);
        agent.Stop();
        AssertOnce(apache, "compacted", sent);
    }

    [Fact]
    public void On_a_cluster_that_makes_topics_a_missing_one_is_no_fault()
    {
        using var workspace = new Workspace();
        using var apache = new ApacheKafka(workspace, "--auto-create");
        using var broker = new Mosquitto(workspace);
        var config = Write(workspace, broker, apache.Brokers, "edge.{device}");
        var (code, text) = Kafka.Check(Write(workspace, broker, apache.Brokers, "t", name: "constant.yaml"),
            "the cluster makes it at the first record");
        Assert.Equal(0, code);
        Assert.Contains("the cluster makes it at the first record", text, StringComparison.Ordinal);
        using var agent = new Agent(config).Start();
        Publish(broker, agent, 40, devices: 2);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Output().Number("confirmed") == 40, "all delivered",
            Patience);
        agent.Stop();
        AssertOnce(apache, "edge.d0", 20);
        AssertOnce(apache, "edge.d1", 20);
    }

    [Fact]
    public void Times_that_a_topic_refuses_hold_everything_and_end_with_the_limit()
    {
        using var workspace = new Workspace();
        var apache = cluster.Kafka;
        // No record is so young when it comes: it waits for its batch for longer.
        apache.CreateTopic("times", "--config", "message.timestamp.before.max.ms=1");
        using var broker = new Mosquitto(workspace);
        using var agent = new Agent(Write(workspace, broker, cluster.Brokers, "times", "linger: 50ms")).Start();
        var sent = Publish(broker, agent, 40);
        var line = agent.WaitFor("Kafka refuses the time of records for topic times", Patience);
        Assert.Contains("Check the gateway's clock", line, StringComparison.Ordinal);
        var status = WaitUntilHeld(agent, sent);
        Assert.Equal(0, status.Output().Number("rejected"));
        apache.AlterTopic("times", "--unset", "message.timestamp.before.max.ms");
        WaitUntilDelivered(agent);
        agent.Stop();
        AssertOnce(apache, "times", sent);
    }

    [Fact]
    public void A_topic_deleted_and_made_again_gets_what_waited_and_nothing_that_it_had()
    {
        using var workspace = new Workspace();
        var apache = cluster.Kafka;
        apache.CreateTopic("again");
        using var broker = new Mosquitto(workspace);
        using var agent = new Agent(Write(workspace, broker, cluster.Brokers, "again")).Start();
        Publish(broker, agent, 20);
        agent.WaitForStatus(s => s.Output().Number("confirmed") == 20, "the first delivered", Patience);
        apache.DeleteTopic("again");
        ApacheKafka.WaitUntilGone(cluster.Brokers, "again");
        Publish(broker, agent, 20, from: 20);
        Assert.Contains("Create it", agent.WaitFor("Kafka has no topic again", Patience), StringComparison.Ordinal);
        WaitUntilHeld(agent, 20);
        apache.CreateTopic("again");
        WaitUntilDelivered(agent);
        Publish(broker, agent, 20, from: 40);
        agent.WaitForStatus(s => s.Output().Number("confirmed") == 60, "the next ones, too", Patience);
        agent.Stop();
        AssertOnce(apache, "again", 40);
    }

    [Fact]
    public void Rights_ports_and_files_that_are_wrong_are_told_as_a_person_would()
    {
        using var workspace = new Workspace();
        var apache = cluster.Kafka;
        apache.CreateTopic("rights");
        using var broker = new Mosquitto(workspace);
        var env = cluster.Env;
        var file = workspace.Write("password", "alice-secret");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var sasl = $$"""sasl: { mechanism: SCRAM-SHA-256, username: alice, password: "${file:{{file}}}" }""";
        var tls = $"tls: {{ ca_file: {env["KAFKA_CA"]} }}";
        // No right at all, then the right to see, then the right to write.
        apache.Acl("allow", "alice", "Describe", "rights");
        Background[] works =
        [
            Refuses("refused-1", env["KAFKA_SASL_TLS"], $"{tls}\n    {sasl}", "Grant Write and Describe on"),
            Refuses("refused-2", cluster.Brokers, sasl, "Remove sasl, or name"),
            Refuses("refused-3", cluster.Brokers, tls, "emove tls"),
            Refuses("refused-4", env["KAFKA_TLS"], "", "does the port want TLS?"),
            Refuses("refused-5", env["KAFKA_SASL"], "", "does it want a user?"),
        ];
        foreach (var work in works) work.Join(300);

        Background Refuses(string name, string brokers, string output, string words) => new(() =>
        {
            var config = Write(workspace, broker, brokers, "rights", output, name: name + ".yaml");
            using var agent = new Agent(config).Start();
            Publish(broker, agent, 4);
            var line = agent.WaitFor(" WRN output central: ", Patience);
            Assert.True(line.Contains(words, StringComparison.Ordinal), line);
            foreach (var theirs in new[] { "ssl.", "error:0", "Local:", "Purged" })
                Assert.DoesNotContain(theirs, line, StringComparison.Ordinal);
            Assert.Equal("failing", agent.Status().Output().Text("state"));
        });
    }

    /// <summary>Each reading becomes a record.</summary>
    static string Write(Workspace workspace, Mosquitto broker, string brokers, string topic, string output = "", string? key = null,
        string name = "agent.yaml") => workspace.Write(name, $$"""
        agent:
          id: gw-test
          data_dir: {{workspace[name == "agent.yaml" ? "data" : Path.GetFileNameWithoutExtension(name)]}}
        sources:
        {{Configuration.Source("plant", broker.Port, "gw-" + Path.GetFileNameWithoutExtension(name))}}
        pipelines:
          all: { from: [plant], to: [central] }
        outputs:
          central:
            type: kafka
            brokers: ["{{brokers}}"]
            topic: "{{topic}}"
            {{(key == "" ? "" : "key: \"{device}\"")}}
            {{output}}
        commit: { interval: 200ms }

        """);

    /// <summary>Readings of devices d0, d1 and so on by turns; one of <paramref name="bigEvery"/> has long labels.</summary>
    static int Publish(Mosquitto broker, Agent agent, int count, int devices = 1, int from = 0, int bigEvery = int.MaxValue)
    {
        agent.WaitFor("subscribed to");
        using var publisher = new Publisher(broker.Port);
        for (var i = from; i < from + count; i++)
        {
            var site = i % bigEvery == bigEvery - 1 ? new string('s', 240) + i : "p7";
            var metric = i % bigEvery == bigEvery - 1 ? new string('m', 240) : "temperature";
            publisher.Publish($"sensors/{site}/d{i % devices}/{metric}", Sensors.Payload(Configuration.StartMs + i, i));
        }

        publisher.Flush();
        return count;
    }

    static System.Text.Json.JsonElement WaitUntilHeld(Agent agent, int count) => agent.WaitForStatus(
        s => s.Output().Text("state") == "failing" && s.Output().Number("backlog_records") == count, "what waits, told", Patience);

    static void WaitUntilDelivered(Agent agent) => agent.WaitForStatus(
        s => s.Output().Number("backlog_records") == 0 && s.Output().Text("state") == "connected", "all delivered", Patience);

    /// <summary>So many records are in the topic, each once.</summary>
    static void AssertOnce(ApacheKafka apache, string topic, int count)
    {
        var records = apache.Read(topic);
        Assert.Equal((count, count), (records.Count, records.Distinct().Count()));
    }
}
