using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary><c>exactly_once</c> on a real Apache Kafka, as a reader of committed records sees it.</summary>
public sealed class ExactlyOnceTests
{
    [Fact]
    public void Killed_again_and_again_it_shows_each_record_once_and_a_second_agent_of_the_id_is_told()
    {
        using var workspace = new Workspace();
        using var apache = new ApacheKafka(workspace);
        apache.CreateTopic("t", "--partitions", "3");
        apache.CreateTopic("edgeagent.progress", "--partitions", "4", "--config", "cleanup.policy=compact");
        using var broker = new Mosquitto(workspace);
        using var agent = new Agent(ClusterRound.Configuration(workspace, broker, apache.Brokers, "t", isExact: true)).Start();
        agent.WaitFor("subscribed to");
        using var publisher = new Publisher(broker.Port);
        var sent = 0;
        var random = new Random(1);
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 300; i++, sent++)
                publisher.Publish($"sensors/p7/d{sent % 8}/n", Sensors.Payload(Configuration.StartMs + sent, sent));
            publisher.Flush();
            if (round == 0) agent.WaitForStatus(s => s.Output().Number("confirmed") > 0, "the first window");
            Thread.Sleep(random.Next(0, 300));
            agent.Kill();
            agent.Start();
        }

        agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Output().Text("state") == "connected",
            "all delivered", 120);
        ClusterRound.WaitFor(apache, "t", sent);

        // The second shuts the first out, and each says so when it is.
        var copy = ClusterRound.Configuration(workspace, broker, apache.Brokers, "t", isExact: true, name: "second");
        using var second = new Agent(copy).Start();
        second.WaitFor("subscribed to");
        // What both are given first may still go out by both: the second shuts the first out when it first has something to send.
        Give(20);
        second.WaitForStatus(s => s.Output().Number("confirmed") == 20, "the second's own records");
        Give(20);
        var line = agent.WaitFor("Another agent with the id gw-test");
        Assert.Contains("Give each agent an agent.id of its own", line, StringComparison.Ordinal);
        second.Stop();
        agent.Stop();

        void Give(int count)
        {
            for (var i = 0; i < count; i++)
                publisher.Publish($"sensors/p7/d{i}/n", Sensors.Payload(Configuration.StartMs + 100_000 + sent, 100_000 + sent++));
            publisher.Flush();
        }
    }
}
