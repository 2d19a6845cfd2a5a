using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>One image for many machines, a copy that runs twice, and a new board for an old one: docs/install.md, as it says.</summary>
public sealed class GoldenImageTests
{
    [Fact]
    public void Ten_copies_of_one_image_are_ten_gateways_and_a_copy_that_runs_twice_is_told_apart()
    {
        Assert.SkipUnless(Board.CanBeMade, "needs root, mount namespaces and /etc/machine-id");
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var config = Write(workspace, broker, kafka, "gw-${machine:id}");
        var agents = new List<Agent>();
        try
        {
            for (var i = 0; i < 10; i++) agents.Add(new Board(workspace, $"b{i}", MachineId(i)).Agent(config).Start());
            foreach (var agent in agents) agent.WaitFor("subscribed to");
            using (var publisher = new Publisher(broker.Port))
            {
                publisher.Publish("sensors/p7/d0/temperature", Sensors.Payload(Configuration.StartMs, 1));
                publisher.Flush();
            }

            // Each took the reading in a session of its own, and each is another source of records.
            var records = kafka.WaitFor(r => r.Select(Source).Distinct().Count() == 10, "a record of each", hint: () => agents[0].Text);
            Assert.Equal(10, records.Count);
            Assert.All(records, r => Assert.Matches("^gw-[0-9a-f]{16}$", Source(r)));
            Assert.DoesNotContain(agents, a => a.Text.Contains("another client", StringComparison.Ordinal));

            var twin = new Board(workspace, "twin", MachineId(3)).Agent(config).Start();
            agents.Add(twin);
            foreach (var agent in (Agent[])[twin, agents[3]]) agent.WaitFor("another client has the client id gw-");
            foreach (var agent in agents.Except([twin, agents[3]]))
                Assert.DoesNotContain("another client", agent.Text, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var agent in agents) agent.Dispose();
        }
    }

    [Fact]
    public void A_data_directory_moved_to_a_new_board_goes_on_under_the_old_id()
    {
        Assert.SkipUnless(Board.CanBeMade, "needs root, mount namespaces and /etc/machine-id");
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var (old, next) = (new Board(workspace, "old", MachineId(1)), new Board(workspace, "new", MachineId(2)));
        using var publisher = new Publisher(broker.Port);
        string id;
        using (var agent = old.Agent(Write(workspace, broker, kafka, "gw-${machine:id}")).Start())
        {
            agent.WaitFor("subscribed to");
            id = agent.Text[agent.Text.IndexOf("gw-", StringComparison.Ordinal)..][..19];
            publisher.Publish("sensors/p7/d0/temperature", Sensors.Payload(Configuration.StartMs, 1));
            kafka.WaitFor(r => r.Count == 1, "the first", hint: () => agent.Text);
            kafka.Down();
            publisher.Publish("sensors/p7/d0/temperature", Sensors.Payload(Configuration.StartMs + 1000, 2));
            old.WaitForStatus(s => s.Output().Number("backlog_records") == 1, "the second in the buffer");
            agent.Stop();
        }

        // What is published while neither runs waits at the broker for the old id.
        publisher.Publish("sensors/p7/d0/temperature", Sensors.Payload(Configuration.StartMs + 2000, 3));
        publisher.Flush();
        next.CopyDisk(old);
        kafka.Up();
        using var moved = next.Agent(Write(workspace, broker, kafka, id)).Start();
        var records = kafka.WaitFor(r => r.Count >= 3, "all three", hint: () => moved.Text);
        Assert.Equal([1, 2, 3], records.Select(Value).Order());
        Assert.All(records, r => Assert.Equal(id, Source(r)));
        next.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Source().Number("unacknowledged") == 0, "the end");
        moved.Stop();
        Assert.Equal(3, kafka.Records.Count);
    }

    static string MachineId(int n) => (0x1000 + n).ToString("x").PadRight(32, '7');

    static string Source(KafkaRecord record) => record.Headers["ce_source"];

    static double Value(KafkaRecord record)
    {
        using var json = JsonDocument.Parse(record.Value);
        return json.RootElement.GetProperty("value").GetDouble();
    }

    static string Write(Workspace workspace, Mosquitto broker, Kafka kafka, string id) => Configuration.Write(workspace, broker, kafka,
        dataDir: Board.DataDir(workspace), id: $"\"{id}\"",
        sources: Configuration.Source("plant", broker.Port, $"\"{id}\""),
        pipelines: "  all: { from: [plant], to: [central] }");
}
