using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary><c>exactly_once</c> on a real Apache Kafka, as a reader of committed records sees it.</summary>
[Collection(ApacheCluster.Name)]
public sealed class ExactlyOnceTests(ApacheCluster cluster)
{
    // A shut-out agent rests for 30 s, and a transaction that was left open ends after 15 s and the coordinator's next look.
    const int Patience = 240;

    [Fact]
    public void Killed_again_and_again_it_shows_each_record_once_and_a_second_agent_of_the_id_is_told()
    {
        using var workspace = new Workspace();
        cluster.Kafka.CreateTopic("exact", "--partitions", "3");
        cluster.CreateProgressTopic();
        using var broker = new Mosquitto(workspace);
        using var agent = new Agent(ClusterRound.Configuration(workspace, broker, cluster.Brokers, "exact", isExact: true)).Start();
        using var publisher = new Publisher(broker.Port);
        var sent = 0;
        agent.WaitFor("subscribed to");
        // Killed while a window, its commit or its answer is on the way: the brokers hang, so it stays there until the kill.
        for (var round = 0; round < 3; round++)
        {
            Give(300);
            agent.WaitForStatus(s => s.Output().Number("confirmed") > 0, "a window of this life", Patience);
            cluster.Kafka.Pause();
            Give(100);
            agent.WaitForStatus(s => s.Output().Number("sent") > s.Output().Number("confirmed"), "a window on its way");
            agent.Kill();
            cluster.Kafka.Resume();
            agent.Start();
        }

        ClusterRecord.WaitFor(cluster.Kafka, "exact", sent, Patience);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "all confirmed", Patience);

        // The second shuts the first out when it finds its positions, and the first is told at its next step.
        var copy = ClusterRound.Configuration(workspace, broker, cluster.Brokers, "exact", isExact: true, name: "second");
        using var second = new Agent(copy).Start();
        second.WaitFor("subscribed to");
        Give(20);
        second.WaitForStatus(s => s.Output().Number("confirmed") == 20, "the second's own records", Patience);
        Give(20);
        var line = agent.WaitFor("Another agent with the id gw-test", Patience);
        Assert.Contains("Give each agent an agent.id of its own", line, StringComparison.Ordinal);
        second.Stop();
        agent.Stop();

        void Give(int count)
        {
            for (var until = sent + count; sent < until; sent++)
                publisher.Publish($"sensors/p7/d{sent % 8}/n", Sensors.Payload(Configuration.StartMs + sent, sent));
            publisher.Flush();
        }
    }

    [Fact]
    public void What_a_topic_refuses_goes_to_the_dead_letters_in_the_transaction_of_the_rest_also_when_killed()
    {
        using var workspace = new Workspace();
        cluster.Kafka.CreateTopic("exact-small", "--config", "max.message.bytes=800");
        cluster.Kafka.CreateTopic("exact-dead");
        cluster.CreateProgressTopic();
        using var broker = new Mosquitto(workspace);
        using var agent = new Agent(ClusterRound.Configuration(workspace, broker, cluster.Brokers, "exact-small", isExact: true,
            more: "dead_letter_topic: exact-dead\n    compression: none")).Start();
        using var publisher = new Publisher(broker.Port);
        agent.WaitFor("subscribed to");
        // The topic takes records before it refuses some: those are at fault, and not the topic.
        Give(0, isLarge: false);
        agent.WaitForStatus(s => s.Output().Number("confirmed") > 0, "a record taken", Patience);
        for (var i = 1; i < 40; i++) Give(i, isLarge: i % 10 == 0);
        var status = agent.WaitForStatus(s => s.Output().Number("rejected") == 3 && s.Output().Number("backlog_records") == 0,
            "all dealt with", Patience);
        Assert.Equal(3, status.Output().Number("dead_letters"));
        cluster.Kafka.Pause();
        for (var i = 40; i < 60; i++) Give(i, isLarge: i % 10 == 0);
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 20, "all that is to wait");
        agent.Kill();
        cluster.Kafka.Resume();
        agent.Start();
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Output().Text("state") == "connected", "all dealt with",
            Patience);
        agent.Stop();
        Assert.Equal(Enumerable.Range(0, 60).Where(i => i is 0 || i % 10 != 0), Values("exact-small"));
        Assert.Equal([10, 20, 30, 40, 50], Values("exact-dead"));
        Assert.All(cluster.Kafka.Read("exact-dead", isCommitted: true), line =>
            Assert.Contains("edge_error=too_large", line, StringComparison.Ordinal));

        void Give(int value, bool isLarge)
        {
            publisher.Publish($"sensors/{(isLarge ? new string('s', 240) : "p7")}/d/{(isLarge ? new string('m', 240) : "n")}",
                Sensors.Payload(Configuration.StartMs + value, value));
            publisher.Flush();
        }
    }

    IEnumerable<int> Values(string topic) =>
        ClusterRecord.Read(cluster.Kafka, topic, isCommitted: true).Select(record => (int)record.Value).Order();
}
