using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Connections end in the middle of uncommitted messages while the agent keeps running; brokers restart,
/// with and without their memory.</summary>
public sealed class ReconnectTests
{
    [Theory]
    [InlineData(1, "v5")]
    [InlineData(1, "v3.1.1")]
    [InlineData(2, "v5")]
    [InlineData(2, "v3.1.1")]
    public void Connections_cut_anywhere_lose_and_repeat_nothing(int qos, string protocol)
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var cuts = qos == 1 ? 6 : 4;
        using var proxy = new CutProxy(broker.Port, cuts, least: 3_000, most: 60_000, seed: 7 + qos);
        using var agent =
            new Agent(Configuration.Write(workspace, broker, kafka, port: proxy.Port, qos: qos, source: $"protocol: {protocol}",
                commit: "{ interval: 100ms, early_at: 200 }")).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth, seed: qos);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 6_000, qos);
        sensors.Close(publisher, qos);

        var records = kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 60, () => agent.Text + agent.Status());
        truth.Judge(records, Sensors.Group);
        var status = agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0, "everything acknowledged");
        Assert.Equal(cuts, proxy.Cuts);
        Assert.True(status.Source().Number("connections") > cuts, status.ToString());
        Assert.Equal(sensors.Published + 8, status.Source().Number("readings"));
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_broker_that_restarts_with_its_memory_goes_on_where_it_was(int qos)
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, qos: qos)).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        for (var restart = 0; restart < 3; restart++)
        {
            using (var publisher = new Publisher(broker.Port))
            {
                sensors.Publish(publisher, 3_000, qos);
                publisher.Flush();
            }

            broker.Stop();
            broker.Start();
        }

        using (var publisher = new Publisher(broker.Port)) sensors.Close(publisher, qos);
        var records = kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 40, () => agent.Text);
        truth.Judge(records, Sensors.Group);
        var source = agent.Status().Source();
        Assert.True(source.GetProperty("session_resumed").GetBoolean());
        Assert.Equal(sensors.Published + 8, source.Number("readings"));
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Fact]
    public void A_broker_that_lost_its_session_is_subscribed_again_and_nothing_acknowledged_is_lost()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka)).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        var epoch = agent.Status().Source().Number("session_epoch");
        using (var publisher = new Publisher(broker.Port))
        {
            sensors.Publish(publisher, 2_000);
            publisher.Flush();
        }

        // What the broker has not handed over is lost with its memory; here all of it was, and was acknowledged.
        agent.WaitForStatus(s => s.Source().Number("readings") == 2_000 && s.Source().Number("unacknowledged") == 0,
            "all readings acknowledged");
        broker.Kill();
        broker.Forget();
        broker.Start();
        var status = agent.WaitForStatus(s => s.Source().Number("connections") == 2 && s.Source().Text("state") == "connected",
            "the reconnect");
        Assert.Equal(epoch + 1, status.Source().Number("session_epoch"));
        Assert.False(status.Source().GetProperty("session_resumed").GetBoolean());
        Assert.Contains("the broker began a new session", agent.Text, StringComparison.Ordinal);
        broker.WaitFor("gw-test 1 sensors/+/+/+");

        using (var publisher = new Publisher(broker.Port))
        {
            sensors.Publish(publisher, 2_000);
            sensors.Close(publisher);
        }

        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", hint: () => agent.Text), Sensors.Group);
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)] // it goes back to an older session and gives its ids again
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void A_broker_that_forgot_what_was_in_flight_makes_nothing_lost_or_twice(int qos, bool forgotAll)
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        // All of a load is in flight, uncommitted, when the broker dies.
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, qos: qos, commit: "{ interval: 3s, early_at: 5000 }"))
            .Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth);
        using (var publisher = new Publisher(broker.Port))
        {
            sensors.Publish(publisher, 300, qos);
            publisher.Flush();
            broker.WaitFor($"Received {(qos == 1 ? "PUBACK" : "PUBCOMP")} from gw-test (Mid: 300");
            broker.Save();
            sensors.Publish(publisher, 500, qos);
            publisher.Flush();
            agent.WaitForStatus(s => s.Source().Number("readings") == 800, "readings the broker will not remember");
        }

        broker.Kill();
        if (forgotAll) broker.Forget();
        broker.Start();
        agent.WaitForStatus(s => s.Source().Number("connections") == 2 && s.Source().Text("state") == "connected", "the reconnect");
        Assert.Equal(!forgotAll, agent.Status().Source().GetProperty("session_resumed").GetBoolean());
        if (forgotAll) broker.WaitFor($"gw-test {qos} sensors/+/+/+");
        using (var publisher = new Publisher(broker.Port))
        {
            sensors.Publish(publisher, 500, qos);
            sensors.Close(publisher, qos);
        }

        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 40, () => agent.Text + agent.Status()),
            Sensors.Group);
        var source = agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0, "everything acknowledged").Source();
        Assert.Equal(sensors.Published + 8, source.Number("readings"));
        Assert.Equal(0, source.Number("repeats_skipped"));
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Fact]
    public void A_broker_that_hangs_is_left_and_taken_up_again()
    {
        using var plant = new Plant((w, b, k) => Configuration.Write(w, b, k, source: "keep_alive: 5s"));
        plant.Publish(1_000);
        plant.Publisher.Flush();
        // Its port still takes connections, as that of a hung machine behind a router does.
        plant.Broker.Signal("STOP");
        plant.Agent.WaitFor("did not answer a ping in time");
        plant.Agent.WaitForStatus(s => s.Source().Text("last_error").Contains("did not answer CONNECT in time", StringComparison.Ordinal),
            "an attempt in vain");
        plant.Broker.Signal("CONT");
        plant.Agent.WaitForStatus(s => s.Source().Text("state") == "connected", "the connection");
        plant.Publish(1_000);
        plant.Close();
        plant.Truth.Judge(plant.Kafka.WaitFor(r =>
            plant.Truth.IsReached(r, Sensors.Group), "all summaries", hint: () => plant.Agent.Text + plant.Agent.Status()), Sensors.Group);
        Assert.Equal(plant.Sensors.Published + 8, plant.Agent.Status().Source().Number("readings"));
        plant.Agent.AssertNoErrors();
        plant.Agent.Stop();
    }
}
