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
        using var plant = new Plant(devices: 1);
        const string Topic = "sensors/p7/d0/temperature";
        (string Reason, byte[] Payload)[] bad =
        [
            ("not_json", "not json"u8.ToArray()),
            ("not_finite", """{"value":NaN,"ts":1767225600000}"""u8.ToArray()),
            ("wrong_type", """{"value":"warm","ts":1767225600000}"""u8.ToArray()),
            ("wrong_type", """{"value":{},"ts":1767225600000}"""u8.ToArray()),
            ("out_of_range_number", """{"value":1e400,"ts":1767225600000}"""u8.ToArray()),
            ("no_field", """{"ts":1767225600000}"""u8.ToArray()),
            ("no_field", """{"value":null,"ts":1767225600000}"""u8.ToArray()),
            ("missing_time", """{"value":1}"""u8.ToArray()),
            ("bad_time", """{"value":1,"ts":"yesterday"}"""u8.ToArray()),
            ("too_deep", Encoding.ASCII.GetBytes(new string('[', 1_000_000))),
        ];
        foreach (var (_, payload) in bad)
        {
            plant.Publisher.Publish(Topic, payload);
            plant.Publish(1);
        }

        plant.Publisher.Publish(Topic, []); // takes a retained message back: neither a reading nor bad
        plant.Close();
        plant.Truth.Judge(plant.Kafka.WaitFor(r =>
            plant.Truth.IsReached(r, Sensors.Group), "the good ones", hint: () => plant.Agent.Text + plant.Agent.Status()), Sensors.Group);
        var source = plant.Agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0, "all acknowledged").Source();
        Assert.Equal(bad.Length, source.Number("bad"));
        Assert.Equal(
            bad.GroupBy(b => b.Reason).Select(g => $"{g.Key} {g.Count()}").Order(StringComparer.Ordinal),
            source.GetProperty("bad_by_reason").EnumerateObject().Select(p => $"{p.Name} {p.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(1, source.Number("connections"));
        // The broker has its acknowledgements: nothing comes again after a restart.
        plant.Agent.Stop();
        plant.Agent.Start();
        plant.Agent.WaitFor("resumed the session");
        plant.Close();
        Assert.Equal(1, plant.Agent.WaitForStatus(s => s.Source().Number("readings") == 1, "the next reading").Source().Number("messages"));
        plant.Agent.AssertNoErrors();
        plant.Agent.Stop();
    }

    [Theory]
    [InlineData("v5", 0)] // the broker is told the limit and keeps the message back
    [InlineData("v3.1.1", 1)]
    public void A_message_above_the_limit_holds_up_nothing(string protocol, int bad)
    {
        using var plant = new Plant(
            (w, b, k) => Configuration.Write(w, b, k, source: $"protocol: {protocol}\n        max_packet_size: 64KiB"), devices: 1);
        plant.Publish(10);
        plant.Publisher.Publish("sensors/p7/camera/picture", new byte[3_000_000]);
        plant.Publish(10);
        plant.Close();
        plant.Truth.Judge(plant.Kafka.WaitFor(r =>
            plant.Truth.IsReached(r, Sensors.Group), "the good ones", hint: () => plant.Agent.Text + plant.Agent.Status()), Sensors.Group);
        var source = plant.Agent.WaitForStatus(s => s.Source().Number("unacknowledged") == 0, "all acknowledged").Source();
        Assert.Equal(1, source.Number("connections"));
        Assert.Equal(bad, source.Number("bad"));
        if (bad > 0) plant.Agent.WaitFor("sensors/p7/camera/picture: The message of 3000034 bytes is larger than the source takes");
        plant.Agent.AssertNoErrors();
        plant.Agent.Stop();
    }
}
