using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The disk of the data directory fills up and empties again.</summary>
public sealed class FullDiskTests
{
    const string OneSecond = "{ tumbling: 1s, by: [site, device, metric], aggregate: [count, min, max, sum, mean, stddev, first, last], idle_timeout: 1h }";

    [Fact]
    public void Nothing_is_acknowledged_on_a_full_disk_and_it_recovers_by_itself()
    {
        using var workspace = new Workspace();
        using var disk = new SmallDisk(workspace, 16);
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, window: OneSecond, dataDir: Path.Combine(disk.Path, "data"), buffer: "{ max_size: 64MiB }")).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(1_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 1_000);
        publisher.Flush();
        agent.WaitForStatus(s => s.Source().Number("readings") == 1_000 && s.Source().Number("unacknowledged") == 0, "the readings before");
        // With Kafka away nothing leaves the outbox, so it has to grow.
        kafka.Down();
        disk.Fill();
        sensors.Publish(publisher, 12_000);
        sensors.Close(publisher);

        agent.WaitFor("Nothing is acknowledged until a commit works again");
        var full = agent.WaitForStatus(s => s.GetProperty("commits").Number("failed") > 2 && s.Source().Number("unacknowledged") > 0, "a failing disk");
        Assert.NotEqual("", full.GetProperty("commits").Text("last_error"));
        var again = agent.WaitForStatus(s => s.GetProperty("commits").Number("failed") > full.GetProperty("commits").Number("failed") + 1, "more tries");
        Assert.Equal(full.GetProperty("commits").Number("done"), again.GetProperty("commits").Number("done"));
        Assert.True(again.Source().Number("unacknowledged") >= full.Source().Number("unacknowledged"));

        disk.Empty();
        agent.WaitFor("Commits work again");
        kafka.Up();
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 120, () => agent.Text + agent.Status()), Sensors.Group);
        var status = agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0 && s.Output().Number("backlog_records") == 0, "everything acknowledged and confirmed");
        Assert.Equal(0, status.Output().Number("dropped"));
        agent.AssertNoErrors("Nothing is acknowledged");
        agent.Stop();
    }

    [Fact]
    public void Killed_on_a_full_disk_it_loses_nothing()
    {
        using var workspace = new Workspace();
        using var disk = new SmallDisk(workspace, 16);
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, window: OneSecond, dataDir: Path.Combine(disk.Path, "data"), buffer: "{ max_size: 64MiB }")).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(1_000);
        var sensors = new Sensors(truth);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 1_000);
        publisher.Flush();
        kafka.Down();
        disk.Fill();
        sensors.Publish(publisher, 12_000);
        sensors.Close(publisher);
        agent.WaitFor("Nothing is acknowledged until a commit works again");
        agent.Kill();
        disk.Empty();
        agent.Start();
        kafka.Up();
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 120, () => agent.Text + agent.Status()), Sensors.Group);
        agent.AssertNoErrors();
        agent.Stop();
    }
}
