using System.Globalization;
using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Clocks that are wrong: the sensors' and the gateway's own.</summary>
public sealed class ClockTests
{
    const long Ms2100 = 4_102_444_800_000;
    const string IdleWindow =
        "{ tumbling: 10s, by: [site, device, metric], idle_timeout: 30m, aggregate: [count, min, max, sum, mean, stddev, first, last] }";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Times_that_cannot_be_follow_the_policy_and_the_log_suggests_the_unit(bool isSynchronised)
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var clock = new GatewayClock(workspace, isSynchronised);
        static string Raw(string policy) => $$"""
              {{policy}}:
                from: [plant]
                future: {{policy}}
                to: [central]
            """;
        var source = Configuration.Source("plant", broker.Port, "gw-test")
            .Replace("unit: ms }", "unit: ms, on_missing: arrival }", StringComparison.Ordinal);
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, sources: source,
            pipelines: string.Join('\n', Raw("clamp"), Raw("drop"), Raw("keep"))), clock).Start();
        agent.WaitFor("subscribed to");
        Assert.Equal(!isSynchronised, agent.Text.Contains("The gateway's clock is not synchronised", StringComparison.Ordinal));
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        using var publisher = new Publisher(broker.Port);
        publisher.Publish("sensors/p7/now/temperature", Sensors.Payload(nowMs, 0));
        publisher.Publish("sensors/p7/soon/temperature", Sensors.Payload(nowMs + 240_000, 0));
        publisher.Publish("sensors/p7/past/temperature", Sensors.Payload(1_000, 1));
        publisher.Publish("sensors/p7/future/temperature", Sensors.Payload(Ms2100, 2));
        publisher.Publish("sensors/p7/seconds/temperature", Sensors.Payload(nowMs / 1000, 3));
        publisher.Publish("sensors/p7/missing/temperature", """{"value":5}""");
        publisher.Flush();

        var expected = isSynchronised ? 6 + 5 + 6 : 3 * 6;
        var records = kafka.WaitFor(r => r.Count >= expected, "all records", hint: () => agent.Text + agent.Status());
        Assert.Equal(expected, records.Count);
        var year = DateTimeOffset.UtcNow.Year.ToString(CultureInfo.InvariantCulture);
        var future = isSynchronised ? year : "2100";
        string Years(string pipeline) => string.Join(' ', records.Select(r => JsonDocument.Parse(r.Value).RootElement)
            .Where(r => r.GetProperty("pipeline").GetString() == pipeline)
            .Select(r => $"{r.GetProperty("device").GetString()}:{r.GetProperty("time").GetString()![..4]}").Order(StringComparer.Ordinal));
        Assert.Equal($"future:{future} missing:{year} now:{year} past:1970 seconds:1970 soon:{year}", Years("clamp"));
        Assert.Equal($"{(isSynchronised ? "" : "future:2100 ")}missing:{year} now:{year} past:1970 seconds:1970 soon:{year}",
            Years("drop"));
        Assert.Equal($"future:2100 missing:{year} now:{year} past:1970 seconds:1970 soon:{year}", Years("keep"));

        var status = agent.Status();
        for (var pipeline = 0; pipeline < 3; pipeline++) Assert.Equal(isSynchronised ? 1 : 0, status.Pipeline(pipeline).Number("future"));
        if (isSynchronised)
        {
            agent.WaitFor("Use `unit: s`");
            agent.WaitFor("Is the sender's clock set, and the gateway's?");
            agent.WaitFor("The arrival time was taken instead");
            agent.WaitFor("The reading was dropped");
            agent.WaitFor("kept but moves no watermark");
        }

        agent.AssertNoErrors();
        agent.Stop();
    }

    [Theory]
    [InlineData("clamp")]
    [InlineData("drop")]
    [InlineData("keep")]
    public void A_sensor_in_2100_moves_no_window_on(string policy)
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var pipeline = Configuration.Pipeline("summaries", "plant")
            .Replace("from:", $"future: {policy}\n        from:", StringComparison.Ordinal);
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, pipelines: pipeline), new GatewayClock(workspace, true))
            .Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth, devices: 1);
        using var publisher = new Publisher(broker.Port);
        for (var i = 0; i < 10; i++)
        {
            sensors.Publish(publisher, 30);
            // Its group is that of the good sensor: one message with a broken time must not close the others' windows.
            publisher.Publish("sensors/p7/d0/temperature", Sensors.Payload(Ms2100 + i, 2));
        }

        sensors.Close(publisher);
        // What was clamped lies in windows of today, what was kept in one of 2100: after those of the sensors.
        var records = kafka.WaitFor(r => truth.IsReached(OfSensors(r), Sensors.Group), "all summaries",
            hint: () => agent.Text + agent.Status());
        truth.Judge(OfSensors(records), Sensors.Group);
        var status = agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0, "all acknowledged");
        Assert.Equal(10, status.Pipeline().Number("future"));
        Assert.Equal(0, status.Pipeline().Number("late"));
        agent.AssertNoErrors();
        agent.Stop();

        static List<KafkaRecord> OfSensors(IReadOnlyList<KafkaRecord> records) =>
            [.. records.Where(
                r => Truth.Ms(JsonDocument.Parse(r.Value).RootElement, "window_start") < Configuration.StartMs + 30L * 86_400_000)];
    }

    [Fact]
    public void A_gateway_that_starts_in_the_past_and_is_then_set_loses_no_window()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        // No battery: it wakes at the date of its image, and NTP comes later.
        var clock = new GatewayClock(workspace, false, TimeSpan.FromDays(-30));
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, window: IdleWindow), clock).Start();
        agent.WaitFor("subscribed to");
        agent.WaitFor("The gateway's clock is not synchronised");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth, startMs: DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 86_400_000);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 500);
        publisher.Flush();
        agent.WaitForStatus(s => s.Source().Number("readings") == 500, "readings before the step");
        clock.Step(TimeSpan.Zero, isSynchronised: true);
        sensors.Publish(publisher, 500);
        publisher.Flush();
        agent.WaitForStatus(s => s.Source().Number("readings") == 1_000, "readings after the step");
        // A restart in between: what was stored with the wrong wall time is as good.
        agent.Kill();
        agent.Start();
        sensors.Publish(publisher, 500);
        sensors.Close(publisher);
        JudgeAll(agent, kafka, truth);
    }

    [Theory]
    [InlineData(-240)]
    [InlineData(7_200)]
    [InlineData(31_536_000)]
    public void A_step_of_the_gateways_clock_loses_no_window(int seconds)
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        var clock = new GatewayClock(workspace, true);
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, window: IdleWindow), clock).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth, startMs: DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() - 86_400_000);
        using var publisher = new Publisher(broker.Port);
        foreach (var offset in (int[])[0, seconds, 0])
        {
            clock.Step(TimeSpan.FromSeconds(offset), isSynchronised: true);
            sensors.Publish(publisher, 400);
            publisher.Flush();
            // The commit shows that the loop goes on although the wall clock went back.
            agent.WaitForStatus(s => s.Source().Number("readings") == sensors.Published && s.Source().Number("unacknowledged") == 0,
                "readings committed");
        }

        sensors.Close(publisher);
        JudgeAll(agent, kafka, truth);
    }

    static void JudgeAll(Agent agent, Kafka kafka, Truth truth)
    {
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "all summaries", hint: () => agent.Text + agent.Status()),
            Sensors.Group);
        var status = agent.Status();
        Assert.Equal(0, status.Pipeline().Number("late"));
        Assert.Equal(0, status.Pipeline().Number("future"));
        agent.AssertNoErrors();
        agent.Stop();
    }
}
