using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Kafka is away for a while: the outbox holds what it can, by the policy named, and gives it up in order.</summary>
public sealed class OutageTests
{
    const string OneSecond =
        "{ tumbling: 1s, by: [site, device, metric], aggregate: [count, min, max, sum, mean, stddev, first, last], idle_timeout: 1h }";

    [Fact]
    public void Kafka_away_over_a_restart_delays_and_loses_nothing()
    {
        using var plant = new Plant();
        plant.Publish(2_000);
        plant.Kafka.WaitFor(r => r.Count > 100, "some summaries before");
        plant.Kafka.Down();
        plant.Publish(2_000);
        plant.Publisher.Flush();
        plant.Agent.WaitForStatus(s => s.Source().Number("readings") == 4_000 && s.Output().Number("backlog_records") > 300, "a backlog");
        plant.Agent.WaitForStatus(s => s.Output().Text("state") == "failing" && s.Output().Text("last_error").Length > 0,
            "the output's trouble", 90);
        plant.Agent.Stop();
        plant.Agent.Start();
        plant.Publish(2_000);
        plant.Close();
        var away = plant.Agent.WaitForStatus(s => s.Source().Number("readings") == 2_008 && s.Source().Number("unacknowledged") == 0,
            "the readings after the restart");
        Assert.True(away.Output().Number("backlog_bytes") > 0);
        Assert.True(away.Output().GetProperty("oldest_s").GetDouble() > 0);
        var before = plant.Kafka.Records.Count;
        plant.Kafka.Up();

        var records = plant.WaitForAll();
        Assert.True(records.Count > before);
        plant.Truth.Judge(records, Sensors.Group);
        Truth.AssertOrder(records);
        plant.Agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Output().Text("state") == "connected",
            "an empty outbox");
        plant.Agent.AssertNoErrors();
        plant.Agent.Stop();
    }

    [Fact]
    public void The_broker_dies_in_the_middle_of_packets_while_Kafka_is_away_and_afterwards_all_counts_agree()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var proxy = new CutProxy(broker.Port, cuts: 3, least: 3_000, most: 30_000, seed: 11);
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, port: proxy.Port)).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using (var publisher = new Publisher(broker.Port))
        {
            sensors.Publish(publisher, 1_000);
            kafka.Down();
            sensors.Publish(publisher, 1_000);
            publisher.Flush();
        }

        broker.Stop();
        broker.Start();
        using (var publisher = new Publisher(broker.Port))
        {
            sensors.Publish(publisher, 1_000);
            sensors.Close(publisher);
        }

        var away = agent.WaitForStatus(s => s.Source().Number("readings") == sensors.Published + 8
            && s.Source().Number("unacknowledged") == 0, "all readings", 120);
        Assert.True(away.Output().Number("backlog_records") > 0);
        Assert.Equal(3, proxy.Cuts);
        kafka.Up();
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 90, () => agent.Text), Sensors.Group);
        var status = agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "an empty outbox");
        Assert.Equal(sensors.Published + 8, status.Pipeline().Number("readings"));
        Assert.Equal(truth.Count, status.Pipeline().Number("records"));
        Assert.Equal(truth.Count, status.Output().Number("confirmed"));
        Assert.Equal(0, status.Output().Number("dropped"));
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Fact]
    public void A_full_buffer_drops_the_oldest_and_counts_them()
    {
        using var plant = new Plant((w, b, k) =>
            Configuration.Write(w, b, k, window: OneSecond, buffer: "{ max_size: 1MiB, on_full: drop_oldest }"), windowMs: 1_000);
        plant.Kafka.Down();
        plant.Publish(8_000);
        plant.Close();
        var full = plant.Agent.WaitForStatus(s => s.Pipeline().Number("records") == plant.Truth.Count
            && s.Source().Number("unacknowledged") == 0, "all windows closed");
        var dropped = full.Output().Number("dropped");
        Assert.InRange(dropped, 1, plant.Truth.Count - 1);
        Assert.InRange(full.Output().Number("backlog_bytes"), 1, 1 << 20);
        Assert.Equal(plant.Truth.Count - dropped, full.Output().Number("backlog_records"));
        plant.Agent.WaitFor("were dropped by buffer.on_full");
        plant.Kafka.Up();

        plant.Agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0, "an empty outbox", 90);
        var left = plant.Truth.Count - (int)dropped;
        var records = plant.Kafka.WaitFor(r => r.DistinctBy(x => x.Id).Count() >= left, "what was left", hint: () => plant.Agent.Text);
        // Those the producer had in hand when they were dropped may still arrive: `dropped` is never too small.
        Assert.InRange(records.DistinctBy(r => r.Id).Count(), left, plant.Truth.Count - 1);
        plant.Truth.JudgePart(records, Sensors.Group);
        Truth.AssertOrder(records);
        plant.Agent.Stop();
    }

    [Fact]
    public void A_full_buffer_that_blocks_loses_nothing()
    {
        using var plant = new Plant(
            (w, b, k) => Configuration.Write(w, b, k, window: OneSecond, buffer: "{ max_size: 1MiB, on_full: block }"), windowMs: 1_000);
        plant.Kafka.Down();
        plant.Publish(8_000);
        plant.Close();
        plant.Agent.WaitFor("Sources wait");
        var blocked = plant.Agent.Status();
        Assert.True(blocked.Pipeline().Number("records") < plant.Truth.Count);
        Assert.Equal(0, blocked.Output().Number("dropped"));
        plant.Kafka.Up();

        var records = plant.WaitForAll(120);
        plant.Truth.Judge(records, Sensors.Group);
        Truth.AssertOrder(records);
        Assert.Equal(0, plant.Agent.Status().Output().Number("dropped"));
        plant.Agent.Stop();
    }
}
