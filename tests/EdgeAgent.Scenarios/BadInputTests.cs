using System.Text;
using System.Text.Json;
using EdgeAgent.Scenarios.Harness;
using Xunit;

namespace EdgeAgent.Scenarios;

/// <summary>Payloads and times that make no sense: counted by reason, acknowledged, and the next message is fine.</summary>
public sealed class BadInputTests
{
    [Fact]
    public void Every_bad_payload_is_counted_by_reason_and_acknowledged()
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka)).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth, devices: 1);
        using var publisher = new Publisher(broker.Port);
        const string Topic = "sensors/p7/d0/temperature";
        (string Reason, byte[] Payload)[] bad =
        [
            ("not_json", "not json"u8.ToArray()),
            ("not_json", []),
            ("not_finite", """{"value":NaN,"ts":1767225600000}"""u8.ToArray()),
            ("wrong_type", """{"value":"warm","ts":1767225600000}"""u8.ToArray()),
            ("wrong_type", """{"value":{},"ts":1767225600000}"""u8.ToArray()),
            ("out_of_range_number", """{"value":1e400,"ts":1767225600000}"""u8.ToArray()),
            ("no_field", """{"ts":1767225600000}"""u8.ToArray()),
            ("no_field", """{"value":null,"ts":1767225600000}"""u8.ToArray()),
            ("missing_time", """{"value":1}"""u8.ToArray()),
            ("bad_time", """{"value":1,"ts":"yesterday"}"""u8.ToArray()),
            ("too_deep", Encoding.ASCII.GetBytes(new string('[', 1_000_000))),
            ("bad_utf8", [.. """{"value":1,"ts":1767225600000,"note":"""u8, (byte)'"', 0xC3, 0x28, (byte)'"', (byte)'}']),
        ];
        foreach (var (_, payload) in bad)
        {
            publisher.Publish(Topic, payload);
            sensors.Publish(publisher, 1);
        }

        sensors.Close(publisher);
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "the good ones", hint: () => agent.Text + agent.Status()), Sensors.Group);
        var source = agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0, "all acknowledged").Source();
        Assert.Equal(bad.Length, source.Number("bad"));
        Assert.Equal(
            bad.GroupBy(b => b.Reason).Select(g => $"{g.Key} {g.Count()}").Order(StringComparer.Ordinal),
            source.GetProperty("bad_by_reason").EnumerateObject().Select(p => $"{p.Name} {p.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(1, source.Number("connections"));
        // The broker has its acknowledgements: nothing comes again after a restart.
        agent.Stop();
        agent.Start();
        agent.WaitFor("resumed the session");
        sensors.Close(publisher);
        Assert.Equal(1, agent.WaitForStatus(s => s.Source().Number("readings") == 1, "the next reading").Source().Number("messages"));
        agent.AssertNoErrors();
        agent.Stop();
    }

    [Theory]
    [InlineData("v5", 0)] // the broker is told the limit and keeps the message back
    [InlineData("v3.1.1", 1)]
    public void A_message_above_the_limit_holds_up_nothing(string protocol, int bad)
    {
        using var workspace = new Workspace();
        using var broker = new Mosquitto(workspace);
        using var kafka = new Kafka();
        using var agent = new Agent(Configuration.Write(workspace, broker, kafka, source: $"protocol: {protocol}\n        max_packet_size: 64KiB")).Start();
        agent.WaitFor("subscribed to");
        var truth = new Truth(10_000);
        var sensors = new Sensors(truth, devices: 1);
        using var publisher = new Publisher(broker.Port);
        sensors.Publish(publisher, 10);
        publisher.Publish("sensors/p7/camera/picture", new byte[3_000_000]);
        sensors.Publish(publisher, 10);
        sensors.Close(publisher);
        truth.Judge(kafka.WaitFor(r => truth.IsReached(r, Sensors.Group), "the good ones", hint: () => agent.Text + agent.Status()), Sensors.Group);
        var source = agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0, "all acknowledged").Source();
        Assert.Equal(1, source.Number("connections"));
        Assert.Equal(bad, source.Number("bad"));
        if (bad > 0) agent.WaitFor("sensors/p7/camera/picture: The message of 3000034 bytes is larger than the source takes");
        agent.AssertNoErrors();
        agent.Stop();
    }
}
