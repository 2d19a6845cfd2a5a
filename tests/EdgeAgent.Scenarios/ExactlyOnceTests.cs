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
}
