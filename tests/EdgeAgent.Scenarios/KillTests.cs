using System.Text;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>The agent is killed (SIGKILL) in the middle of a load and started again; each message counts once.</summary>
public sealed class KillTests
{
    const int Kills = 4;
    const int MoreAtATime = 100;

    [Fact]
    public void One_source_feeds_three_pipelines()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var pipelines = string.Join('\n',
            Configuration.Pipeline("seconds", "plant"),
            Configuration.Pipeline("minutes", "plant",
                "{ tumbling: 1m, by: [site, device, metric], aggregate: [count, min, max, sum, stddev], idle_timeout: 1h }"),
            Configuration.Pipeline("site", "plant",
                "{ tumbling: 30s, by: [site, device, metric], aggregate: [count, mean, first, last], idle_timeout: 1h }"));
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, pipelines: pipelines)).Start();
        agent.WaitFor("subscribed to");
        var truths = new Dictionary<string, Truth> { ["seconds"] = new(10_000), ["minutes"] = new(60_000), ["site"] = new(30_000) };
        var sensors = new Sensors([.. truths.Values], seed: 4);
        var tide = new Tide();
        var load = new Background(() =>
        {
            using var publisher = new Publisher(broker.Port);
            sensors.Publish(publisher, 8_000);
            while (tide.IsMoreWanted()) sensors.Publish(publisher, MoreAtATime);
            sensors.Close(publisher);
        });
        KillWhileMessagesCome(agent, tide);
        load.Join();
        IReadOnlyList<KafkaRecord> Of(IReadOnlyList<KafkaRecord> records, string pipeline) =>
            [.. records.Where(r => r.Headers["ce_id"].StartsWith(pipeline + "/", StringComparison.Ordinal))];
        var records = kafka.WaitFor(r => truths.All(t => t.Value.IsReached(Of(r, t.Key), Sensors.Group)), "all summaries of all pipelines",
            90, () => agent.Text + agent.Status());
        foreach (var (name, truth) in truths) truth.Judge(Of(records, name), Sensors.Group);
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Theory]
    [InlineData("v5")]
    [InlineData("v3.1.1")]
    public void Messages_of_QoS_2_count_once(string protocol)
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, qos: 2, source: $"protocol: {protocol}")).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth, seed: 2);
        var tide = new Tide();
        var load = new Background(() =>
        {
            using var publisher = new Publisher(broker.Port);
            sensors.Publish(publisher, 6_000, qos: 2);
            while (tide.IsMoreWanted()) sensors.Publish(publisher, MoreAtATime, qos: 2);
            sensors.Close(publisher, qos: 2);
        });
        KillWhileMessagesCome(agent, tide);
        load.Join();
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 40, () => agent.Text + agent.Status()),
            Sensors.Group);
        agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0, "everything acknowledged");
        // The broker has every handshake to its end: a restart brings nothing back.
        agent.Stop();
        agent.Start();
        agent.WaitFor("the broker resumed the session");
        using (var publisher = new Publisher(broker.Port)) sensors.Close(publisher, qos: 2);
        Assert.Equal(8, agent.WaitForStatus(s => s.Source().Number("readings") == 8 && s.Source().Number("unacknowledged") == 0,
            "only what is new").Source().Number("messages"));
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Fact]
    public void Four_sources_feed_one_pipeline()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var other = new Mosquitto(workspace);
        using var kafka = new Kafka();
        Mosquitto[] brokers = [broker, other, broker, other];
        var sources = string.Join('\n', brokers.Select((b, i) =>
            Configuration.Source($"s{i}", b.Port, $"gw-{i}", topic: $"sensors/{{site}}/{{device}}/{{metric}}".Replace("{site}", $"s{i}"),
                more: i % 2 == 1 ? "protocol: v3.1.1" : "").Replace("decode:", $"labels: {{ site: s{i} }}\n            decode:",
                    StringComparison.Ordinal)));
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, sources: sources,
            pipelines: Configuration.Pipeline("summaries", "s0, s1, s2, s3"))).Start();
        for (var i = 0; i < 4; i++) agent.WaitFor($"source s{i}: connected to");
        var truth = new Truth(10_000);
        var loads = Enumerable.Range(0, 4).Select(i => (Index: i, Truth: new Truth(10_000), Broker: brokers[i], Tide: new Tide())).ToList();
        var running = loads.Select(l => new Background(() =>
        {
            using var publisher = new Publisher(l.Broker.Port);
            var sensors = new Sensors([l.Truth], seed: 10 + l.Index, site: $"s{l.Index}", devices: 4);
            sensors.Publish(publisher, 3_000, qos: 1);
            while (l.Tide.IsMoreWanted()) sensors.Publish(publisher, MoreAtATime, qos: 1);
            sensors.Close(publisher, qos: 1);
        })).ToList();
        KillWhileMessagesCome(agent, [.. loads.Select(l => l.Tide)]);
        foreach (var load in running) load.Join();
        foreach (var load in loads) truth.Add(load.Truth);
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 40, () => agent.Text + agent.Status()),
            Sensors.Group);
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Fact]
    public void A_message_of_10000_readings_counts_whole_and_once()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var source = Configuration.Source("plant", broker.Port, "gw-test")
            .Replace("value: $.value,", "samples: $.samples, value: $.value,", StringComparison.Ordinal);
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, sources: source, commit: "{ interval: 20ms }",
            window: Configuration.Window.Replace("aggregate:", "max_open_per_group: 400, aggregate:", StringComparison.Ordinal))).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var tide = new Tide();
        var load = new Background(() =>
        {
            using var publisher = new Publisher(broker.Port);
            var random = new Random(5);
            var timeMs = Configuration.StartMs;
            for (var message = 0; message < 60 || tide.IsMoreWanted(); message++)
            {
                var text = new StringBuilder("{\"samples\":[");
                for (var i = 0; i < 10_000; i++)
                {
                    var value = Math.Round(random.NextDouble() * 100, 3);
                    timeMs += random.Next(0, 3);
                    text.Append(i == 0 ? "" : ",").Append(Sensors.Payload(timeMs, value));
                    truth.Add("p7/d0/temperature", timeMs, value);
                }

                publisher.Publish("sensors/p7/d0/temperature", text.Append("]}").ToString());
            }

            publisher.Publish("sensors/p7/d0/temperature", $$"""{"samples":[{{Sensors.Payload(timeMs + 3_600_000, 0)}}]}""");
            publisher.Flush();
        });
        for (var kill = 0; kill < Kills; kill++)
        {
            agent.WaitForStatus(s => tide.Ask(s.Source().Number("readings") >= 30_000 || s.Source().Number("messages") >= 3),
                "some messages after a start");
            agent.Kill();
            agent.Start();
        }

        tide.End();
        load.Join();
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", 40, () => agent.Text + agent.Status()),
            Sensors.Group);
        agent.AssertNoErrors();
        agent.Stop();
    }

    static void KillWhileMessagesCome(Agent agent, params Tide[] tides)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            agent.WaitForStatus(
                s =>
                {
                    var enough = s.GetProperty("sources").EnumerateArray().Sum(m => m.Number("messages")) > 200 + 150 * kill;
                    foreach (var tide in tides) tide.Ask(enough);
                    return enough;
                }, "some messages after a start");
            agent.Kill();
            agent.Start();
        }

        foreach (var tide in tides) tide.End();
    }
}
