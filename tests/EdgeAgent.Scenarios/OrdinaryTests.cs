using System.Diagnostics;
using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Nothing goes wrong: sensors, mosquitto, filter, window, outbox, Kafka.</summary>
public sealed class OrdinaryTests
{
    const string Pipeline = """
          summaries:
            from: [plant]
            stages:
              - keep: { metric: [temperature, vibration] }
              - range: { min: -40, max: 150 }
              - window: { tumbling: 10s, by: [site, device, metric], aggregate: [count, min, max, sum, mean, stddev, first, last], idle_timeout: 1h }
            to: [central]
        """;

    [Fact]
    public void Readings_become_summaries_with_their_headers_and_all_counts_agree()
    {
        using var plant = new Plant((w, b, k) => Configuration.Write(w, b, k, pipelines: Pipeline));
        for (var i = 0; i < 20; i++)
        {
            plant.Publish(100);
            plant.Publisher.Publish("sensors/p7/d1/humidity", Sensors.Payload(Configuration.StartMs + i, i));
            plant.Publisher.Publish("sensors/p7/d1/temperature", Sensors.Payload(Configuration.StartMs + i, 1000 + i));
        }

        plant.Close();
        var records = plant.Kafka.WaitFor(r => plant.Truth.IsReached(r, Sensors.Group), "all summaries", hint: () => plant.Agent.Text);
        plant.Truth.Judge(records, Sensors.Group);

        foreach (var record in records)
        {
            using var json = JsonDocument.Parse(record.Value);
            Assert.Equal($"p7/{json.RootElement.GetProperty("device").GetString()}", record.Key);
            Assert.Equal("summaries", json.RootElement.GetProperty("pipeline").GetString());
            Assert.Equal("gw-test", record.Headers["ce_source"]);
            Assert.Equal("1.0", record.Headers["ce_specversion"]);
            Assert.StartsWith("summaries/", record.Headers["ce_id"], StringComparison.Ordinal);
            Assert.False(json.RootElement.TryGetProperty("partial", out _));
        }

        var status = plant.Agent.WaitForStatus(s => s.Output().Number("backlog_records") == 0 && s.Source().Number("unacknowledged") == 0,
            "everything confirmed");
        Assert.Equal(plant.Sensors.Published + 8 + 40, status.Source().Number("messages"));
        Assert.Equal(plant.Sensors.Published + 8 + 40, status.Source().GetProperty("messages_by_qos").Number("qos1"));
        Assert.Equal(plant.Sensors.Published + 8 + 40, status.Source().Number("readings"));
        Assert.Equal(plant.Sensors.Published + 8, status.Pipeline().Number("folded"));
        Assert.Equal([20, 20],
            status.Pipeline().GetProperty("removed").EnumerateObject().Where(s => s.Value.GetInt64() > 0).Select(s => s.Value.GetInt64()));
        Assert.Equal(8, status.Pipeline().Number("open_windows"));
        Assert.Equal(plant.Truth.Count, status.Pipeline().Number("records"));
        Assert.Equal(plant.Truth.Count, status.Output().Number("confirmed"));
        Assert.Equal(plant.Truth.Count, records.Count);
        plant.Agent.Stop();
        Assert.Contains(plant.Agent.Lines, l => l.Contains("Counts at end", StringComparison.Ordinal)
            && l.Contains($"confirmed {plant.Truth.Count},", StringComparison.Ordinal));
        plant.Agent.AssertNoErrors();
        Assert.DoesNotContain(plant.Agent.Lines,
            l => l.Contains(" WRN ", StringComparison.Ordinal) && !l.Contains("data_dir", StringComparison.Ordinal));
    }

    [Fact]
    public void A_second_signal_ends_the_agent_at_once()
    {
        using var plant = new Plant();
        var agent = plant.Agent;
        plant.Kafka.Down();
        plant.Publish(400);
        plant.Close();
        agent.WaitForStatus(s => s.Output().Number("backlog_records") == plant.Truth.Count, "the summaries in the outbox");

        // With Kafka away the stop would take its five seconds of draining.
        agent.Signal("TERM");
        agent.WaitFor("Stopping");
        var second = Stopwatch.StartNew();
        agent.Signal("TERM");
        Assert.NotEqual(0, agent.WaitForEnd());
        Assert.True(second.Elapsed < TimeSpan.FromSeconds(4), $"the second signal took {second.Elapsed}");

        plant.Kafka.Up();
        agent.Start();
        plant.Judge();
        agent.Stop();
    }
}
